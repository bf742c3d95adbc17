"""Queue, priority, deadline and fields of a ticket, by the route of its verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from netdiag.model.ticket import Case, Happened, TicketEvent
from netdiag.routing.changes import arrived
from netdiag.routing.desks.common import Common
from netdiag.routing.desks.desk import Ability, Change
from netdiag.service.tickets.events import happened
from netdiag.service.tickets.room import Json, Room


async def route(room: Room, work: Json, diagnosis: str, desk: str | None = None) -> Json:
    """Queue, priority, deadline and fields from the route; `desk` instead of the route's. What a
    person set after netdiag stays. {"set", "refused", "kept"}."""
    case = await room.case(work["case"])
    common = room.common(case.system)
    document = await room.document(diagnosis)
    hands_off = await _hands_off(room, case)
    change = change_of(document, common, desk, hands_off)
    ours = {n: v for n in ("queue", "priority") if (v := getattr(change, n)) is not None}
    # Written down first: where the answer is lost, the change is no person's.
    case = replace(case, fields=dict(case.fields) | {"sending": ours})
    await room.keep(case)
    refused = dict(await room.post.change(work, "route", change))
    fields = dict(case.fields) | {"hands_off": sorted(hands_off)}
    fields |= {name: value for name, value in ours.items() if name not in refused}
    fields.pop("sending")
    if change.queue and "queue" not in refused:
        fields["been"] = list(dict.fromkeys([*fields.get("been", ()), change.queue]))
    await room.keep(
        replace(case, queue=fields.get("queue"), fields=fields),
        *([_refused(work, refused)] if refused else []),
    )
    return {"queue": fields.get("queue"), "refused": refused, "kept": sorted(hands_off)}


def change_of(
    document: Json, common: Common, desk: str | None, hands_off: set[str], parent: str | None = None
) -> Change:
    """A route in the ticket system's words. Below an outage (`parent`) the ticket stays with whom
    it is: the crew works on the parent."""
    way = document["route"]
    queue = common.queue(desk or way["desk"]) or _of_routes(way, desk)
    due = way["due_at"]
    keep_queue = "queue" in hands_off or parent is not None
    keep_priority = "priority" in hands_off or parent is not None
    return Change(
        queue=None if keep_queue else queue,
        priority=None if keep_priority else common.priorities.get(way["priority"]),
        due_at=datetime.fromisoformat(due) if due else None,
        fields=fields_of(document, common),
        parent=parent,
    )


def _of_routes(way: Json, desk: str | None) -> str | None:
    """A queue that routes.yaml names in the ticket system's own words; a desk's name is none."""
    queue: str | None = way.get("queue")
    return queue if desk is None and queue and queue != way["desk"] else None


def fields_of(document: Json, common: Common) -> dict[str, str]:
    """What goes into the fields that the operator named, and the fields of the route itself."""
    verdict, outage = document["verdict"], document["outage"]
    values = {
        "subscriber": document["subscriber"],
        "fault": verdict["fault"],
        "title": verdict["title"],
        "side": str(verdict["side"]),
        "diagnosis": document["id"],
        "outage": outage["id"] if outage else "",
        "due": document["route"]["due_at"] or "",
    }
    own = document["route"].get("fields") or {}
    named = {common.fields[n]: v for n, v in values.items() if n in common.fields}
    return {field: value for field, value in named.items() if value} | dict(own)


async def _hands_off(room: Room, case: Case) -> set[str]:
    """What a person decided: before, or just now, while the line was asked."""
    found = set(case.fields.get("hands_off", ()))
    if room.post.can(case.system, Ability.READ):
        seen = await room.post.read(case.system, case.external_id)
        now: Mapping[str, str | None] = {"queue": seen.queue, "priority": seen.priority}
        known = arrived(case.fields, now)
        found |= {name for name, value in now.items() if value != known.get(name)}
    return found


def _refused(work: Json, refused: Mapping[str, str]) -> TicketEvent:
    return happened(Happened.DEAD_LETTER, work["key"], detail={"refused": dict(refused)})
