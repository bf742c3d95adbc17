"""Every fault over one set of facts: matched, excluded, open, and for want of what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from netdiag.model.condition import Truth, evaluate
from netdiag.model.content import Content
from netdiag.model.fact import Facts
from netdiag.model.rule import Rule
from netdiag.model.words import Side
from netdiag.triage.judge import survey
from netdiag.triage.status import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One fault and what decided it."""

    rule: Rule
    side: Side
    status: Status
    share: float
    score_db: float
    decided_by: tuple[str, ...]  # conditions that excluded or confirmed it
    lacks: tuple[str, ...]  # `fact: reason`


def explain(facts: Facts, content: Content, demarcation: Side) -> Iterator[Explained]:
    """Every applicable fault, nearest the core first."""
    field = survey(facts, content, demarcation)
    for standing in field.standings:
        rule = standing.rule
        if rule.fallback:
            continue
        yield Explained(
            rule=rule,
            side=field.sides[rule.fault],
            status=standing.status,
            share=round(field.shares[rule.fault], 4),
            score_db=round(field.scores[rule.fault], 1),
            decided_by=tuple(_deciding(rule, standing.status, facts)),
            lacks=tuple(f"{name}: {facts.absence(name).why}" for name in standing.lacks),
        )


def _deciding(rule: Rule, status: Status, facts: Facts) -> Iterator[str]:
    if status is Status.CONFIRMED:
        yield from (str(clause.condition) for clause in rule.require)
    if status is not Status.EXCLUDED:
        return
    for clause in rule.require:
        if evaluate(clause.condition, facts) is Truth.FALSE:
            yield f"not {clause.condition}"
    for clause in rule.refute:
        if evaluate(clause.condition, facts) is Truth.TRUE:
            yield f"refuted: {clause.condition}"
