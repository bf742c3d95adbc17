"""What no ticket system tells: outages that ended, lines that heal, what has to be polled."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from netdiag.model.errors import NetdiagError
from netdiag.model.ticket import Case, Origin, TicketState
from netdiag.model.words import Side
from netdiag.routing.desks.desk import Ability
from netdiag.service.tickets.earlier import Earlier
from netdiag.service.tickets.events import event_key
from netdiag.service.tickets.room import Json, Room

_log = logging.getLogger(__name__)
_TICK_S = 3.0
_LOOK_BACK = timedelta(days=3)  # at the start, for what changed while nobody polled
_AT_ONCE = 50  # second looks begun in one round
Begin = Callable[..., Awaitable[None]]
Accept = Callable[[str, Json, str, str], Awaitable[object]]


@dataclass(slots=True, kw_only=True)
class Watch:
    """A loop beside the durable flows. All that it begins has a lasting key, so that a restart, or
    a second process, begins nothing twice."""

    room: Room
    begin: Begin
    accept: Accept
    _polled: dict[str, tuple[float, datetime]] = field(default_factory=dict)
    _begun: set[str] = field(default_factory=set)
    _earlier: Earlier = field(default_factory=Earlier)
    _looked_s: float = 0.0

    async def run(self) -> None:
        """Until it is cancelled. What fails is logged and tried again in the next round."""
        while True:
            try:
                await self.once()
            except NetdiagError as error:
                _log.warning("tickets are not watched just now: %s", error)
            await asyncio.sleep(_TICK_S)

    async def once(self) -> None:
        """One round."""
        await self._poll()
        await self._ended_outages()
        await self._earlier_tickets()
        await self._waiting()

    async def _poll(self) -> None:
        for name, connected in self.room.settings.desks.items():
            every = connected.common.poll_s
            if every is None or Ability.POLL not in connected.desk.abilities:
                continue
            last, since = self._polled.get(name, (0.0, datetime.now(UTC) - _LOOK_BACK))
            if time.monotonic() - last < every:
                continue
            begun = datetime.now(UTC)
            try:
                changed = await connected.desk.changed(since)
            except NetdiagError as error:
                _log.warning("%s could not be polled: %s", name, error)
                self._polled[name] = (time.monotonic(), since)
                continue
            for ticket, word in changed:
                await self.accept(name, {"ticket": ticket}, f"poll:{ticket}:{word}", "")
            self._polled[name] = (time.monotonic(), begun - timedelta(seconds=5))

    async def _ended_outages(self) -> None:
        live = await asyncio.to_thread(self.room.tickets.live)
        behind = [case for case in live if case.outage is not None]
        for outage in {case.outage for case in behind if case.outage}:
            known = await asyncio.to_thread(self.room.daemon.outages.get, outage)
            if known is not None and known.open:
                continue
            end = known.cleared_at if known else None
            for case in (one for one in behind if one.outage == outage):
                is_parent = case.origin is Origin.OUTAGE
                reason = "parent" if is_parent else "outage"
                delay = 0.0 if is_parent else self.room.policy.after_outage_s
                await self._second_look(case, reason, f"over:{outage}:{case.id}", delay, end)

    async def _earlier_tickets(self) -> None:
        """Whose outage is known now hangs below it, and nobody is sent to him."""
        daemon = self.room.daemon
        found = await asyncio.to_thread(
            self._earlier.found, daemon.app, daemon.outages, self.room.tickets
        )
        for case, outage in found:
            await self._second_look(case, "waiting", f"behind:{outage.id}:{case.id}", 0.0)

    async def _waiting(self) -> None:
        minutes = self.room.policy.recheck_minutes
        if not minutes or time.monotonic() - self._looked_s < min(60.0, minutes * 20.0):
            return
        self._looked_s = time.monotonic()
        before = datetime.now(UTC) - timedelta(minutes=minutes)
        live = await asyncio.to_thread(self.room.tickets.live)
        due = [case for case in reversed(live) if _waits(case) and case.changed_at < before]
        slot = int(time.time() // (minutes * 60))
        for case in due[:_AT_ONCE]:
            await self._second_look(case, "waiting", f"wait:{case.id}:{slot}", 0.0)

    async def _second_look(
        self,
        case: Case,
        reason: str,
        name: str,
        delay_s: float,
        not_before: datetime | None = None,
    ) -> None:
        key = event_key(case.system, name)
        if key in self._begun or case.system not in self.room.settings.desks:
            return
        work = {
            "key": key,
            "system": case.system,
            "ticket": case.external_id,
            "case": case.id,
            "event": {},
            "reason": reason,
            "not_before": not_before.isoformat() if not_before else None,
        }
        await self.begin("ticket-after", key, work, delay_s)
        self._begun.add(key)


def _waits(case: Case) -> bool:
    return (
        case.state is TicketState.OPEN
        and case.subscriber is not None
        and case.outage is None
        and case.side in (Side.PROVIDER, Side.UNDETERMINED)
        and not case.fields.get("duplicate_of")
    )
