"""Probes put to recordings: the questions, the engine's own reading, facts laid over facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from netdiag.model.condition import Truth, evaluate
from netdiag.model.content import Content
from netdiag.model.fact import Fact, Facts, Reading, Source
from netdiag.model.probe import Probe, TargetKind
from netdiag.model.wire import Answer, NoAnswer, Question
from netdiag.model.words import AbsenceReason, Consent
from netdiag.probing.addresses import follows
from netdiag.probing.extract import Circumstances, extract, skipped
from netdiag.probing.merge import lay_over
from netdiag.probing.render import NoValueError, Params, render

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
Ask = Callable[[Question], Answer | NoAnswer]


def probes(content: Content, platform: str, ids: Iterable[str]) -> list[Probe]:
    """Those of these probes that a device of this platform serves, in the order of `ids`."""
    served = {probe.id: probe for probe in content.probes_of(platform)}
    return [served[name] for name in ids if name in served]


def reading(content: Content, platform: str, facts: Iterable[str]) -> list[Probe]:
    """The SNMP probes of one access device that read some of these facts without harm, in the order
    in which the engine would come to them."""
    wanted = set(facts)
    served = {
        probe.id: probe
        for probe in content.probes_of(platform)
        if probe.transport == "snmp"
        and probe.target is TargetKind.ACCESS
        and probe.consent is Consent.NONE
        and wanted.intersection(probe.yields)
    }
    return sorted(served.values(), key=lambda probe: (probe.stage, _depth(probe, served)))


def _depth(probe: Probe, served: Mapping[str, Probe]) -> int:
    """How many probes must come before it."""
    before = [served[name] for name in probe.after if name in served and name != probe.id]
    return 1 + max((_depth(one, served) for one in before), default=0)


def put(
    probe: Probe, own: Mapping[str, str], facts: Facts, ask: Ask, content: Content
) -> list[Reading]:
    """The readings of one probe; `not_in_inventory` when its question cannot be filled in."""
    params = Params(own, facts)
    source = Source(transport=probe.transport, probe=probe.id, query=probe.title, device="recorded")
    try:
        lacking = next((name for name in probe.needs if params.get(name) is None), None)
        question = render(probe.ask, params)
    except NoValueError as error:
        lacking = error.name
    if lacking:
        why = AbsenceReason.NOT_IN_INVENTORY
        return skipped(probe, why, f"{lacking} is not known", source)
    at = Circumstances(params=params, now=NOW, source=source)
    return extract(probe, ask(question), content.vocabulary, at)


def in_turn(
    chosen: Iterable[Probe], own: Mapping[str, str], facts: Facts, ask: Ask, content: Content
) -> Facts:
    """Facts after these probes, asked one after the other as the engine would."""
    for probe in chosen:
        if Truth.FALSE in [evaluate(condition, facts) for condition in probe.when]:
            continue
        readings = put(probe, own, facts, ask, content)
        if probe.after:
            readings = [r for r in readings if facts.fact(r.name) is None]
        facts = lay_over(facts, readings)
    return facts


def of_platform(platform: str, own: Mapping[str, str], content: Content) -> Facts:
    """Facts that follow from the port's name on this platform."""
    source = Source(transport="inventory", probe="platform", query=platform)
    return Facts(
        Fact(name=fact, value=value, source=source, measured_at=NOW)
        for fact, value in follows(platform, own, content).items()
    )
