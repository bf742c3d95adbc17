"""Has this subscriber a ticket already, or had he one a few days ago?"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from netdiag.model.ticket import Case, Happened, Origin, TicketState
from netdiag.routing.desks.desk import Change
from netdiag.service.tickets.events import happened
from netdiag.service.tickets.phrases import phrase
from netdiag.service.tickets.room import Json, Room
from netdiag.service.tickets.titles import title_of


async def claim(room: Room, work: Json, subscriber: str, anew: bool = False) -> Json:
    """{"earlier": case id} when another open ticket of his was first; else None, and it is his.
    `anew`: the one that it hung below is over."""
    case = await room.case(work["case"])
    earlier = await asyncio.to_thread(room.tickets.claim, case, subscriber, anew=anew)
    return {"earlier": earlier.id if earlier else None}


async def duplicate(room: Room, work: Json, earlier: int) -> Json:
    """Hung below the first one; a note in both; nothing is ordered twice."""
    case, first = await room.case(work["case"]), await room.case(earlier)
    common = room.common(case.system)
    what = title_of(first.fault, room.content, common.language)
    text = phrase("duplicate", common.language, first.external_id, what)
    await room.post.note(work, "duplicate", text)
    if first.system == case.system:
        await room.post.change(work, "hang", Change(parent=first.external_id))
        again = phrase("again", common.language, case.external_id)
        await room.post.note(work, "again", again, ticket=first.external_id)
    detail = {"first": first.external_id}
    await room.keep(case, happened(Happened.DUPLICATE, work["key"], detail=detail))
    contact = happened(Happened.CONTACT, work["key"], detail={"ticket": case.external_id})
    await room.add(earlier, contact)
    return {"duplicate_of": earlier}


async def earlier_contact(room: Room, case: Case) -> Case | None:
    """The last ticket of the same subscriber that ended within the days of a repeated contact."""
    if case.subscriber is None or not room.policy.repeat_days:
        return None
    since = datetime.now(UTC) - timedelta(days=room.policy.repeat_days)
    his = await asyncio.to_thread(room.tickets.of_subscriber, case.subscriber)
    ended = [
        one
        for one in his
        if one.id < case.id
        and one.origin is not Origin.OUTAGE
        and one.state is TicketState.CLOSED
        and (one.closed_at or one.changed_at) >= since
        and not one.fields.get("duplicate_of")
    ]
    return max(ended, key=lambda one: one.id, default=None)
