"""Everything that was taught: checked as a whole, immutable, named by its revision."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from netdiag.model.circuit import Notation
from netdiag.model.log_pattern import LogPattern
from netdiag.model.probe import Platform, Probe
from netdiag.model.rule import RouteTo, Rule, Scale, Threshold
from netdiag.model.sweep import FindingRule, SweepSheet
from netdiag.model.trap import TrapPattern
from netdiag.model.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """All that was taught; `revision` is a hash of it."""

    vocabulary: Vocabulary
    platforms: Mapping[str, Platform]
    probes: tuple[Probe, ...]
    rules: tuple[Rule, ...]  # by rank
    thresholds: Mapping[str, Threshold]
    routes: Mapping[str, RouteTo]
    scale: Scale
    revision: str
    origins: Mapping[str, str] = field(default_factory=dict)
    circuits: tuple[Notation, ...] = ()  # how switches write ports into option 82, tried in turn
    traps: tuple[TrapPattern, ...] = ()  # what SNMP notifications mean, tried in turn
    logs: tuple[LogPattern, ...] = ()  # what lines of device logs mean for outages, in turn
    sheets: tuple[SweepSheet, ...] = ()  # what a sweep asks
    findings: tuple[FindingRule, ...] = ()  # and what it looks for

    @property
    def learned(self) -> dict[str, float]:
        """What technicians' findings add to the rules' scores: fault → decibans, zeros left out."""
        return {rule.fault: rule.learned_db for rule in self.rules if rule.learned_db}

    def relearned(self, lessons: Mapping[str, float]) -> Content:
        """The same rules with these lessons instead of their own; the revision names them."""
        rules = tuple(replace(rule, learned_db=lessons.get(rule.fault, 0.0)) for rule in self.rules)
        taught = self.revision.partition("+")[0]
        told = ";".join(f"{r.fault}={r.learned_db!r}" for r in rules if r.learned_db)
        mark = f"+{hashlib.sha256(told.encode()).hexdigest()[:6]}" if told else ""
        return replace(self, rules=rules, revision=taught + mark)

    def rule(self, fault: str) -> Rule:
        """The rule of a fault code; KeyError when there is none."""
        return next(r for r in self.rules if r.fault == fault)

    def lineage(self, platform: str) -> tuple[str, ...]:
        """The platform and all it inherits from, nearest first."""
        seen: list[str] = []
        queue = [platform]
        while queue:
            name = queue.pop(0)
            if name in self.platforms and name not in seen:
                seen.append(name)
                queue.extend(self.platforms[name].inherits)
        return (*seen, "any") if "any" in self.platforms and "any" not in seen else tuple(seen)

    def probes_of(self, platform: str) -> tuple[Probe, ...]:
        """Probes that a device of this platform serves; the nearest one of the same id wins.
        What a model is known to answer wrongly is not read from it."""
        found: dict[str, Probe] = {}
        without: set[str] = set()
        broken: dict[str, set[str]] = {}
        lineage = self.lineage(platform)
        for name in lineage:
            for probe in self.probes:
                if probe.platform == name and probe.id not in without and _meant(probe, lineage):
                    found.setdefault(probe.id, probe)
            without.update(self.platforms[name].without)
            for probe_id, facts in self.platforms[name].broken.items():
                broken.setdefault(probe_id, set()).update(facts)
        return tuple(_less(probe, broken.get(probe.id, set())) for probe in found.values())

    def sheets_of(self, platform: str) -> tuple[SweepSheet, ...]:
        """Sheets that a device of this platform serves; the nearest one of the same id wins."""
        found: dict[str, SweepSheet] = {}
        without: set[str] = set()
        broken: dict[str, set[str]] = {}
        lineage = self.lineage(platform)
        for name in lineage:
            for sheet in self.sheets:
                if sheet.platform == name and sheet.id not in without and _meant(sheet, lineage):
                    found.setdefault(sheet.id, sheet)
            without.update(self.platforms[name].without)
            for ident, facts in self.platforms[name].broken.items():
                broken.setdefault(ident, set()).update(facts)
        return tuple(_fewer(sheet, broken.get(sheet.id, set())) for sheet in found.values())


def _fewer(sheet: SweepSheet, broken: set[str]) -> SweepSheet:
    if not broken:
        return sheet
    return replace(sheet, columns=tuple(c for c in sheet.columns if c.fact not in broken))


def _meant(probe: Probe | SweepSheet, lineage: tuple[str, ...]) -> bool:
    """Is the probe for all models of its platform, or for the one in this lineage?"""
    return not probe.only or any(f"{probe.platform}/{model}" in lineage for model in probe.only)


def _less(probe: Probe, broken: set[str]) -> Probe:
    if not broken:
        return probe
    return replace(probe, facts=tuple(one for one in probe.facts if one.fact not in broken))
