"""What every step of the desk's work needs."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from netdiag.model.content import Content
from netdiag.model.ticket import Case, TicketEvent
from netdiag.routing.desks.common import Common
from netdiag.service.tickets.alone import Alone
from netdiag.service.tickets.post import Post
from netdiag.service.tickets.settings import Policy, TicketSettings
from netdiag.store.tickets import Tickets

if TYPE_CHECKING:
    from netdiag.service.daemon.daemon import Daemon

Json = dict[str, Any]
_LOOKS = 4  # diagnoses for tickets at a time: nobody waits on the telephone for them


@dataclass(slots=True, kw_only=True)
class Room:
    """The desk's tools. `settings` is replaced whole on reload."""

    daemon: Daemon
    settings: TicketSettings
    tickets: Tickets
    post: Post
    looks: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_LOOKS))
    alone: Alone

    @property
    def policy(self) -> Policy:
        """What netdiag may do."""
        return self.settings.policy

    @property
    def content(self) -> Content:
        """Rules and words of now."""
        return self.daemon.app.content

    def common(self, system: str) -> Common:
        """What the configuration says of a ticket system."""
        return self.post.connected(system).common

    def zone(self) -> str:
        """The provider's time zone."""
        return self.daemon.app.settings.timezone

    async def case(self, number: int) -> Case:
        """A case that is in the store."""
        found = await asyncio.to_thread(self.tickets.by_id, number)
        if found is None:
            raise LookupError(f"ticket {number} is not in the store any more")
        return found

    async def keep(self, case: Case, *events: TicketEvent) -> None:
        """Write a case with what happened."""
        now = datetime.now(UTC)
        await asyncio.to_thread(self.tickets.keep, replace(case, changed_at=now), *events)

    async def add(self, number: int, *events: TicketEvent) -> None:
        """Write down what happened to a case, whatever else is being done with it."""
        await asyncio.to_thread(self.tickets.add, number, *events)

    async def document(self, diagnosis: str) -> Json:
        """A diagnosis that was kept."""
        found = await asyncio.to_thread(self.daemon.diagnoses.get, diagnosis)
        if found is None:
            raise LookupError(f"diagnosis {diagnosis} is not in the store any more")
        return found
