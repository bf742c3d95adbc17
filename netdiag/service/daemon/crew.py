"""Several processes over one store: each gives signs of life, and takes over from the dead.

The engine gives a dead process's work back only to the same name at its next start. So whoever
shares a site with one that was silent too long puts its unfinished work back into the site's
queue. One does it at a time, and not while that name is just coming back.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import text

from netdiag.model.errors import NetdiagError
from netdiag.service.daemon.jobs import Jobs
from netdiag.service.daemon.takeover import Takeover
from netdiag.store.database import Database, StoreError
from netdiag.store.fleet import Fleet, Me, Worker

_log = logging.getLogger(__name__)
_BEAT_S = 5.0
_LOCK = 7_331_009  # of the store; any number that nobody else uses


class NameTakenError(NetdiagError):
    """Another netdiag works on this store under the same name: give this one another."""


class Crew:
    """This process among those of the same store. `lost()` is called when somebody else took its
    name: it must end at once, for its work is being done elsewhere."""

    def __init__(
        self, database: Database, me: Me, jobs: Callable[[], Jobs], lost: Callable[[], None]
    ) -> None:
        self.me = me
        self.fleet = Fleet(database)
        self._database = database
        self._jobs = jobs
        self._lost = lost
        self._tasks: list[asyncio.Task[None]] = []

    async def join(self) -> None:
        """Before the engine starts. Raises NameTakenError, StoreError."""
        there = await asyncio.to_thread(self._join)
        if there is not None:
            raise NameTakenError(
                f"{there.name!r} works on this store already: process {there.pid} on "
                f"{there.host}, last seen {there.seen_at:%H:%M:%S} UTC. Give this one another "
                "name (worker: --name, daemon: serve.executor); if that one is dead, wait a "
                "moment."
            )

    def begin(self) -> None:
        """After the engine's start: signs of life, and the watch over the others."""
        self._tasks = [
            asyncio.create_task(self._every(self._beat)),
            asyncio.create_task(self._every(self._take_over)),
        ]

    async def leave(self) -> None:
        """After the engine's end."""
        for task in self._tasks:
            task.cancel()
        try:
            await asyncio.to_thread(self.fleet.leave, self.me)
        except StoreError as error:
            _log.warning("could not say goodbye: %s", error)

    def _join(self) -> Worker | None:
        with self._alone():
            there = self.fleet.join(self.me)
            if there is None or there.host != self.me.host or _runs(there.pid):
                return there
            self.fleet.dismiss(there.name, there.instance)  # killed a moment ago, on this machine
            return self.fleet.join(self.me)

    async def _every(self, act: Callable[[], None]) -> None:
        while True:
            await asyncio.sleep(_BEAT_S)
            try:
                await asyncio.to_thread(act)
            except StoreError as error:
                _log.warning("%s", error)

    def _beat(self) -> None:
        if not self.fleet.beat(self.me):
            _log.error("another process works as %s now; this one ends", self.me.name)
            self._lost()

    def _take_over(self) -> None:
        dead = [
            one
            for one in self.fleet.everybody()
            if not one.alive and set(one.sites) & set(self.me.sites)
        ]
        if not dead:
            return
        with self._alone():
            Takeover(fleet=self.fleet, jobs=self._jobs(), sites=self.me.sites).of(dead)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else joins or takes over meanwhile. A SQLite file has one process only."""
        if self._database.is_sqlite:
            yield
            return
        with self._database.write() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _LOCK})
            yield


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
