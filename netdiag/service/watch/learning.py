"""What a network teaches inference: who is off at which hour, and what a gain is worth.

Once a day, from the store: the session ends of four weeks (those of outages left out), and the
outages that are over. What came of it is kept by name, so that it is there after a restart, also
when the watch's own memory is not. Blocking.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from netdiag.outages.confidence import Calibration, learned
from netdiag.outages.watch import Watch
from netdiag.service.watch.past import Cuts, truths
from netdiag.service.watch.tree import Known
from netdiag.store.cursors import Cursors
from netdiag.store.database import Database
from netdiag.store.events import Events
from netdiag.store.outages import Register

_NAME = "watch-learned"
_BACK = timedelta(days=28)
_EVERY = timedelta(days=1)
_START = Calibration()
_FEWEST = 10  # closed outages whose truth is known, before confidence is fitted to them


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """`profile`: drops per half hour of the day (UTC) in `days` days, by the name of the access
    node. `outages`: how many closed ones the curve is fitted to; 0 where it is the start value."""

    at: float
    days: int = 0
    profile: dict[str, list[int]]
    offset: float = _START.offset
    slope: float = _START.slope
    outages: int = 0


class Learning:
    """Learns when it is due, and remembers."""

    def __init__(self, database: Database) -> None:
        self._events = Events(database)
        self._register = Register(database)
        self._cursors = Cursors(database)
        self._known = False
        self.lessons: Lessons | None = None

    def due(self, now: datetime) -> bool:
        """Is the last lesson a day old? Raises StoreError."""
        self.recall()
        return self.lessons is None or now.timestamp() - self.lessons.at >= _EVERY.total_seconds()

    def recall(self) -> Lessons | None:
        """What was learned last, also before a restart; None when nothing was."""
        if not self._known:
            kept = self._cursors.get(_NAME)
            self._known = True
            try:
                self.lessons = Lessons(**kept) if isinstance(kept, dict) else None
            except TypeError:  # of another version
                self.lessons = None
        return self.lessons

    def learn(self, known: Known, watch: Watch, now: datetime) -> Lessons:
        """Read the past and keep what it teaches. Only reads of the watch what never changes, so
        it may judge meanwhile."""
        days = self._days(now)
        since = now - timedelta(days=days)
        cuts = Cuts(known.tree, self._register, since, now)
        drops = cuts.outside(self._drops(known, since, now)) if days else iter(())
        profile = watch.hazard.counted(drops)
        found = Lessons(
            at=now.timestamp(),
            days=days,
            profile={known.tree.label(node): list(kept) for node, kept in profile.items()},
        )
        closed = truths(self._register, now - _BACK)
        if len(closed) >= _FEWEST:
            curve = learned(closed)
            found = replace(found, offset=curve.offset, slope=curve.slope, outages=len(closed))
        self._cursors.put(_NAME, asdict(found), now)
        self.lessons, self._known = found, True
        return found

    def _days(self, now: datetime) -> int:
        """Whole days of which the store has sessions."""
        first = self._events.first_session(now - _BACK)
        return (now - first).days if first is not None else 0

    def _drops(self, known: Known, since: datetime, until: datetime) -> Iterator[tuple[float, str]]:
        """Session ends; a state that is merely told again is none."""
        down: set[str] = set()
        for at, subject, state in self._events.sessions(since, until):
            for leaf in known.subjects(subject):
                if state == "up":
                    down.discard(leaf)
                elif state == "down" and leaf not in down:
                    down.add(leaf)
                    yield at.timestamp(), leaf


def teach(watch: Watch, lessons: Lessons, *, profile: bool = True) -> None:
    """Put lessons into a watch: the curve, and the profile in place of what it has."""
    watch.book.reporter.calibration = Calibration(lessons.offset, lessons.slope)
    if profile and lessons.days:
        node_of = {watch.tree.label(node): node for node in range(1, len(watch.tree))}
        kept = {node_of[n]: array("H", row) for n, row in lessons.profile.items() if n in node_of}
        watch.hazard.replace(kept, lessons.days)
