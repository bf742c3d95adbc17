"""How much accepted work is not done yet, and when that is too much."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from netdiag.service.daemon.asked import OverloadedError
from netdiag.service.daemon.settings import ServeSettings
from netdiag.store.database import StoreError

_LOOK_S = 2.0
_AGAIN_S = 0.2  # a flood that is refused is no flood of questions to the engine
_EACH_S = 3.0  # a rough guess of one diagnosis, for Retry-After
_log = logging.getLogger(__name__)


class Backlog:
    """Diagnoses that wait or run at this process's sites. It counts what begins and ends here, and
    takes over the engine's count (`count(most)`) every two seconds and before it refuses anything:
    another process may carry out what this one accepted, and a person may cancel it."""

    def __init__(
        self, serve: Callable[[], ServeSettings], count: Callable[[int], Awaitable[int]]
    ) -> None:
        self._serve = serve
        self._count = count
        self._looked = 0.0
        self.waiting = 0

    @property
    def full(self) -> bool:
        """Is it as much as may wait?"""
        return self.waiting >= self._serve().waiting

    async def admit(self) -> None:
        """Raises OverloadedError when it is full."""
        if self.full and time.monotonic() - self._looked >= _AGAIN_S:
            await self.look()
        if self.full:
            after = max(1, round(self.waiting * _EACH_S / self._serve().at_once))
            raise OverloadedError(self.waiting, after)

    def begun(self) -> None:
        """One more was accepted."""
        self.waiting += 1

    def ended(self) -> None:
        """One was carried out here."""
        self.waiting = max(0, self.waiting - 1)

    async def keep_right(self) -> None:
        """Until it is cancelled."""
        while True:
            await asyncio.sleep(_LOOK_S)
            if self.waiting:
                await self.look()

    async def look(self) -> None:
        """Take over the engine's count."""
        self._looked = time.monotonic()
        try:
            self.waiting = await self._count(self._serve().waiting)
        except StoreError as error:
            _log.warning("waiting diagnoses cannot be counted: %s", error)
