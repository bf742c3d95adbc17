"""Redundancy that is lost: seen at once, news when it lasts, over when it is back for a while.

What stands here is kept over a restart, and the same for every process of one store.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from netdiag.model.weakened import Weakened
from netdiag.outages.change import RedundancyLost
from netdiag.store.cursors import Cursors

PREFIX = "rl-"  # of ids
_NAME = "redundancy"
_LASTS = timedelta(seconds=30)  # a way that is gone for less is no news
_HOLD = timedelta(seconds=300)  # back for less, it is not over; watch.hold_s
_KEPT = timedelta(days=2)  # after its end: a message about it may have to wait for the morning
_TIMES = ("since", "seen_at", "told_at", "ended_at")


def step(
    kept: Iterable[Weakened],
    lost: Iterable[RedundancyLost],
    back: dict[str, datetime],
    now: datetime,
    hold: timedelta = _HOLD,
) -> list[Weakened]:
    """What stands after inference said what is lost now. `back`: since when a resource that is
    kept as lost is seen as it should be; changed here. Pure but for new ids."""
    gone = {one.resource: one for one in lost}
    found = []
    for one in kept:
        if one.ended_at is not None:
            if now - one.ended_at < _KEPT:
                found.append(one)
            continue
        here = gone.pop(one.resource, None)
        found.append(_lives(one, here, back, now, hold))
    for new in gone.values():
        found.append(
            Weakened(
                id=f"{PREFIX}{uuid.uuid4().hex[:8]}",
                resource=new.resource,
                dependents=new.dependents,
                since=datetime.fromtimestamp(new.since, UTC),
                seen_at=now,
            )
        )
    return found


def _lives(
    one: Weakened,
    here: RedundancyLost | None,
    back: dict[str, datetime],
    now: datetime,
    hold: timedelta,
) -> Weakened:
    if here is None:
        over = now - back.setdefault(one.resource, now) >= hold or one.told_at is None
        if over:
            back.pop(one.resource)
        return replace(one, ended_at=now) if over else one
    back.pop(one.resource, None)
    news = one.told_at is None and now - one.seen_at >= min(_LASTS, hold)
    return replace(one, dependents=here.dependents, told_at=now if news else one.told_at)


class Redundancy:
    """All of it. One process notes, any reads. Blocking."""

    def __init__(self, cursors: Cursors, hold_s: float = _HOLD.total_seconds()) -> None:
        self._cursors = cursors
        self._hold = timedelta(seconds=hold_s)
        self._back: dict[str, datetime] = {}
        self._known: list[Weakened] | None = None

    def note(
        self, lost: Iterable[RedundancyLost], now: datetime
    ) -> tuple[list[Weakened], list[Weakened]]:
        """Take in what is lost now; those that are new, and those that are over."""
        before = self._known if self._known is not None else self.all()
        after = step(before, lost, self._back, now, self._hold)
        if after != before:
            self._cursors.put(_NAME, [_kept(one) for one in after], now)
        self._known = after
        known: Mapping[str, Weakened] = {one.id: one for one in before}
        new = [one for one in after if one.id not in known]
        over = [one for one in after if one.ended_at and known[one.id].ended_at is None]
        return new, over

    def all(self) -> list[Weakened]:
        """What is lost, and what was over within two days."""
        return [_read(one) for one in self._cursors.get(_NAME) or ()]

    def now(self) -> list[Weakened]:
        """What is lost, the oldest first."""
        return sorted((one for one in self.all() if not one.ended_at), key=lambda one: one.since)


def _kept(one: Weakened) -> dict[str, Any]:
    moments = {name: getattr(one, name) for name in _TIMES}
    return asdict(one) | {name: at.isoformat() if at else None for name, at in moments.items()}


def _read(kept: dict[str, Any]) -> Weakened:
    times = {name: datetime.fromisoformat(kept[name]) if kept[name] else None for name in _TIMES}
    return Weakened(**kept | times | {"dependents": tuple(kept["dependents"])})
