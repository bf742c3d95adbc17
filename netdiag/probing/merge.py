"""Several readings of one fact: which one counts."""

from __future__ import annotations

from collections.abc import Iterable

from netdiag.model.fact import Absence, Fact, Facts, Reading

# A database tells what was; a device tells what is.
_STORED = ("sql", "inventory", "stored")


def lay_over(facts: Facts, readings: Iterable[Reading]) -> Facts:
    """The facts with new readings merged in: a value beats an absence, live beats stored."""
    better = [r for r in readings if _better(r, facts.get(r.name))]
    return facts.plus(better)


def _better(new: Reading, old: Reading | None) -> bool:
    if old is None:
        return True
    if isinstance(new, Absence):
        return isinstance(old, Absence)
    if isinstance(old, Absence):
        return True
    return _rank(new) >= _rank(old)


def _rank(fact: Fact) -> tuple[int, float]:
    return int(fact.source.transport not in _STORED), fact.measured_at.timestamp()
