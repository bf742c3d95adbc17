"""The floor of one diagnosis: the slowest chain of probes it needed, each after those it needs."""

from __future__ import annotations

from functools import cache

from netdiag.model.content import Content
from netdiag.model.probe import Probe
from netdiag.model.verdict import Diagnosis
from netdiag.model.words import Outcome
from netdiag.probing.derive import dependencies
from netdiag.probing.run import SECOND_READING_S


def floor_s(diagnosis: Diagnosis, content: Content) -> float:
    """Seconds that the slowest needed chain took by itself, without netdiag around it.

    A chain is a probe with the probes whose facts it needs before it. A second reading of counters
    adds its pause to the chain of the first.
    """
    runs = {run.probe: run for run in diagnosis.probes if run.outcome is not Outcome.SKIPPED}
    twice = [run.probe for run in diagnosis.probes if run.outcome is not Outcome.SKIPPED]
    probes = {probe.id: probe for probe in content.probes if probe.id in runs}

    @cache
    def chain(name: str) -> float:
        before = [
            chain(other)
            for other in runs
            if other != name and _feeds(probes[other], probes[name], content)
        ]
        return runs[name].duration_s + max(before, default=0.0)

    slowest = max((chain(name) for name in runs), default=0.0)
    again = [chain(name) + SECOND_READING_S for name in runs if twice.count(name) > 1]
    return max(slowest, *again) if again else slowest


def _feeds(giver: Probe, taker: Probe, content: Content) -> bool:
    """Does one probe read what the other must know before it can ask?"""
    needed: set[str] = set()
    for name in taker.needs:
        if name in content.vocabulary:
            needed.add(name)
            needed.update(dependencies(content.vocabulary[name]))
    return bool(needed.intersection(giver.yields)) and not needed.intersection(taker.yields)
