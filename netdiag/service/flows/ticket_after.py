"""A second look at a ticket: called done, after an outage, while it waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from netdiag.model.ticket import TicketState
from netdiag.routing.desks.desk import GoneError
from netdiag.service.daemon.durable import is_cancelled
from netdiag.service.flows.ticket import Begin, claimed, diagnosed, do, give_up, hang_below
from netdiag.service.tickets import diagnose, look, outage, outage_news, over, verify, waiting
from netdiag.service.tickets.room import Room

Json = dict[str, Any]
_ANOTHER_LOOK_S = 60.0  # where too little could be seen, many lines are just coming back


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterFlow:
    """Reasons: verify, outage, parent, news, waiting, duplicate."""

    room: Room
    begin: Begin

    async def __call__(self, work: Json) -> Json:
        """work: key, system, ticket, case, event, reason."""
        async with self.room.alone(work["system"], work["ticket"]):
            try:
                return await self._run(work)
            except GoneError:
                return await do(self.room, "look", look.look, work)
            # The boundary of a flow: whatever it was, a person can see it and send it again.
            except Exception as error:
                if is_cancelled(error):
                    raise
                return await give_up(self.room, work, error)

    async def _run(self, work: Json) -> Json:
        if work["reason"] == "parent":
            return await do(self.room, "parent", outage.close_parent, work)
        if work["reason"] == "news":
            return await do(self.room, "news", outage_news.tell, work)
        now = await do(self.room, "now", verify.still_as, work)
        wanted = TicketState.RESOLVED if work["reason"] == "verify" else TicketState.OPEN
        if now["state"] != wanted or now["ours"] != wanted or now["subscriber"] is None:
            return await self._not_now(work, now)
        found = await do(self.room, "diagnose", diagnose.diagnose, work, now["subscriber"])
        match work["reason"]:
            case "verify":
                return await do(self.room, "verified", verify.verified, work, found)
            case "waiting":
                return await self._waiting(work, found)
        return await self._over(work, found, now["subscriber"])

    async def _not_now(self, work: Json, now: Json) -> Json:
        """Nobody knows whose it is, and somebody calls it done: then it is. Where a change was
        not heard of, the ticket is looked at as if it had just been told."""
        if work["reason"] == "verify" and now["state"] == now["ours"] == TicketState.RESOLVED:
            return await do(self.room, "close", verify.close_unseen, work)
        if now["state"] != now["ours"]:
            fresh = {name: work[name] for name in ("system", "ticket", "event")}
            fresh |= {"key": f"{work['key']}-l"}
            await self.begin("ticket", fresh["key"], fresh, 0.0)
        return {"not_now": now}

    async def _waiting(self, work: Json, found: Json) -> Json:
        if found["diagnosis"] is None:
            return found
        if found["outage"] is not None:
            return await hang_below(self.room, work, found)
        return await do(self.room, "while-waiting", waiting.while_waiting, work, found["diagnosis"])

    async def _over(self, work: Json, found: Json, subscriber: str) -> Json:
        """The outage, or the ticket that it hung below, is over: healthy ones are closed."""
        if found["healthy"]:
            return await do(self.room, "close", over.answer_and_close, work, found["diagnosis"])
        if found["unsure"] and found["outage"] is None and not work.get("again"):
            later = work | {"key": f"{work['key']}-2", "again": True}
            await self.begin("ticket-after", later["key"], later, _ANOTHER_LOOK_S)
            return found
        if work["reason"] == "outage":
            freed = await do(self.room, "leave", over.free_of_outage, work)
            return await diagnosed(self.room, work, subscriber, freed["before"])
        return await claimed(self.room, work, subscriber, anew=True)
