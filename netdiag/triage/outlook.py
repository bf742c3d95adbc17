"""What the judgement still wants to know. Empty: the verdict cannot change any more."""

from __future__ import annotations

from collections.abc import Iterable

from netdiag.model.content import Content
from netdiag.model.fact import Facts
from netdiag.model.kept import Kept
from netdiag.model.words import Side
from netdiag.triage.judge import Field, Scored, in_the_way, survey
from netdiag.triage.status import Standing

DECISIVE = 1.0  # could confirm or exclude a fault that matters
HELPFUL = 0.1  # could only move points


def wanted(
    facts: Facts,
    content: Content,
    demarcation: Side = Side.PROVIDER,
    *,
    deep: bool = False,
    kept: Kept[Scored] | None = None,
) -> dict[str, float]:
    """Unknown facts by worth; DECISIVE and above may change the logic, below that the points.
    `kept`: what an earlier call with this content worked out."""
    field = survey(facts, content, demarcation, kept)
    if deep:
        return _all_unknown(field, facts, content)
    primary = next(iter(field.confirmed), None)
    if primary is None:
        worth = _lacks(field.open, field)
        for standing in field.open:
            for name in field.helps[standing.rule.fault]:
                worth.setdefault(name, HELPFUL)
        return worth
    worth = _lacks([*in_the_way(primary, field), primary], field)
    for name in primary.rule.still_ask:
        if facts.fact(name) is None:
            worth.setdefault(name, DECISIVE)
    return worth


def _lacks(standings: Iterable[Standing], field: Field) -> dict[str, float]:
    worth: dict[str, float] = {}
    for standing in standings:
        share = field.shares.get(standing.rule.fault, 0.0)
        for name in standing.lacks:
            worth[name] = worth.get(name, DECISIVE) + share
    return worth


def _all_unknown(field: Field, facts: Facts, content: Content) -> dict[str, float]:
    worth = _lacks(field.open, field)
    for name in content.vocabulary.types:
        if facts.fact(name) is None:
            worth.setdefault(name, DECISIVE)
    return worth
