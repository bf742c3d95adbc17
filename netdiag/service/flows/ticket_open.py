"""Tickets that nobody asked for: a finding that policy lets become one, the parent of an outage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from netdiag.service.daemon.durable import is_cancelled
from netdiag.service.flows.ticket import do, give_up
from netdiag.service.tickets import open as opening
from netdiag.service.tickets import outage
from netdiag.service.tickets.room import Room

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFlow:
    """One ticket per diagnosis, one per outage."""

    room: Room

    async def __call__(self, work: Json) -> Json:
        """work: key, system, ticket (empty), and diagnosis or outage."""
        try:
            if "outage" in work:
                return await do(self.room, "parent", outage.parent, work, work["outage"])
            return await do(self.room, "open", opening.open_ticket, work)
        # The boundary of a flow: whatever it was, a person can see it and send it again.
        except Exception as error:
            if is_cancelled(error):
                raise
            return await give_up(self.room, work, error)
