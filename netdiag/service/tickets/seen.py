"""A ticket as its system shows it, or as its event tells it."""

from __future__ import annotations

import asyncio
from typing import Any

from netdiag.model.ticket import Case
from netdiag.routing.desks.desk import Ability, Seen
from netdiag.service.tickets.room import Json, Room


async def seen_now(room: Room, work: Json) -> Seen:
    """The ticket of now. Raises GoneError when it was deleted."""
    system, ticket = work["system"], work["ticket"]
    if room.post.can(system, Ability.READ):
        return await room.post.read(system, ticket)
    known = await asyncio.to_thread(room.tickets.get, system, ticket)
    return _told(work, known, room)


def _told(work: Json, known: Case | None, room: Room) -> Seen:
    """A system that cannot be read tells in its event what it wants to tell."""
    event: dict[str, Any] = work["event"]
    before = known.fields if known else {}
    state = room.common(work["system"]).meaning(event.get("state") or "")
    if not event.get("state") and known is not None:
        state = known.state
    sender = event.get("requestor")
    return Seen(
        id=work["ticket"],
        state=state,
        status=event.get("state") or str(state),
        queue=event.get("queue") or before.get("queue"),
        priority=event.get("priority") or before.get("priority"),
        requestors=(sender,) if sender else tuple(before.get("from", ())),
        changed_by=event.get("by"),
    )
