"""Diagnose the subscriber of a ticket, and tell it in one note."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from netdiag.model.errors import UnknownSubscriberError
from netdiag.model.ticket import Case, Happened
from netdiag.routing.verify import healthy, unsure
from netdiag.service.tickets.again import earlier_contact
from netdiag.service.tickets.events import happened
from netdiag.service.tickets.phrases import phrase
from netdiag.service.tickets.room import Json, Room
from netdiag.service.tickets.titles import title_of
from netdiag.service.tickets.words import diagnosis_note


async def diagnose(room: Room, work: Json, subscriber: str) -> Json:
    """{"diagnosis", "outage", "healthy", "unsure"}, of the register of outages or the line; with
    "failed" when the subscriber has no place, or is in the inventory no more."""
    try:
        async with room.looks:
            document = await room.daemon.diagnosed(
                f"{work['key']}-dx",
                subscriber,
                ticket=work["ticket"],
                symptom=work["event"].get("symptom"),
                who=work["system"],
                not_before=work.get("not_before"),
                deadline_s=max(room.policy.deadline_s, room.daemon.app.settings.deadline_s),
            )
    except UnknownSubscriberError as error:
        why = str(error)
        return {"failed": why, "diagnosis": None, "outage": None, "healthy": False, "unsure": False}
    outage = document["outage"]
    return {
        "diagnosis": document["id"],
        "outage": outage and outage["id"],
        "healthy": healthy(document),
        "unsure": unsure(document),
    }


async def tell_failed(room: Room, work: Json, why: str) -> Json:
    """The ticket says that nothing could be asked, and stays."""
    case = await room.case(work["case"])
    language = room.common(case.system).language
    await room.post.note(work, "failed", phrase("unasked", language, why))
    event = happened(Happened.UNIDENTIFIED, work["key"], detail={"failed": why})
    await room.keep(case, event)
    return {"failed": why}


async def note(room: Room, work: Json, diagnosis: str, before: str = "") -> Json:
    """The one internal note; `before` stands above it. A repeated contact is found and marked."""
    case = await room.case(work["case"])
    common = room.common(case.system)
    document = await room.document(diagnosis)
    lines = [before] if before else []
    earlier = await earlier_contact(room, case)
    if earlier is not None and case.repeat_of is None:
        lines.append(_repeated(earlier, room, common.language))
        event = happened(Happened.REPEAT, work["key"], detail={"earlier": earlier.external_id})
        await room.keep(replace(case, repeat_of=earlier.id), event)
    lines.append(diagnosis_note(document, room.content, common.language))
    await room.post.note(work, "note", "\n\n".join(lines))
    return {}


def _repeated(earlier: Case, room: Room, language: str) -> str:
    days = (datetime.now(UTC) - (earlier.closed_at or earlier.changed_at)).days
    title = title_of(earlier.fault, room.content, language)
    return phrase("repeat", language, earlier.external_id, days, title)
