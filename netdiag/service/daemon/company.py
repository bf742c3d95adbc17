"""The other processes of the same store, as the daemon and each worker see them.

On a SQLite file there may be nobody else: it is held, and nothing else of this is done.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import uuid
from typing import IO, TYPE_CHECKING

from netdiag import __version__
from netdiag.model.subscriber import Subscriber
from netdiag.service.daemon.crew import Crew
from netdiag.service.daemon.turns import Turns
from netdiag.store.database import StoreError
from netdiag.store.fleet import Fleet, Me, Worker, sites_without
from netdiag.store.leases import Leases
from netdiag.store.only_one import hold

if TYPE_CHECKING:
    from netdiag.service.app import App
    from netdiag.service.daemon.daemon import Daemon

_log = logging.getLogger(__name__)
_LOOK_S = 5.0


class Company:
    """Who else works on this store, for which site; whose turn it is at a device."""

    def __init__(self, daemon: Daemon) -> None:
        self._daemon = daemon
        self._alone = daemon.database.is_sqlite
        self._me = Me(
            name=daemon.serve.executor,
            instance=uuid.uuid4().hex,
            host=socket.gethostname(),
            pid=os.getpid(),
            sites=daemon.sites,
            version=__version__,
        )
        self._fleet = Fleet(daemon.database)
        self._crew = Crew(daemon.database, self._me, lambda: daemon.jobs, _end_this_process)
        self._turns = Turns(Leases(daemon.database), self._me.instance, self._shares)
        self._others: tuple[Worker, ...] = ()
        self._look: asyncio.Task[None] | None = None
        self._held: IO[str] | None = None
        self.trouble: tuple[str, ...] = ()

    async def join(self) -> None:
        """Before the engine starts. Raises StoreTakenError, NameTakenError, StoreError."""
        file = self._daemon.database.file
        if file is not None:
            self._held = hold(file)
            return
        await self._crew.join()
        await asyncio.to_thread(self._see)
        self.share(self._daemon.app)

    def begin(self) -> None:
        """After the engine's start."""
        if not self._alone:
            self._crew.begin()
            self._look = asyncio.create_task(self._keep_looking())

    async def leave(self) -> None:
        """After the engine's end."""
        if self._held is not None:
            self._held.close()
        if self._alone:
            return
        if self._look:
            self._look.cancel()
        await self._turns.close()
        await self._crew.leave()

    def share(self, app: App) -> None:
        """The devices that this application asks are shared with the others of the site."""
        if not self._alone:
            app.wires.turns = self._turns

    def site_of(self, subscriber: Subscriber) -> str:
        """Whose work his diagnosis is: that of the site of his access device if it has workers of
        its own, else the daemon's."""
        serve = self._daemon.serve
        at = subscriber.attachment
        device = self._daemon.app.inventory.device(at.device) if at and at.device else None
        own = device.site if device else None
        return own if own in serve.workers else serve.site

    def everybody(self) -> tuple[Worker, ...]:
        """All processes of this store, dead ones too. Raises StoreError."""
        return tuple(self._fleet.everybody())

    def workers_by_site(self) -> dict[str, int]:
        """Living processes per site, as last seen; 0 for one that should have some."""
        counts = dict.fromkeys((*self._daemon.serve.workers, *self._daemon.sites), 0)
        for site in (site for one in self._others if one.alive for site in one.sites):
            counts[site] = counts.get(site, 0) + 1
        for site in self._daemon.sites:
            counts[site] += 1
        return counts

    def _shares(self) -> bool:
        mine = set(self._me.sites)
        return any(one.alive and mine & set(one.sites) for one in self._others)

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_S)
            try:
                await asyncio.to_thread(self._see)
            except StoreError as error:
                _log.warning("%s", error)

    def _see(self) -> None:
        found = self._fleet.everybody()
        self._others = tuple(one for one in found if one.instance != self._me.instance)
        if self._daemon.is_worker:
            return
        lacking = sites_without(found, self._daemon.serve.workers)
        trouble = tuple(f"no worker of site {site} is alive" for site in lacking)
        for told in trouble:
            if told not in self.trouble:
                _log.error("%s: its work waits. Start one: netdiag worker --site SITE", told)
        self.trouble = trouble


def _end_this_process() -> None:
    os.kill(os.getpid(), signal.SIGTERM)
