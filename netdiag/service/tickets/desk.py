"""The desk's work in the daemon: accepts events, begins flows, watches, proposes."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from netdiag.model.errors import NetdiagError
from netdiag.routing.desks.desk import Event
from netdiag.service.daemon.durable import Urgency
from netdiag.service.flows.ticket import TicketFlow
from netdiag.service.flows.ticket_after import AfterFlow
from netdiag.service.flows.ticket_open import OpenFlow
from netdiag.service.tickets.alone import Alone
from netdiag.service.tickets.events import event_key
from netdiag.service.tickets.poll import Poll
from netdiag.service.tickets.post import Post
from netdiag.service.tickets.propose import Answer, Proposed, propose
from netdiag.service.tickets.room import Json, Room
from netdiag.service.tickets.settings import TicketSettings
from netdiag.service.tickets.watch import Watch
from netdiag.store.database import StoreError
from netdiag.store.letters import Letters
from netdiag.store.tickets import Tickets

if TYPE_CHECKING:
    from netdiag.service.daemon.daemon import Daemon

_URGENCY = {"ticket": Urgency.TICKET, "ticket-after": Urgency.CHORE, "ticket-open": Urgency.CHORE}


_NOT_ENDED = ["ENQUEUED", "PENDING", "DELAYED"]


class EventError(NetdiagError):
    """The body names no ticket."""


class ReusedDeliveryError(NetdiagError):
    """The same delivery id came with another body."""


class TicketDesk:
    """Everything that has to do with ticket systems."""

    def __init__(self, daemon: Daemon, settings: TicketSettings) -> None:
        self._daemon = daemon
        self.tickets = Tickets(daemon.database)
        self.letters = Letters(daemon.database)
        self.room = Room(
            daemon=daemon,
            settings=settings,
            tickets=self.tickets,
            post=Post(self.letters, lambda: self.room.settings.desks),
            alone=Alone(daemon.database),
        )
        self._watch = Watch(room=self.room, begin=self.begin)
        self._poll = Poll(room=self.room, accept=self._polled)
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def line(self) -> str:
        """The queue of durable work for ticket systems: one that is down holds up no diagnosis."""
        return line_of(self._daemon.serve.site)

    def register(self) -> None:
        """Make the flows known to the engine; also those of systems that are not configured any
        more: a crash may have left some."""
        durable = self._daemon.durable
        durable.register("ticket", TicketFlow(room=self.room, begin=self.begin))
        durable.register("ticket-after", AfterFlow(room=self.room, begin=self.begin))
        durable.register("ticket-open", OpenFlow(room=self.room))

    def start(self) -> None:
        """Begin to watch. A system that is slow to be polled holds up no other look."""
        self._tasks = [asyncio.create_task(loop.run()) for loop in (self._watch, self._poll)]

    async def stop(self) -> None:
        """Stop watching, close connections."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for connected in self.room.settings.desks.values():
            await connected.desk.close()

    async def replace(self, settings: TicketSettings) -> None:
        """From now on with these systems and this policy."""
        old, self.room.settings = self.room.settings, settings
        for connected in old.desks.values():
            await connected.desk.close()

    def has(self, system: str) -> bool:
        """Is there such a ticket system?"""
        return system in self.room.settings.desks

    async def accept(self, system: str, payload: Json, delivery: str, raw: str) -> Json:
        """Take an event in, once: {"id", "again"}. Raises EventError, StoreError,
        ReusedDeliveryError."""
        event = self.room.post.connected(system).event(payload)
        if event is None:
            raise EventError("The body names no ticket.")
        return await self._take(system, event, delivery, raw)

    async def _polled(self, system: str, ticket: str, delivery: str) -> Json:
        return await self._take(system, Event(ticket=ticket), delivery, "")

    async def _take(self, system: str, event: Event, delivery: str, raw: str) -> Json:
        key = event_key(system, delivery)
        work = {"key": key, "system": system, "ticket": event.ticket, "event": asdict(event)}
        source = f"tickets:{system}"
        taken = await asyncio.to_thread(
            self._daemon.inbox.accept,
            source,
            delivery,
            raw=raw,
            body=json.dumps({"flow": "ticket", "work": work}),
            work=key,
            now=datetime.now(UTC),
        )
        if taken.again and not taken.same:
            raise ReusedDeliveryError("This delivery id was used before with another body.")
        try:
            await self.begin("ticket", key, work)
        except StoreError:
            if not taken.again:
                await asyncio.to_thread(self._daemon.inbox.give_back, source, delivery)
            raise
        return {"id": key, "again": taken.again}

    async def begin(self, flow: str, key: str, work: Json, delay_s: float = 0.0) -> None:
        """Enqueue durable work; the same key again is the same work."""
        await self._daemon.durable.enqueue(
            flow,
            key,
            work,
            site=self.line,
            urgency=_URGENCY[flow],
            delay_s=delay_s or None,
        )

    async def propose(self, document: Json) -> Proposed:
        """A finding that nobody reported, as a kept document of a diagnosis: policy decides whether
        it becomes a ticket."""
        waiting = await self._daemon.jobs.find(flow="ticket-open", states=_NOT_ENDED, limit=1000)
        new = sum("diagnosis" in one.argument for one in waiting)
        answer = await propose(self.room, document, under_way=new)
        if answer.answer is Answer.OPENED and answer.job:
            work = {
                "key": answer.job,
                "system": self.room.policy.proactive.system,
                "ticket": "",
                "diagnosis": document["id"],
            }
            await self.begin("ticket-open", answer.job, work)
        return answer


def line_of(site: str) -> str:
    """The name of a site's queue for ticket systems."""
    return f"{site}-tickets"
