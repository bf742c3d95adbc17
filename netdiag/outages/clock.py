"""Time taken from the events themselves, though some come late and some clocks are wrong."""

from __future__ import annotations

from collections.abc import Iterator

from netdiag.outages.change import Change
from netdiag.outages.observation import Observation
from netdiag.outages.watch import Watch

STEP_S = 15.0  # between judgements
_LEAP_S = 3600.0  # an event so far ahead is believed when a second one agrees
_AGREE_S = 900.0
_RARER = 60


class EventClock:
    """Feeds a watch and judges in time: at every tick, and every quarter of a minute of the events'
    own time."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._now: float | None = None
        self._judged = 0.0
        self._ahead: list[Observation] = []
        self.ignored = 0  # observations of a clock that nothing else agrees with

    def take(self, one: Observation) -> Iterator[Change]:
        """An observation; yields what has changed by then."""
        if self._now is not None and one.t <= self._now + _LEAP_S:
            self.ignored += len(self._ahead)
            self._ahead = []
            yield from self._until(one.t)
            self._watch.observe(one)
            return
        ahead, self._ahead = self._ahead, [one]
        for other in ahead:
            if abs(other.t - one.t) <= _AGREE_S or (self._now is None and other.t <= one.t):
                self._ahead = []
                for known in sorted((other, one), key=lambda o: o.t):
                    yield from self._until(known.t)
                    self._watch.observe(known)
            else:
                self.ignored += 1

    def tick(self, now: float) -> Iterator[Change]:
        """Time has come to `now`."""
        yield from self._release(now)
        yield from self._until(now)
        yield from self._judge(max(now, self._now or now))

    def end(self) -> Iterator[Change]:
        """There is no more to come: judge what there is."""
        yield from self._release(float("inf"))
        if self._now is not None:
            yield from self._judge(self._now)

    def _release(self, now: float) -> Iterator[Change]:
        ahead, self._ahead = self._ahead, []
        for one in ahead:
            if one.t <= now:
                yield from self._until(one.t)
                self._watch.observe(one)
            else:
                self.ignored += 1

    def _until(self, t: float) -> Iterator[Change]:
        """Judge at every step before `t`, then move there."""
        if self._now is None:
            self._now = t
            self._judged = t // STEP_S * STEP_S
        while self._judged + STEP_S <= t:
            if self._watch.idle:
                self._judged = max(self._judged + STEP_S, t // STEP_S * STEP_S)
            else:
                # Where nothing is heard for long, looking often finds nothing new.
                silent = self._judged - self._now
                self._judged = min(self._judged + max(STEP_S, silent / _RARER), t)
            yield from self._watch.tick(self._judged)
        self._now = max(self._now, t)

    def _judge(self, now: float) -> Iterator[Change]:
        self._judged = max(self._judged, now)
        yield from self._watch.tick(self._judged)
