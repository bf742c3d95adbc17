"""Limits per device over several processes of one site: whoever asks a device holds its lease.

Alone at its site a process asks nobody. With others it takes the device's lease from the store,
keeps it while it has questions there, and gives it up when it is idle or another one waits.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from netdiag.model.wire import Deadline, Target
from netdiag.store.database import StoreError
from netdiag.store.leases import Lease, Leases

_log = logging.getLogger(__name__)
_RENEW_S = 2.0  # a lease lasts three times as long
_POLL_S = 0.1
_IDLE_S = 0.5


@dataclass(slots=True, eq=False)
class _Held:
    """A device of ours. `users`: questions under way; `leaving`: no new ones."""

    users: int = 0
    leaving: bool = False
    keeper: asyncio.Task[None] | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Turns:
    """The leases of this process. `shared()`: is there anybody to share devices with?"""

    def __init__(self, leases: Leases, holder: str, shared: Callable[[], bool]) -> None:
        self._leases = leases
        self._holder = holder
        self._shared = shared
        self._held: dict[str, _Held] = {}

    async def take(self, target: Target, deadline: Deadline) -> bool:
        """Wait for the turn of this process at a device; False: it did not come in time."""
        if not self._shared() and target.device not in self._held:
            return True
        while deadline.remaining > 0:
            held = self._held.setdefault(target.device, _Held())
            async with held.lock:
                if await self._ours(held, target):
                    held.users += 1
                    return True
            await asyncio.sleep(min(_POLL_S, max(deadline.remaining, 0.01)))
        return False

    def give_back(self, target: Target) -> None:
        """One question less; soon after the last one the device is free for others."""
        held = self._held.get(target.device)
        if held is not None and held.users:
            held.users -= 1

    async def close(self) -> None:
        """Free every device."""
        keepers = [held.keeper for held in self._held.values() if held.keeper]
        for held in self._held.values():
            held.leaving = True
        for keeper in keepers:
            keeper.cancel()
        await asyncio.gather(*keepers, return_exceptions=True)
        self._held.clear()

    async def _ours(self, held: _Held, target: Target) -> bool:
        if held.leaving:
            return False
        if held.keeper is not None:
            return True
        lease = await self._ask(target.device)
        if lease is None:
            return False
        held.keeper = asyncio.create_task(self._keep(target.device, held))
        if lease.fresh and target.limits.min_interval_s:
            await asyncio.sleep(target.limits.min_interval_s)
        return True

    async def _keep(self, device: str, held: _Held) -> None:
        """Renew the lease while it is used; free it when it is idle, wanted or lost."""
        loop = asyncio.get_running_loop()
        renewed = used = loop.time()
        try:
            while held.users or (not held.leaving and loop.time() - used < _IDLE_S):
                await asyncio.sleep(_POLL_S)
                used = loop.time() if held.users else used
                if loop.time() - renewed >= _RENEW_S:
                    renewed = loop.time()
                    lease = await self._ask(device)
                    held.leaving = held.leaving or lease is None or lease.wanted
        finally:
            held.leaving = True
            await asyncio.shield(self._free(device, held))

    async def _ask(self, device: str) -> Lease | None:
        try:
            return await asyncio.to_thread(self._leases.take, device, self._holder)
        except StoreError as error:
            _log.warning("the turn at %s cannot be asked for: %s", device, error)
            return None

    async def _free(self, device: str, held: _Held) -> None:
        with suppress(StoreError):  # then it runs out by itself
            await asyncio.to_thread(self._leases.give_back, device, self._holder)
        if self._held.get(device) is held:
            del self._held[device]
