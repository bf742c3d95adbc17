"""What a ticket hung below is over: healthy lines are answered and closed, others go on alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from netdiag.model.ticket import Happened, TicketState
from netdiag.routing.desks.desk import Change
from netdiag.service.tickets.events import happened
from netdiag.service.tickets.phrases import phrase
from netdiag.service.tickets.room import Json, Room


async def answer_and_close(room: Room, work: Json, diagnosis: str) -> Json:
    """The line is healthy again, after an outage or with the first ticket of its subscriber: the
    customer is told, the ticket is done."""
    case = await room.case(work["case"])
    document = await room.document(diagnosis)
    key, outage = work["key"], case.outage
    spoken = document["language"]
    text = phrase("answer_over" if outage else "answer_fixed", spoken)
    about = phrase("answer_subject", spoken)
    answered = await room.post.note(work, "answer", text, answer=about)
    if not answered:
        language = room.common(case.system).language
        await room.post.note(work, "verified", phrase("verified", language))
    await room.post.change(work, "close", Change(state=TicketState.RESOLVED))
    kinds = [
        *([Happened.OUTAGE_CLEARED] if outage else []),
        Happened.VERIFIED,
        *([Happened.ANSWERED] if answered else []),
        Happened.CLOSED,
    ]
    events = [happened(kind, key, document=document, outage=outage) for kind in kinds]
    over = replace(case, state=TicketState.CLOSED, closed_at=datetime.now(UTC))
    await room.keep(over, *events)
    return {"answered": answered, "closed": True}


async def free_of_outage(room: Room, work: Json) -> Json:
    """The outage is over and this line is not healthy: from now on it is a ticket of its own."""
    case = await room.case(work["case"])
    event = happened(Happened.OUTAGE_CLEARED, work["key"], outage=case.outage)
    await room.keep(replace(case, outage=None), event)
    return {"before": phrase("after_outage", room.common(case.system).language, case.outage or "")}
