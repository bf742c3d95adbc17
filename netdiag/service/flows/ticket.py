"""A ticket that came in or changed: looked at, tied to a subscriber, diagnosed, routed."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from netdiag.model.errors import NetdiagError
from netdiag.routing.changes import Task
from netdiag.routing.desks.desk import GoneError, RefusedError
from netdiag.service.daemon.durable import is_cancelled, step
from netdiag.service.tickets import (
    again,
    bounce,
    diagnose,
    look,
    outage,
    record,
    route,
    verify,
    who,
)
from netdiag.service.tickets.post import UnknownDeskError
from netdiag.service.tickets.room import Room

_log = logging.getLogger(__name__)
Json = dict[str, Any]
Begin = Callable[..., Awaitable[None]]

ATTEMPTS = 12  # with pauses of 1, 2, 4 … s: for half an hour
_WORTH_READING_S = 30.0  # a rate over less never confirms (probing.rates)
_FINAL = (RefusedError, UnknownDeskError, LookupError)


async def do(room: Room, name: str, act: Callable[..., Awaitable[Json]], *values: Any) -> Json:
    """One step of the desk's work. Raises GoneError when the ticket was deleted meanwhile."""
    bound = partial(_told, partial(act, room))
    found: Json = await step(name, bound, *values, attempts=ATTEMPTS, final=_FINAL)
    if "gone" in found and name != "look":
        raise GoneError(found["gone"])
    return found


async def _told(act: Callable[..., Awaitable[Json]], *values: Any) -> Json:
    try:
        return await act(*values)
    except GoneError as error:
        return {"gone": str(error)}


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketFlow:
    """`begin(flow, key, argument, delay_s)` enqueues what follows."""

    room: Room
    begin: Begin

    async def __call__(self, work: Json) -> Json:
        """work: key, system, ticket, event."""
        async with self.room.alone(work["system"], work["ticket"]):
            try:
                return await self._run(work)
            except GoneError:
                return await do(self.room, "look", look.look, work | {"key": work["key"] + "-gone"})
            # The boundary of a flow: whatever it was, a person can see it and send it again.
            except Exception as error:
                if is_cancelled(error):
                    raise
                return await give_up(self.room, work, error)

    async def _run(self, work: Json) -> Json:
        found = await do(self.room, "look", look.look, work)
        work = work | {"case": found["case"], "found": found}
        match found["task"]:
            case Task.DIAGNOSE:
                return await self._diagnose(work)
            case Task.CORRECT:
                return await self._correct(work)
            case Task.BOUNCED:
                return await self._bounced(work)
            case Task.VERIFY:
                return await self._verify_later(work)
            case Task.MOVE_ON:
                into = work | {"key": f"{work['key']}-m", "ticket": found["into"]}
                into = {name: into[name] for name in ("key", "system", "ticket", "event")}
                await self.begin("ticket", into["key"], into, 0.0)
        return found

    async def _verify_later(self, work: Json) -> Json:
        """Counters are read now, so that the second look knows what grew after the repair."""
        delay = self.room.policy.verify_after_s
        now = await do(self.room, "done", verify.done_at, work)
        later = work | {"key": f"{work['key']}-v", "reason": "verify", "not_before": now["at"]}
        later.pop("found")
        if now["subscriber"] is not None and delay >= _WORTH_READING_S:
            first = later | {"key": f"{work['key']}-b"}
            await do(self.room, "read", diagnose.diagnose, first, now["subscriber"])
        await self.begin("ticket-after", later["key"], later, delay)
        return later

    async def _diagnose(self, work: Json) -> Json:
        room = self.room
        found = await do(room, "identify", who.identify, work)
        if found["subscriber"] is None:
            return await do(room, "unknown", who.tell_unknown, work, found)
        return await claimed(room, work, found["subscriber"])

    async def _correct(self, work: Json) -> Json:
        found = await do(self.room, "identify", who.corrected, work)
        if found["subscriber"] is None:
            return found
        return await claimed(self.room, work, found["subscriber"])

    async def _bounced(self, work: Json) -> Json:
        room = self.room
        case = await do(room, "case", verify.still_as, work)
        if case["subscriber"] is None:
            return case
        back = await do(room, "back", bounce.came_back, work)
        if back["escalate"]:
            await do(room, "escalate", bounce.escalate, work, back["escalate"])
        found = await do(room, "diagnose", diagnose.diagnose, work, case["subscriber"])
        if found["diagnosis"] is None:
            return await do(room, "failed", diagnose.tell_failed, work, found["failed"])
        await do(room, "note", diagnose.note, work, found["diagnosis"], back["before"])
        return await do(room, "record", record.record, work, found["diagnosis"], None)


async def claimed(room: Room, work: Json, subscriber: str, anew: bool = False) -> Json:
    """Diagnosed, or hung below the ticket that its subscriber has already."""
    first = await do(room, "claim", again.claim, work, subscriber, anew)
    if first["earlier"] is not None:
        return await do(room, "duplicate", again.duplicate, work, first["earlier"])
    return await diagnosed(room, work, subscriber)


async def diagnosed(room: Room, work: Json, subscriber: str, before: str = "") -> Json:
    """From the subscriber to the routed ticket; behind an outage to its parent."""
    found = await do(room, "diagnose", diagnose.diagnose, work, subscriber)
    diagnosis = found["diagnosis"]
    if diagnosis is None:
        return await do(room, "failed", diagnose.tell_failed, work, found["failed"])
    if found["outage"] is not None:
        return await hang_below(room, work, found)
    await do(room, "note", diagnose.note, work, diagnosis, before)
    routed = await do(room, "route", route.route, work, diagnosis)
    return await do(room, "record", record.record, work, diagnosis, routed)


async def hang_below(room: Room, work: Json, found: Json) -> Json:
    """Below the parent of its outage, which is made when this is the first."""
    parent = await do(room, "parent", outage.parent, work, found["outage"])
    await do(room, "note", outage.note_outage, work, found["diagnosis"], parent["parent"])
    return await do(room, "link", outage.link, work, found["diagnosis"], parent["parent"])


async def give_up(room: Room, work: Json, error: Exception) -> Json:
    """What could not be sent is a dead letter."""
    why = str(error)
    if not isinstance(error, NetdiagError):
        why = f"{type(error).__name__}: {error}"
        _log.error("work for ticket %s of %s", work["ticket"], work["system"], exc_info=error)

    async def bury() -> Json:
        await room.post.bury(work, why)
        await look.note_dead(room, work, why)
        return {"dead": why}

    buried: Json = await step("give-up", bury, attempts=3)
    return buried
