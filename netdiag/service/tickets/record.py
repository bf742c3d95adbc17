"""Write down what was found, and where the ticket was sent."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

from netdiag.model.ticket import Happened
from netdiag.service.tickets.events import happened
from netdiag.service.tickets.room import Json, Room


async def record(room: Room, work: Json, diagnosis: str, routed: Json | None) -> Json:
    """Write down what was found and where the ticket was sent."""
    case = await room.case(work["case"])
    document = await room.document(diagnosis)
    way, key = document["route"], work["key"]
    events = [happened(Happened.DIAGNOSED, key, document=document)]
    kept = case
    if routed is not None:
        detail = {name: way[name] for name in ("priority", "due_at", "sla", "visit")} | routed
        sent = happened(Happened.ROUTED, key, document=document, desk=way["desk"], detail=detail)
        events.append(sent)
        kept = replace(case, desk=way["desk"], priority=way["priority"], due_at=_time(way))
        if way["visit"] and not case.visit:
            events.append(happened(Happened.VISIT_ORDERED, key, document=document))
    verdict = document["verdict"]
    kept = replace(
        kept,
        outage=case.outage if document["outage"] else None,
        diagnosis=document["id"],
        fault=verdict["fault"],
        side=str(verdict["side"]),
        site=await _site(room, document),
        visit=bool(way["visit"]) if routed is not None else case.visit,
        fields=dict(case.fields)
        | {"sent": {"desk": way["desk"], "at": datetime.now(UTC).isoformat()}, "healed": False},
    )
    await room.keep(kept, *events)
    return {"diagnosis": document["id"], "fault": verdict["fault"], "side": verdict["side"]}


async def _site(room: Room, document: Json) -> str | None:
    at = document["attachment"]
    if not at or not at.get("device"):
        return None
    device = await asyncio.to_thread(room.daemon.app.inventory.device, at["device"])
    return device.site if device else None


def _time(way: Json) -> datetime | None:
    return datetime.fromisoformat(way["due_at"]) if way["due_at"] else None
