"""Open a ticket that nobody asked for, once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from netdiag.model.ticket import Case, Happened, Origin
from netdiag.routing.desks.desk import Draft
from netdiag.service.tickets.events import happened
from netdiag.service.tickets.phrases import phrase
from netdiag.service.tickets.propose import open_ticket_of
from netdiag.service.tickets.room import Json, Room
from netdiag.service.tickets.route import change_of
from netdiag.service.tickets.titles import headline
from netdiag.service.tickets.words import diagnosis_note


async def open_ticket(room: Room, work: Json) -> Json:
    """work: key, system, diagnosis. Gives {"ticket", "case"}."""
    document = await room.document(work["diagnosis"])
    meanwhile = await open_ticket_of(room, document["subscriber"])
    if meanwhile is not None and meanwhile.diagnosis != document["id"]:
        return {"ticket": None, "exists": meanwhile.external_id}
    common = room.common(work["system"])
    way = change_of(document, common, None, set())
    note = diagnosis_note(document, room.content, common.language)
    draft = Draft(
        subject=f"{document['subscriber']}: {headline(document, room.content, common.language)}",
        text=f"{phrase('proactive', common.language)}\n\n{note}",
        queue=way.queue,
        priority=way.priority,
        due_at=way.due_at,
        fields=way.fields,
    )
    ticket = await room.post.create(work, "create", draft)
    if ticket is None:
        return {"ticket": None}
    return {"ticket": ticket, "case": await _write_down(room, work, document, ticket, draft)}


async def _write_down(room: Room, work: Json, document: Json, ticket: str, draft: Draft) -> int:
    now, way, verdict = datetime.now(UTC), document["route"], document["verdict"]
    case, _ = await asyncio.to_thread(
        room.tickets.take_in,
        Case(
            system=work["system"],
            external_id=ticket,
            subscriber=document["subscriber"],
            diagnosis=document["id"],
            fault=verdict["fault"],
            side=str(verdict["side"]),
            desk=way["desk"],
            queue=draft.queue,
            priority=way["priority"],
            due_at=draft.due_at,
            visit=bool(way["visit"]),
            origin=Origin.PROACTIVE,
            opened_at=now,
            changed_at=now,
            fields={
                "queue": draft.queue,
                "priority": draft.priority,
                "been": [draft.queue] if draft.queue else [],
                "sent": {"desk": way["desk"], "at": now.isoformat()},
            },
        ),
    )
    key, desk = work["key"], way["desk"]
    kinds = [Happened.RECEIVED, Happened.PROACTIVE, Happened.DIAGNOSED, Happened.ROUTED]
    kinds += [Happened.VISIT_ORDERED] if way["visit"] else []
    await room.add(case.id, *(happened(k, key, document=document, desk=desk) for k in kinds))
    return case.id
