"""One flow at a time for a ticket, over every process that works on the same store.

On a SQLite file there is one process. On PostgreSQL the ticket has a lease in the store: it is
renewed while the flow runs, and that of a process that died runs out.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from uuid import uuid4
from weakref import WeakValueDictionary

from netdiag.store.database import Database, StoreError
from netdiag.store.leases import Leases

_log = logging.getLogger(__name__)
_ASK_AGAIN_S = 0.3
_LONGEST = 200  # characters of a name in the store


class Alone:
    """`async with alone("rt", "4711"): …`"""

    def __init__(self, database: Database, *, lasts_s: float = 20.0) -> None:
        leases = Leases(database, lasts=timedelta(seconds=lasts_s))
        self._leases = None if database.is_sqlite else leases
        self._lasts_s = lasts_s
        self._holder = uuid4().hex
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def __call__(self, *names: str) -> AsyncIterator[None]:
        """Wait for the turn, and hold it."""
        name = _key(names)
        lock = self._locks.get(name)
        if lock is None:
            lock = self._locks[name] = asyncio.Lock()
        async with lock:
            if self._leases is None:
                yield
                return
            keeper = asyncio.create_task(self._keep(self._leases, name, mine := asyncio.Event()))
            try:
                await mine.wait()
                yield
            finally:
                keeper.cancel()
                with suppress(asyncio.CancelledError):
                    await keeper
                await asyncio.shield(self._ask(self._leases.end, name))

    async def _keep(self, leases: Leases, name: str, mine: asyncio.Event) -> None:
        while True:
            if await self._ask(leases.take, name):
                mine.set()
            await asyncio.sleep(self._lasts_s / 4 if mine.is_set() else _ASK_AGAIN_S)

    async def _ask(self, act: Callable[[str, str], object], name: str) -> bool:
        try:
            return await asyncio.to_thread(act, name, self._holder) is not None
        except StoreError as error:
            _log.warning("the turn at %s cannot be asked for: %s", name, error)
            return False


def _key(names: tuple[str, ...]) -> str:
    name = ":".join(("ticket", *names))
    return name if len(name) <= _LONGEST else f"ticket:{hashlib.sha256(name.encode()).hexdigest()}"
