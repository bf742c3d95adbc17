"""A ticket as its system shows it, or as its event tells it."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from netdiag.model.ticket import Case, TicketState
from netdiag.routing.desks.desk import Ability, Seen
from netdiag.service.tickets.room import Json, Room


async def seen_now(room: Room, work: Json) -> Seen:
    """The ticket of now. Raises GoneError when it was deleted."""
    system, ticket = work["system"], work["ticket"]
    if room.post.can(system, Ability.READ):
        return await room.post.read(system, ticket)
    known = await asyncio.to_thread(room.tickets.get, system, ticket)
    return _told(work, known, room)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was done since the last look, by the system's history or else by its event."""

    kind: str
    moves: tuple[tuple[str, str], ...] = ()
    turns: tuple[tuple[TicketState, TicketState], ...] = ()
    upto: int | None = None
    writers: tuple[str, ...] | None = None  # None: only the event tells

    def hint(self, customers: Collection[str]) -> str:
        """`contact` when a customer wrote: a colleague who writes to him is none."""
        if self.writers is None or self.kind == "create":
            return self.kind
        return "contact" if set(self.writers) & set(customers) else "changed"


async def done_since(room: Room, work: Json, known: Case | None) -> Told:
    """Since the ticket was looked at last. Raises as the desk does."""
    event = work["event"]
    kind = event.get("kind") or "changed"
    if not room.post.can(work["system"], Ability.HISTORY):
        return Told(kind=kind, moves=tuple((start, end) for start, end in event.get("moves") or ()))
    upto = known.fields.get("upto") if known else None
    found = await room.post.history(work["system"], work["ticket"], upto)
    meaning = room.common(work["system"]).meaning
    return Told(
        kind=kind,
        moves=found.moves,
        turns=tuple((meaning(start), meaning(end)) for start, end in found.turns),
        upto=found.upto,
        writers=found.writers,
    )


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
