"""Points: how sure, per fault and per side, in decibans (10·log10 of a likelihood ratio)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from netdiag.model.condition import Truth, evaluate, unknown_facts
from netdiag.model.fact import Facts
from netdiag.model.rule import Rule, Scale
from netdiag.model.words import AbsenceReason, Side
from netdiag.triage.status import Standing, Status


def score_db(standing: Standing, facts: Facts, scale: Scale) -> float:
    """Prior plus evidence; a fault of which nobody asked anything steps back."""
    if standing.status is Status.EXCLUDED:
        return scale.excluded_db
    rule = standing.rule
    score = rule.prior_db + rule.learned_db + evidence_db(rule, facts, scale)
    return score + scale.unasked_db if _unasked(standing, facts, scale) else score


def evidence_db(rule: Rule, facts: Facts, scale: Scale) -> float:
    """The weights of the true conditions; clauses of one family count once.

    Weights count only behind open gates: no MAC on a port says nothing while its link is unknown.
    A gate that nobody asked about stands ajar, at a discount; one asked for in vain is closed.
    """
    discount = _gates_db(rule, facts, scale)
    if discount is None:
        return 0.0
    families: dict[str, float] = {}
    for number, clause in enumerate((*rule.require, *rule.support)):
        if evaluate(clause.condition, facts) is Truth.TRUE:
            family = clause.family or f"#{number}"
            families[family] = _stronger(families.get(family, 0.0), clause.db)
    clipped = (max(-scale.clip_db, min(scale.clip_db, db)) for db in families.values())
    total = sum(clipped)
    return max(0.0, total + discount) if total > 0 else total


def posteriors(scores: Mapping[str, float]) -> dict[str, float]:
    """softmax(score · ln 10 / 10): shares that sum to one."""
    if not scores:
        return {}
    highest = max(scores.values())
    raised = {name: 10 ** ((score - highest) / 10) for name, score in scores.items()}
    total = sum(raised.values())
    return {name: value / total for name, value in raised.items()}


def per_side(shares: Mapping[str, float], sides: Mapping[str, Side]) -> dict[Side, float]:
    """The shares summed over the faults of each side."""
    total = dict.fromkeys(Side, 0.0)
    for fault, share in shares.items():
        total[sides[fault]] += share
    return total


def _gates_db(rule: Rule, facts: Facts, scale: Scale) -> float | None:
    """0 when every requirement that weighs nothing is known to be true, the discount when nobody
    asked about one, None when one was asked for in vain or is false."""
    discount = 0.0
    for gate in (clause.condition for clause in rule.require if clause.db == 0):
        truth = evaluate(gate, facts)
        if truth is Truth.FALSE or not _never_asked(unknown_facts(gate, facts), facts):
            return None
        if truth is Truth.UNKNOWN:
            discount = scale.unasked_gate_db
    return discount


def _unasked(standing: Standing, facts: Facts, scale: Scale) -> bool:
    """Is it open only because nobody asked, and does nothing much speak for it?

    What was asked for in vain keeps its full weight: a question without an answer reassures nobody.
    """
    rule = standing.rule
    if standing.status is not Status.OPEN or not _never_asked(standing.lacks, facts):
        return False
    evidence = evidence_db(rule, facts, scale)
    partly = any(c.db > 0 and evaluate(c.condition, facts) is Truth.TRUE for c in rule.require)
    return evidence < scale.lead_db and not (partly and evidence > 0)


def _never_asked(names: Iterable[str], facts: Facts) -> bool:
    return all(facts.absence(name).why is AbsenceReason.NOT_ASKED for name in names)


def expected_costs(shares: Mapping[Side, float], scale: Scale) -> dict[Side, float]:
    """Expected cost of each decision; `undetermined` is handing to an engineer."""
    known = {truth: shares.get(truth, 0.0) for truth in scale.cost}
    total = math.fsum(known.values()) or 1.0
    costs = {
        decision: math.fsum(p / total * scale.cost[truth][decision] for truth, p in known.items())
        for decision in scale.cost
    }
    costs[Side.UNDETERMINED] = math.fsum(
        p / total * scale.hand_over[truth] for truth, p in known.items()
    )
    return costs


def _stronger(one: float, other: float) -> float:
    return one if abs(one) >= abs(other) else other
