"""Looks that nobody asked for: after an outage, while a ticket waits, when the first is over."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from netdiag.model.ticket import Case, Origin, TicketState
from netdiag.model.words import Side
from netdiag.service.tickets.earlier import Earlier
from netdiag.service.tickets.events import event_key
from netdiag.service.tickets.guarded import guarded
from netdiag.service.tickets.outage_news import news_for, open_outages, without_parent
from netdiag.service.tickets.room import Room

_TICK_S = 3.0
_AT_ONCE = 50  # looks at waiting tickets begun in one round
_TROUBLE = "tickets are not watched just now"
Begin = Callable[..., Awaitable[None]]


@dataclass(slots=True, kw_only=True)
class Watch:
    """A loop beside the durable flows. All that it begins has a lasting key, so that a restart, or
    a second process, begins nothing twice."""

    room: Room
    begin: Begin
    _begun: dict[str, int] = field(default_factory=dict)  # key → case
    _opened: set[str] = field(default_factory=set)
    _earlier: Earlier = field(default_factory=Earlier)
    _looked_s: float = 0.0

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            await self.once()
            await asyncio.sleep(_TICK_S)

    async def once(self) -> None:
        """One round. What fails in it is tried again in the next."""
        async with guarded(_TROUBLE):
            live = await asyncio.to_thread(self.room.tickets.live)
            numbers = {case.id for case in live}
            self._begun = {key: one for key, one in self._begun.items() if one in numbers}
            for look in (self._open_outages, self._ended_outages, self._hung_below, self._waiting):
                async with guarded(_TROUBLE):
                    await look(live)
        async with guarded(_TROUBLE):
            await self._earlier_tickets()

    async def _open_outages(self, live: Iterable[Case]) -> None:
        """Each has its ticket, and those behind it tell what the NOC says."""
        room = self.room
        outages = await asyncio.to_thread(open_outages, room)
        for system, outage in await asyncio.to_thread(without_parent, room, outages):
            key = event_key(system, f"outage:{outage.id}")
            if key not in self._opened:
                work = {"key": key, "system": system, "ticket": "", "outage": outage.id}
                await self.begin("ticket-open", key, work, 0.0)
                self._opened.add(key)
        for outage in outages:
            behind = [case for case in live if case.outage == outage.id]
            life = await asyncio.to_thread(room.daemon.outages.log, outage.id) if behind else []
            for case in behind:
                for name, note in news_for(case, outage, life):
                    await self._second_look(case, "news", name, 0.0, note=note)

    async def _ended_outages(self, live: Iterable[Case]) -> None:
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
                await self._second_look(case, reason, f"over:{outage}:{case.id}", delay, since=end)

    async def _hung_below(self, live: Iterable[Case]) -> None:
        """Tickets whose subscriber's first one is over, however it ended."""
        below = [(int(case.fields["duplicate_of"]), case) for case in live if _is_below(case)]
        firsts = await asyncio.to_thread(self.room.tickets.cases, {number for number, _ in below})
        for number, case in below:
            if number not in firsts or not firsts[number].live:
                await self._second_look(case, "duplicate", f"below:{number}:{case.id}", 0.0)

    async def _earlier_tickets(self) -> None:
        """Whose outage is known now hangs below it, and nobody is sent to him."""
        daemon = self.room.daemon
        found = await asyncio.to_thread(
            self._earlier.found, daemon.app, daemon.outages, self.room.tickets
        )
        for case, outage in found:
            await self._second_look(case, "waiting", f"behind:{outage.id}:{case.id}", 0.0)

    async def _waiting(self, live: Iterable[Case]) -> None:
        """Those that nothing happened to for longest come first, each once in `recheck_minutes`."""
        minutes = self.room.policy.recheck_minutes
        if not minutes or time.monotonic() - self._looked_s < min(60.0, minutes * 20.0):
            return
        self._looked_s = time.monotonic()
        slot, before = (
            int(time.time() // (minutes * 60)),
            datetime.now(UTC) - timedelta(minutes=minutes),
        )
        due = [(f"wait:{case.id}:{slot}", case) for case in live if _waits(case, before)]
        names = {name for name, _ in due}
        self._begun = {
            key: one for key, one in self._begun.items() if key in names or key[:5] != "wait:"
        }
        fresh = [(name, case) for name, case in due if name not in self._begun]
        for name, case in sorted(fresh, key=lambda one: one[1].changed_at)[:_AT_ONCE]:
            await self._second_look(case, "waiting", name, 0.0)

    async def _second_look(
        self,
        case: Case,
        reason: str,
        name: str,
        delay_s: float,
        *,
        since: datetime | None = None,
        note: str = "",
    ) -> None:
        if name in self._begun or case.system not in self.room.settings.desks:
            return
        work = {
            "key": event_key(case.system, name),
            "system": case.system,
            "ticket": case.external_id,
            "case": case.id,
            "event": {},
            "reason": reason,
            "not_before": since.isoformat() if since else None,
            "note": note,
        }
        await self.begin("ticket-after", work["key"], work, delay_s)
        self._begun[name] = case.id


def _is_below(case: Case) -> bool:
    return bool(case.fields.get("duplicate_of"))


def _waits(case: Case, before: datetime) -> bool:
    return (
        case.state is TicketState.OPEN
        and case.subscriber is not None
        and case.outage is None
        and case.side in (Side.PROVIDER, Side.UNDETERMINED)
        and case.changed_at < before
        and not _is_below(case)
    )
