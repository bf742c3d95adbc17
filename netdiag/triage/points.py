"""Points: how sure, per fault and per side, in decibans (10·log10 of a likelihood ratio)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from netdiag.model.condition import Truth, evaluate
from netdiag.model.fact import Facts
from netdiag.model.rule import Clause, Rule, Scale
from netdiag.model.words import Side
from netdiag.triage.status import Standing, Status


def score_db(standing: Standing, facts: Facts, scale: Scale) -> float:
    """Prior plus the weights of the true conditions; clauses of one family count once.

    Weights count only behind open gates: no MAC on a port says nothing while its link is unknown.
    """
    if standing.status is Status.EXCLUDED:
        return scale.excluded_db
    rule = standing.rule
    if not gates_open(rule, facts):
        return rule.prior_db
    families: dict[str, float] = {}
    for number, clause in enumerate((*rule.require, *rule.support)):
        if evaluate(clause.condition, facts) is Truth.TRUE:
            family = clause.family or f"#{number}"
            families[family] = _stronger(families.get(family, 0.0), clause.db)
    clipped = (max(-scale.clip_db, min(scale.clip_db, db)) for db in families.values())
    return rule.prior_db + sum(clipped)


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


def gates_open(rule: Rule, facts: Facts) -> bool:
    """Is every requirement that weighs nothing known to be true?"""
    gates = (clause.condition for clause in rule.require if clause.db == 0)
    return all(evaluate(gate, facts) is Truth.TRUE for gate in gates)


def telling(rule: Rule, facts: Facts) -> bool:
    """Does any condition with a weight speak for the fault? Gates alone say nothing."""
    clauses: Iterable[Clause] = (*rule.require, *rule.support)
    return gates_open(rule, facts) and any(
        c.db > 0 and evaluate(c.condition, facts) is Truth.TRUE for c in clauses
    )


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
