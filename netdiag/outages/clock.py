"""Time taken from the events themselves, though some come late and some clocks are wrong."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush

from netdiag.outages.change import Change
from netdiag.outages.observation import Observation
from netdiag.outages.watch import Watch

STEP_S = 15.0  # between judgements
_LEAP_S = 120.0  # an event further ahead than that waits until time comes there
_AGREE = 256  # so many ahead in a row, one after another: nothing was heard for a while
_DISORDER_S = 600.0  # by which one in that row may be earlier than the one before
_WRONG_S = 3600.0  # at the end: so far ahead of all others, its clock was wrong
_FAR_S = 86400.0  # at the end: so far ahead of the last one before it, and alone
_RARER = 60


class EventClock:
    """Feeds a watch and judges in time: at every tick, and every quarter of a minute of the events'
    own time. Whose clock is ahead makes nobody else late: his events wait for their time."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._now: float | None = None
        self._judged = 0.0
        self._waiting: list[tuple[float, int, Observation]] = []
        self._taken = 0
        self._near = 0  # number of the last one that was not ahead
        self._row = 0  # how many were ahead since then, in order
        self._before = 0.0  # moment of the last one that was ahead
        self.ignored = 0  # observations of a clock that nothing else agrees with

    def take(self, one: Observation) -> Iterator[Change]:
        """An observation; yields what has changed by then."""
        self._taken += 1
        if self._now is not None and one.t <= self._now + _LEAP_S:
            self._near, self._row = self._taken, 0
            yield from self._until(one.t)
            self._watch.observe(one)
            return
        heappush(self._waiting, (one.t, self._taken, one))
        self._row = self._row + 1 if one.t >= self._before - _DISORDER_S else 0
        self._before = one.t
        if self._row >= _AGREE:
            yield from self._until(self._waiting[0][0])

    def tick(self, now: float) -> Iterator[Change]:
        """Time has come to `now`."""
        self._near, self._row = self._taken, 0
        yield from self._until(now)
        yield from self._judge(max(now, self._now or now))

    def end(self) -> Iterator[Change]:
        """There is no more to come: take up what waits, but for wrong clocks, and judge."""
        most = 2 * len(self._waiting) > self._taken
        latest = self._now + _WRONG_S if self._now is not None else 0.0
        while self._waiting:
            t, number, _ = self._waiting[0]
            alone = len(self._waiting) == 1 and self._now is not None
            if alone and t > (self._now or 0.0) + _FAR_S:
                believed = False
            else:
                believed = most or number > self._near or t <= latest
            if believed:
                yield from self._until(t)
            else:
                heappop(self._waiting)
                self.ignored += 1
        if self._now is not None:
            yield from self._judge(self._now)

    def _until(self, t: float) -> Iterator[Change]:
        """Move to `t`, and take up on the way what has waited for its time."""
        if self._now is None:
            self._now = min(t, self._waiting[0][0]) if self._waiting else t
            self._judged = self._now // STEP_S * STEP_S
        while self._waiting and self._waiting[0][0] <= t:
            at, _, one = heappop(self._waiting)
            yield from self._move(at)
            self._watch.observe(one)
        yield from self._move(t)

    def _move(self, t: float) -> Iterator[Change]:
        """Judge at every step before `t`, then go there."""
        before = self._now if self._now is not None else t
        while self._judged + STEP_S <= t:
            if self._watch.idle:
                self._judged = max(self._judged + STEP_S, t // STEP_S * STEP_S)
            else:
                # Where nothing is heard for long, looking often finds nothing new.
                silent = self._judged - before
                self._judged = min(self._judged + max(STEP_S, silent / _RARER), t)
            yield from self._watch.tick(self._judged)
        self._now = max(before, t)

    def _judge(self, now: float) -> Iterator[Change]:
        self._judged = max(self._judged, now)
        yield from self._watch.tick(self._judged)
