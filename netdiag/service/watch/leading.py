"""Of several processes over one store one leads: it infers outages and tells of them.

Who leads holds a lease that runs out by itself. One who was killed is followed within LASTS_S and
one look; one who stops gives the lease back. What was known stands in the store, so whoever
follows goes on where the other was.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

from netdiag.store.database import Database, StoreError
from netdiag.store.leases import Leases

LASTS_S = 12.0
LOOK_S = 3.0
_MARGIN_S = 2.0  # so much before its lease ends one who cannot renew it leads no more
_NAME = "(watch)"  # of the lease: no device is called so
_log = logging.getLogger(__name__)


class Leading:
    """`begin` and `end` start and end what only one does. On a SQLite file there is nobody else,
    and it leads for good."""

    def __init__(
        self,
        database: Database,
        holder: str,
        begin: Callable[[], Awaitable[None]],
        end: Callable[[], Awaitable[None]],
    ) -> None:
        self._alone = database.is_sqlite
        self._leases = Leases(database, timedelta(seconds=LASTS_S))
        self._holder = holder
        self._begin = begin
        self._end = end
        self._until = 0.0
        self._task: asyncio.Task[None] | None = None
        self.leads = False

    async def start(self) -> None:
        """Lead at once when nobody does; else wait for it beside everything else."""
        if self._alone:
            await self._lead()
            return
        await self._look()
        self._task = asyncio.create_task(self._keep_looking())

    async def stop(self) -> None:
        """End, and let another follow at once."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        led, self.leads = self.leads, False
        if led:
            await self._end()
        if led and not self._alone:
            try:
                await asyncio.to_thread(self._leases.give_back, _NAME, self._holder)
            except StoreError as error:
                _log.warning("the lead is not given back, it runs out: %s", error)

    @property
    def may_keep(self) -> bool:
        """Is what this process knows the newest there is? Not when it lost the lead."""
        return self._alone or time.monotonic() < self._until

    def may_go_on(self) -> bool:
        """Is the lease still mine? Asked before every turn: a process that was asleep for a while
        has lost it, and does not know yet."""
        return self.leads and self.may_keep

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            await self._look()

    async def _look(self) -> None:
        asked = time.monotonic()
        try:
            lease = await asyncio.to_thread(self._leases.take, _NAME, self._holder)
        except StoreError as error:
            _log.warning("who leads cannot be told: %s", error)
            lease = None
        else:
            if lease is not None:
                self._until = asked + LASTS_S - _MARGIN_S
            elif self.leads:
                self._until = 0.0
        if lease is not None and not self.leads:
            _log.info("%s leads: it infers outages and tells of them", self._holder)
            await self._lead()
        elif self.leads and time.monotonic() >= self._until:
            _log.warning("%s leads no more", self._holder)
            self.leads = False
            await self._end()

    async def _lead(self) -> None:
        self.leads = True
        await self._begin()
