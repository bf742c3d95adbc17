"""What ticket systems did not tell by a call: each is asked for what others changed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from netdiag.routing.desks.config import Connected
from netdiag.routing.desks.desk import Ability
from netdiag.service.tickets.guarded import guarded
from netdiag.service.tickets.room import Room

_LOOK_BACK = timedelta(days=3)  # at the start, for what changed while nobody polled
_TICK_S = 1.0
_OVERLAP = timedelta(seconds=5)
Accept = Callable[[str, str, str], Awaitable[object]]


@dataclass(slots=True, kw_only=True)
class Poll:
    """`accept(system, ticket, delivery)` takes a change in; the same delivery again is no news."""

    room: Room
    accept: Accept
    _polled: dict[str, tuple[float, datetime]] = field(default_factory=dict)

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            await self.once()
            await asyncio.sleep(_TICK_S)

    async def once(self) -> None:
        """Each system whose time has come; one that fails keeps no other from its turn."""
        for name, connected in self.room.settings.desks.items():
            every = connected.common.poll_s
            if every is None or Ability.POLL not in connected.desk.abilities:
                continue
            last, since = self._polled.get(name, (0.0, datetime.now(UTC) - _LOOK_BACK))
            if time.monotonic() - last < every:
                continue
            begun, self._polled[name] = datetime.now(UTC), (time.monotonic(), since)
            async with guarded(f"{name} could not be polled"):
                await self._ask(name, connected, since)
                self._polled[name] = (time.monotonic(), begun - _OVERLAP)

    async def _ask(self, name: str, connected: Connected, since: datetime) -> None:
        for ticket, word in await connected.desk.changed(since):
            await self.accept(name, ticket, f"poll:{ticket}:{word}")
