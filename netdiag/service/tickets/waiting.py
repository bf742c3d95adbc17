"""A ticket waits, and its line is looked at again."""

from __future__ import annotations

from dataclasses import replace

from netdiag.model.ticket import Happened
from netdiag.routing.verify import Finding, healthy, second_look
from netdiag.service.tickets.events import happened
from netdiag.service.tickets.phrases import phrase
from netdiag.service.tickets.room import Json, Room
from netdiag.service.tickets.titles import deadline
from netdiag.service.tickets.words import diagnosis_note


async def while_waiting(room: Room, work: Json, diagnosis: str) -> Json:
    """It healed by itself, or is there again: the ticket says so, once each."""
    case = await room.case(work["case"])
    document = await room.document(diagnosis)
    language = room.common(case.system).language
    was_healed = bool(case.fields.get("healed"))
    fine = healthy(document)
    broken = second_look(case.fault, document) is Finding.STILL
    if fine and not was_healed:
        at = deadline(document["finished_at"], language, room.zone())
        text, kind = phrase("healed", language, at), Happened.HEALED
    elif broken and was_healed:
        text = f"{phrase('came_back', language)}\n\n"
        text, kind = text + diagnosis_note(document, room.content, language), Happened.RETURNED
    else:
        return {"news": False}
    await room.post.note(work, "note", text)
    fields = dict(case.fields) | {"healed": kind is Happened.HEALED}
    await room.keep(replace(case, fields=fields), happened(kind, work["key"], document=document))
    return {"news": kind}
