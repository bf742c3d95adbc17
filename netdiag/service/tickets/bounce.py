"""A desk gave the ticket back."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from netdiag.model.ticket import Happened
from netdiag.routing.desks.desk import Change
from netdiag.service.tickets.events import happened
from netdiag.service.tickets.phrases import phrase
from netdiag.service.tickets.room import Json, Room
from netdiag.service.tickets.titles import deadline


async def came_back(room: Room, work: Json) -> Json:
    """A desk gave it back: what was seen and why it was sent; too often, and a person decides."""
    case = await room.case(work["case"])
    language = room.common(case.system).language
    life = await asyncio.to_thread(room.tickets.life, case.id)
    moved = next((e for e in reversed(life) if e.kind is Happened.BOUNCED), None)
    detail = moved.detail if moved else {}
    sent = case.fields.get("sent") or {}
    document = await room.document(case.diagnosis) if case.diagnosis else None
    title = document["verdict"]["title"] if document else case.fault
    when = deadline(sent.get("at"), language, room.zone())
    names = (detail.get("from"), detail.get("to"), case.bounces, sent.get("desk"), when, title)
    before = phrase("bounced", language, *names)
    if case.bounces < room.policy.bounces:
        return {"before": before, "escalate": None}
    desk = room.policy.escalate_to
    told = phrase("escalated", language, case.bounces, desk)
    return {"before": f"{told}\n{before}", "escalate": desk}


async def escalate(room: Room, work: Json, desk: str) -> Json:
    """To the person who decides, whatever hands were kept off before."""
    case = await room.case(work["case"])
    queue = room.common(case.system).queue(desk)
    refused = await room.post.change(work, "escalate", Change(queue=queue)) if queue else {}
    fields = dict(case.fields)
    if queue and "queue" not in refused:
        fields |= {"queue": queue, "been": [*fields.get("been", ()), queue]}
    event = happened(Happened.ESCALATED, work["key"], desk=desk, detail={"bounces": case.bounces})
    await room.keep(replace(case, desk=desk, queue=fields.get("queue"), fields=fields), event)
    return {"escalated": desk}
