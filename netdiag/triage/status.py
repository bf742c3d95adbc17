"""Logic: what is excluded, what is confirmed, what is open, and for want of what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from netdiag.model.condition import Truth, evaluate, facts_read, unknown_facts
from netdiag.model.fact import Facts
from netdiag.model.rule import Clause, Expect, Rule


class Status(StrEnum):
    """Where a fault stands."""

    CONFIRMED = "confirmed"  # every require true and no refute true
    EXCLUDED = "excluded"  # a require false or a refute true
    OPEN = "open"  # neither; some fact is missing


EXPECTED = {
    Expect.MATCH: Status.CONFIRMED,
    Expect.NO_MATCH: Status.EXCLUDED,
    Expect.UNKNOWN: Status.OPEN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A fault and its status over one set of facts."""

    rule: Rule
    status: Status
    lacks: tuple[str, ...] = ()  # facts that are not known and could change the status
    weak: bool = False  # confirmed or excluded only by a rate over too short a window


def stand(rule: Rule, facts: Facts) -> Standing:
    """The status of one rule. A fallback is never confirmed by logic."""
    standing = _stand(rule, facts)
    weak = facts.weak.intersection(reads(rule))
    if standing.status is Status.OPEN or not weak:
        return standing
    firm = _stand(rule, facts.without(weak))
    return replace(standing, weak=firm.status is not standing.status)


def _stand(rule: Rule, facts: Facts) -> Standing:
    require = [evaluate(clause.condition, facts) for clause in rule.require]
    refute = [evaluate(clause.condition, facts) for clause in rule.refute]
    if Truth.FALSE in require or Truth.TRUE in refute:
        return Standing(rule=rule, status=Status.EXCLUDED)
    lacks = tuple(dict.fromkeys(_lacking((*rule.require, *rule.refute), facts)))
    if rule.fallback or Truth.UNKNOWN in require:
        return Standing(rule=rule, status=Status.OPEN, lacks=lacks)
    # A refute that cannot be told does not stand in the way: confirmed asks for none that is true.
    return Standing(rule=rule, status=Status.CONFIRMED, lacks=lacks)


@lru_cache(maxsize=512)
def reads(rule: Rule) -> tuple[str, ...]:
    """Names of all facts that its conditions look at, and the kind of line."""
    clauses = (*rule.require, *rule.refute, *rule.support)
    names = (n for clause in clauses for n in facts_read(clause.condition))
    return tuple(dict.fromkeys(("ref.access_kind", *names)))


def helpful(standing: Standing, facts: Facts) -> tuple[str, ...]:
    """Unknown facts that could support an open fault, without deciding it."""
    if standing.status is not Status.OPEN:
        return ()
    return tuple(dict.fromkeys(_lacking(standing.rule.support, facts)))


def applicable(rules: Iterable[Rule], facts: Facts) -> Iterator[Rule]:
    """Rules that fit the subscriber's access and service; an unknown kind fits all."""
    access, service = facts.fact("ref.access_kind"), facts.fact("ref.auth_kind")
    for rule in rules:
        if access is not None and access.value not in rule.access:
            continue
        if service is not None and service.value not in rule.service:
            continue
        yield rule


def _lacking(clauses: Iterable[Clause], facts: Facts) -> Iterator[str]:
    for clause in clauses:
        yield from unknown_facts(clause.condition, facts)
