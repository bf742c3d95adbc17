"""Evidence of a verdict: facts for it, facts against it, facts that nobody could give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netdiag.model.condition import FactRef, Truth, comparisons, evaluate
from netdiag.model.fact import Absence, Fact, Facts
from netdiag.model.rule import Clause, Rule
from netdiag.model.verdict import Evidence
from netdiag.triage.status import Standing


def evidence(
    primary: Standing, nearer: Iterable[Standing], rivals: Iterable[Standing], facts: Facts
) -> Evidence:
    """What speaks for the primary fault, what for its rivals, and what is missing.

    `nearer` are open faults whose missing facts keep the verdict from being certain.
    """
    supports = dict(_true_facts((*primary.rule.require, *primary.rule.support), facts))
    against = {
        name: fact
        for rival in rivals
        for name, fact in _true_facts(_weighty(rival.rule), facts)
        if name not in supports
    }
    missing = {
        name: absence
        for standing in (primary, *nearer)
        for name, absence in _missing(standing, facts)
    }
    return Evidence(
        supports=tuple(supports.values()),
        contradicts=tuple(against.values()),
        missing=tuple(missing.values()),
    )


def _weighty(rule: Rule) -> tuple[Clause, ...]:
    return tuple(c for c in (*rule.require, *rule.support) if c.db > 0)


def _true_facts(clauses: Iterable[Clause], facts: Facts) -> Iterator[tuple[str, Fact]]:
    for clause in clauses:
        if evaluate(clause.condition, facts) is not Truth.TRUE:
            continue
        for item in comparisons(clause.condition):
            if evaluate(item, facts) is not Truth.TRUE:
                continue
            names = [item.fact]
            if isinstance(item.operand, FactRef):
                names.append(item.operand.name)
            for name in names:
                fact = facts.fact(name)
                if fact is not None:
                    yield name, fact


def _missing(standing: Standing, facts: Facts) -> Iterator[tuple[str, Absence]]:
    for name in standing.lacks:
        yield name, facts.absence(name)
