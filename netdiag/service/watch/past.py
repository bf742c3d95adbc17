"""Outages of the past: which session ends were theirs, and which of them were real. Blocking."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from netdiag.model.outage import Origin, Outage, OutageState
from netdiag.outages.tree import AccessTree
from netdiag.store.outages import Entry, Register

_AROUND = timedelta(minutes=5)  # before its beginning, in which its first ones fell
_HOUR = 3600.0
_HABIT = 3  # days on which the same root fell at the same time: people, not faults
_SAME_S = 1800.0
_DAY = 86400.0


class Cuts:
    """Stretches of the tree that were cut off, each with its time.

    What comes again at the same place and hour on several days is no fault but how people live
    there, an office that closes: it is left in, or nobody would ever learn it.
    """

    def __init__(
        self, tree: AccessTree, register: Register, since: datetime, until: datetime
    ) -> None:
        self._tree = tree
        self._by_hour: dict[int, list[tuple[int, int, float, float]]] = {}
        known = [*register.cleared_since(since), *register.open_ones()]
        for outage in known:
            if not _is_habit(outage, known):
                self._add(outage, (outage.cleared_at or until).timestamp())

    def outside(self, drops: Iterable[tuple[float, str]]) -> Iterator[tuple[float, str]]:
        """Those that were nobody's outage."""
        for t, subject in drops:
            leaf = self._tree.leaf.get(subject, -1)
            cuts = self._by_hour.get(int(t // _HOUR), ())
            if not any(lo <= leaf < hi and begin <= t <= end for lo, hi, begin, end in cuts):
                yield t, subject

    def _add(self, outage: Outage, end: float) -> None:
        begin = (outage.since - _AROUND).timestamp()
        for root in outage.root.split("+"):
            node = self._tree.number.get(root)
            if node is None:
                continue
            cut = (self._tree.lo[node], self._tree.hi[node], begin, end)
            for hour in range(int(begin // _HOUR), int(end // _HOUR) + 1):
                self._by_hour.setdefault(hour, []).append(cut)


def _is_habit(outage: Outage, known: Iterable[Outage]) -> bool:
    if outage.origin is not Origin.INFERENCE:
        return False
    at = outage.since.timestamp()
    days = set()
    for other in known:
        apart = abs(other.since.timestamp() - at) % _DAY
        if other.root == outage.root and min(apart, _DAY - apart) <= _SAME_S:
            days.add(other.since.date())
    return len(days) >= _HABIT


def truths(register: Register, since: datetime) -> list[tuple[float, bool]]:
    """Gain and truth of the inferred outages that were confirmed and are over, where it is known.

    Real: those it explained came back together, or a person wrote to it. Not real: its evidence
    went away and nobody came back. One that a person closed himself, or that became part of
    another, says nothing.
    """
    found = []
    for outage in register.cleared_since(since):
        if outage.origin is Origin.INFERENCE:
            log = register.log(outage.id)
            gain, real = _gain(log), _real(log)
            if gain is not None and real is not None:
                found.append((gain, real))
    return found


def _gain(log: Iterable[Entry]) -> float | None:
    gains = [one.evidence.get("gain") for one in log if one.state is OutageState.CONFIRMED]
    return next((float(gain) for gain in gains if isinstance(gain, int | float)), None)


def _real(log: list[Entry]) -> bool | None:
    by_hand = [one for one in log if one.who not in ("inference", "netdiag")]
    if any(one.state is not OutageState.CLEARED for one in by_hand):
        return True
    if by_hand or any("merged_into" in one.evidence for one in log):
        return None
    return any(one.state is OutageState.CLEARING for one in log)
