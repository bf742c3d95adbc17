"""Everything that was taught: checked as a whole, immutable, named by its revision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from netdiag.model.probe import Platform, Probe
from netdiag.model.rule import RouteTo, Rule, Scale, Threshold
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
        """Probes that a device of this platform serves; the nearest one of the same id wins."""
        found: dict[str, Probe] = {}
        without: set[str] = set()
        for name in self.lineage(platform):
            for probe in self.probes:
                if probe.platform == name and probe.id not in without:
                    found.setdefault(probe.id, probe)
            without.update(self.platforms[name].without)
        return tuple(found.values())
