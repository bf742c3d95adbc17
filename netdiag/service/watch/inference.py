"""Inference in the daemon: reads events from the store, judges, writes the register, asks.

Everything that touches the watch runs in one thread at a time. Events are judged in the time of
their receipt, so that what is read again after a crash leads to where it led before.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from netdiag.inventory.topology import Topology
from netdiag.model.errors import NetdiagError
from netdiag.model.event import Event
from netdiag.model.maintenance import Maintenance
from netdiag.outages.change import Change, Planned, Suspicion
from netdiag.outages.life import Rules
from netdiag.outages.observation import Kind, State
from netdiag.outages.saved import restore, saved
from netdiag.outages.watch import Watch
from netdiag.service.app import App
from netdiag.service.watch.learning import Learning, teach
from netdiag.service.watch.read import observations, unresolved
from netdiag.service.watch.register import Writer
from netdiag.service.watch.state import MEMORY, recall, remember
from netdiag.service.watch.tree import Known, known_of
from netdiag.service.watch.ways import Ways
from netdiag.service.watch.weakened import Redundancy
from netdiag.store.changes import Changed, Changes
from netdiag.store.cursors import Cursors
from netdiag.store.database import Database
from netdiag.store.events import Events, Kept
from netdiag.store.maintenance import Windows
from netdiag.store.outages import Register

_STEP_S = 15.0  # of the time of receipt, between two judgements of what is read in one go
_BATCH = 5000
_LOOK_BACK = timedelta(hours=2)  # events that a watch without a memory begins with
_SNAPSHOT_S = 60.0
_BACK_S = 300.0  # by which a clock may be set back without more ado
_REBUILD_S = 3600.0
_MOST_UNRESOLVED = 200
_POINTS = (Kind.TRAP, Kind.POWER)
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Turn:
    """What came out of one look: whether more waits, what changed, whom to ask."""

    more: bool = False
    changes: list[Change] = field(default_factory=list)
    suspicions: tuple[Suspicion, ...] = ()
    ports: dict[tuple[str, int], Event] = field(default_factory=dict)  # to be asked for by name
    pointed_at: set[str] = field(default_factory=set)  # devices of which a trap says they are gone


class NoLongerLeadsError(NetdiagError):
    """What was to be written is another process's to write."""


