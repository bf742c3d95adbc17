"""A worker beside its store: copy while the line holds, sweep alone while it does not, then bring
what was found. One thread, apart from the engine's, which waits for the store."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from netdiag.model.errors import NetdiagError
from netdiag.service.spool.alone import Alone
from netdiag.service.spool.pulse import Pulse
from netdiag.service.spool.story import Story, sentence
from netdiag.store.catch_up import CatchUp
from netdiag.store.database import Database
from netdiag.store.fleet import Fleet
from netdiag.store.mirror import Mirror, own_runs
from netdiag.store.sweeps import Sweeps

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Seconds: of silence after which a line is cut, between copies, between looks."""

    cut_s: float = 20.0
    copy_s: float = 30.0
    look_s: float = 1.0


class Keeper:
    """The thread. `busy`: sweeps from the store's queue must wait, for this one sweeps or brings
    results. `name` is the worker's; `tell` gets numbers of new findings that stand open."""

    def __init__(
        self,
        *,
        central: Database,
        local: Database,
        alone: Alone,
        name: str,
        sites: tuple[str, ...],
        tell: Callable[[list[int]], None],
        pace: Pace | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._clock = clock
        self._central = central
        self._local = local
        self._alone = alone
        self._pace = pace or Pace()
        self._name, self._sites = name, sites
        self._pulse = Pulse(central, min(5.0, self._pace.cut_s / 4))
        self._mirror = Mirror(central, local, sites)
        self._catch_up = CatchUp(central, local, tell)
        self._story = Story(local, lambda told: Fleet(central).note_alone(name, told))
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="netdiag-spool", daemon=True)
        self._copied = datetime.min.replace(tzinfo=UTC)
        self._since = datetime.min.replace(tzinfo=UTC)  # the next sweep is due after this
        self._said = ""
        self.busy = True  # until it is known whether something is left to bring
        self.away = False

    @property
    def filled(self) -> bool:
        """Was there ever a copy: is there anything to sweep from?"""
        return self._story.copied_at is not None

    def start(self) -> None:
        """Begin. Raises StoreError when the file cannot be used."""
        Sweeps(self._local).end_all(datetime.now(UTC))
        self._story.read()
        self._pulse.start()
        self._thread.start()

    def stop(self) -> None:
        """End what is under way; what is left stays in the file."""
        self._end.set()
        self._alone.stop()
        self._pulse.stop()
        self._thread.join(timeout=45)
        self._local.close()

    def _run(self) -> None:
        while not self._end.is_set():
            try:
                self._turn(self._clock())
                self._said = ""
            except NetdiagError as error:
                if str(error) != self._said:
                    _log.warning("%s", error)
                self._said = str(error)
            self._end.wait(self._pace.look_s)

    def _turn(self, now: datetime) -> None:
        if self._pulse.silent_s >= self._pace.cut_s:
            self._without(now)
        elif self._pulse.answered:
            self._with(now)

    def _without(self, now: datetime) -> None:
        if not self.away:
            self.away = self.busy = True
            self._since = now
            self._story.left(now)
            _log.error("%s", self._farewell())
        due = self._alone.due(self._since)
        if due is None or now < due:
            return
        if not self._my_turn(due):
            self._since = due
            return
        self._alone.sweep()
        self._since = self._clock()

    def _farewell(self) -> str:
        why = self._pulse.trouble or "it does not answer"
        sites = ", ".join(self._sites)
        if self._alone.due(self._since) is None:
            return f"cut off from the store ({why}); 'sweep.schedule' is not set: nothing is swept"
        if len(self._crew()) > 1:
            return (
                f"cut off from the store ({why}); {sites} is swept from here until it is back, by "
                f"turns with the other workers ({', '.join(self._crew())})"
            )
        return f"cut off from the store ({why}); {sites} is swept from here until it is back"

    def _my_turn(self, due: datetime) -> bool:
        """Workers of one site that are cut off cannot ask each other who lives: each takes every
        so many-th moment of the schedule, so that two never sweep at once, and one who is dead
        leaves no more than his share."""
        crew = self._crew()
        return self._alone.number_of(due) % len(crew) == crew.index(self._name)

    def _crew(self) -> list[str]:
        """Who lived and worked for these sites when the copy was made, and this one."""
        everybody = Fleet(self._local).everybody()
        last = max((one.seen_at for one in everybody), default=datetime.now(UTC))
        lived = {
            one.name
            for one in everybody
            if set(one.sites) & set(self._sites) and one.lived_at(last)
        }
        return sorted(lived | {self._name})

    def _with(self, now: datetime) -> None:
        if self.away or own_runs(self._local):
            self.busy = True
            self._come_back(now)
        self.away = self.busy = False
        if (now - self._copied).total_seconds() >= self._pace.copy_s:
            self._mirror.take(now)
            self._copied = now
            self._story.copied(now)

    def _come_back(self, now: datetime) -> None:
        waiting = own_runs(self._local)
        self._story.back(now, waiting)
        _log.info("the store is back: %d sweeps are brought to it", waiting)
        caught = self._catch_up.run(now)
        self._mirror.forget()
        self._copied = datetime.min.replace(tzinfo=UTC)
        self._story.caught_up(datetime.now(UTC), caught)
        _log.info("caught up: %s", sentence(self._story.now))