class Inference:
    """One watch over one inventory."""

    def __init__(
        self,
        database: Database,
        app: Callable[[], App],
        hold_s: float,
        may: Callable[[], bool] = lambda: True,
    ) -> None:
        self._app = app
        self._may = may
        self._rules = Rules(hold_s=hold_s)
        self._events = Events(database)
        self._cursors = Cursors(database)
        self._windows = Windows(database)
        self._changes = Changes(database)
        self._learning = Learning(database)
        self._redundancy = Redundancy(self._cursors, hold_s)
        self._ways = Ways({})
        self.writer = Writer(Register(database), self._events)
        self.known: Known | None = None
        self.watch: Watch | None = None
        self.number = 0
        self.seen = 0
        self._topology: Topology | None = None
        self._built = self._kept = datetime.min.replace(tzinfo=UTC)
        self._ticked = 0.0
        self._lock = asyncio.Lock()

    async def turn(self) -> Turn:
        """Take up what is new and judge. Raises StoreError, InventoryUnavailableError."""
        async with self._lock:
            return await asyncio.to_thread(self._turn)

    async def learn(self) -> bool:
        """Learn from the store, once a day; was it time? Raises StoreError."""
        known, watch, now = self.known, self.watch, datetime.now(UTC)
        if known is None or watch is None or not await asyncio.to_thread(self._learning.due, now):
            return False
        lessons = await asyncio.to_thread(self._learning.learn, known, watch, now)
        async with self._lock:
            if self.watch is not None:
                teach(self.watch, lessons)
        return True

    def dead_ways(self) -> list[str]:
        """`DEVICE:PORT` of links of rings and second uplinks that are dead."""
        return self._ways.dead()

    async def keep(self) -> None:
        """Remember everything now."""
        async with self._lock:
            await asyncio.to_thread(self._keep)

    def _turn(self) -> Turn:
        now = datetime.now(UTC)
        if now.timestamp() < self._ticked - _BACK_S:
            self._went_back(now)
        self._have_tree()
        turn = Turn()
        batch = self._events.after(self.number, _BATCH)
        for kept in batch:
            self._until(kept.received_at.timestamp(), turn)
            self._take(kept, turn)
        turn.more = len(batch) == _BATCH
        if self.watch is not None and not turn.more:
            now = datetime.now(UTC)
            self.watch.plan(self._planned(self._windows.current(now)))
            self._tick(now.timestamp(), turn)
            turn.suspicions = self.watch.suspicions()
            self._note_redundancy()
            if (now - self._kept).total_seconds() >= _SNAPSHOT_S:
                self._keep()
        return turn

    def _take(self, kept: Kept, turn: Turn) -> None:
        known, watch = self.known, self.watch
        if known is None or watch is None:
            return
        self.number = kept.number
        self.seen += 1
        self._ways.take(kept.event)
        for one in observations(kept.event, known, kept.received_at):
            watch.observe(one)
            if one.state is State.DOWN and one.kind in _POINTS and one.subject in known.devices:
                turn.pointed_at.add(one.subject)
        if len(turn.ports) < _MOST_UNRESOLVED:
            asked = unresolved(kept.event, known)
            if asked is not None:
                turn.ports[asked] = kept.event

    def _until(self, moment: float, turn: Turn) -> None:
        """Judge at every step up to a moment; where nothing was received, once is enough."""
        if moment - self._ticked > _STEP_S:
            late = moment - self._ticked > 4 * _STEP_S
            self._tick(moment if late else self._ticked + _STEP_S, turn)

    def _tick(self, now: float, turn: Turn) -> None:
        if self.watch is None or now < self._ticked:
            return
        self._ticked = now
        for change in self.watch.tick(now):
            self._still()
            turn.changes.append(change)
            self.writer.write(change, lambda one=change: self._people(one))  # type: ignore[misc]

    def _people(self, change: Change) -> Iterator[str]:
        """Subscribers behind it by their ids and, since sessions tell of logins, by those."""
        for one in self.watch.subscribers(change.outage) if self.watch is not None else ():
            yield one
            person = self.known.people.get(one) if self.known is not None else None
            if person is not None and person.login:
                yield person.login

    def _have_tree(self) -> None:
        """A tree of today's inventory, with all that was known over the old one."""
        inventory, now = self._app().inventory, datetime.now(UTC)
        topology = inventory.topology()
        old = (now - self._built).total_seconds() > _REBUILD_S
        if topology is self._topology and not old:
            return
        known = known_of(inventory, now)
        watch = Watch(known.tree, rules=self._rules)
        if self.watch is not None:
            restore(watch, saved(self.watch))
        else:
            self._recall(watch, now)
        self._ways = Ways(known.ways)
        self._ways.recall((one.resource, one.since.timestamp()) for one in self._redundancy.now())
        lessons = self._learning.recall()
        if lessons is not None:
            teach(watch, lessons, profile=not watch.hazard.slots)
        self.known, self.watch = known, watch
        self._topology, self._built = topology, now
        _log.info("watching %d resources, %d subscribers", len(known.tree), len(known.people))

    def _went_back(self, now: datetime) -> None:
        """The clock was ahead and has been set right: what is known is of a time that is yet to
        come, and would be believed until then."""
        ahead = self._ticked - now.timestamp()
        _log.warning("the clock went back by %d s: inference begins anew", ahead)
        self._cursors.put(MEMORY, None, now)
        self.watch = self._topology = None
        self._have_tree()
        self.number, self._ticked = self._events.newest(), now.timestamp()

    def _recall(self, watch: Watch, now: datetime) -> None:
        remembered = recall(self._cursors, watch)
        if remembered is not None:
            self.number, self.writer.names = remembered.number, remembered.names
        else:
            self.number = self._events.before(now - _LOOK_BACK)

    def _still(self) -> None:
        """Before every word to the store: a process that was asleep in the middle of a turn may
        not write over what the next one knows."""
        if not self._may():
            raise NoLongerLeadsError("another process leads now")

    def _keep(self) -> None:
        self._still()
        if self.watch is not None:
            remember(self._cursors, self.watch, self.number, self.writer.names)
            self._kept = datetime.now(UTC)

    def _planned(self, windows: Iterable[Maintenance]) -> list[Planned]:
        found = []
        for window in windows:
            kind, _, name = window.root.partition(":")
            devices = self.known.devices.values() if self.known else ()
            at_site = [d.id for d in devices if kind == "site" and d.site == name]
            found += [
                Planned(
                    resource=resource,
                    begins=window.since.timestamp(),
                    ends=window.until.timestamp(),
                )
                for resource in at_site or [window.root]
            ]
        return found

    def _note_redundancy(self) -> None:
        """Redundancy that went or came back since the last look: into the log, and for good into
        the record of changes."""
        if self.watch is None:
            return
        lost = self.watch.redundancy_lost()
        gone = {one.resource for one in lost} | {
            root for change in self.watch.open() for root in change.roots
        }
        lost = (*lost, *self._ways.lost(gone))
        new, over = self._redundancy.note(lost, datetime.now(UTC))
        for one in new:
            _log.warning(
                "%s is gone; %d that hang on it are reached another way: redundancy is lost",
                one.resource,
                len(one.dependents),
            )
            self._record("redundancy.lost", one.resource, ", ".join(one.dependents))
        for one in over:
            self._record("redundancy.over", one.resource, "it is back, or an outage now")

    def _record(self, what: str, resource: str, detail: str) -> None:
        at = datetime.now(UTC)
        self._changes.add(
            Changed(at=at, who="inference", what=what, thing=resource, detail=detail[:2000])
        )
