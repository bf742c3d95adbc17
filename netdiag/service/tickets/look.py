"""Look at a ticket: what happened to it since the last time, and what that asks for."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from netdiag.model.ticket import Case, Happened, Origin, TicketState
from netdiag.routing.changes import Noticed, Task, notice
from netdiag.routing.desks.desk import GoneError, HiddenError, RefusedError, Seen
from netdiag.service.tickets.events import happened
from netdiag.service.tickets.room import Json, Room
from netdiag.service.tickets.seen import Told, done_since, seen_now
from netdiag.service.tickets.truth import keep_finding

_OWN_SUBJECT = re.compile(r"\[netdiag-[0-9a-f]{12}\]")


async def look(room: Room, work: Json) -> Json:
    """work: system, ticket, key, event. Gives {"task", "case", "into"}; repeated after a crash it
    gives the same again."""
    if "found" in work:
        return dict(work["found"])  # a dead letter that is sent again
    known = await asyncio.to_thread(room.tickets.get, work["system"], work["ticket"])
    try:
        done = await done_since(room, work, known)  # first: what comes after it is seen, or told
        seen = await seen_now(room, work)  # the next time
    except GoneError as error:
        return await _gone(room, work, error)
    now = datetime.now(UTC)
    fresh = Case(
        system=work["system"],
        external_id=work["ticket"],
        changed_at=now,
        opened_at=seen.created_at or now,
    )
    if known is None and _OWN_SUBJECT.search(seen.subject):
        return {"task": Task.NOTHING, "case": 0}  # ours, and about to be written down
    case = known or (await asyncio.to_thread(room.tickets.take_in, fresh))[0]
    last = case.fields.get("last") or {}
    if last.get("key") == work["key"]:
        return dict(last["found"])
    return await _noticed(room, work, case, seen, done)


async def _noticed(room: Room, work: Json, case: Case, seen: Seen, done: Told) -> Json:
    event = work["event"]
    field = room.common(case.system).fields.get("subscriber")
    noticed = notice(
        case,
        seen,
        hint=done.hint(seen.requestors),
        named=(seen.fields.get(field) if field else None) or event.get("subscriber"),
        moves=done.moves,
        turns=done.turns,
    )
    task = Task.NOTHING if case.origin is Origin.OUTAGE else noticed.task
    who = event.get("by") or seen.changed_by or "?"
    found: Json = {"task": task, "case": case.id, "into": seen.merged_into}
    memory = dict(noticed.memory) | {
        "subject": seen.subject[:500],
        "from": list(seen.requestors[:5]),
        "upto": done.upto,
        "last": {"key": work["key"], "found": found},
    }
    events = [
        happened(kind, f"{work['key']}:{number}" if number else work["key"], who=who, detail=detail)
        for kind, detail, number in _numbered(noticed.events)
    ]
    if noticed.state in (TicketState.RESOLVED, TicketState.CLOSED):
        await keep_finding(room, case, seen, who)  # also when he fills it in afterwards
    await room.keep(_turned(case, noticed, seen, memory, room), *events)
    return found


def _numbered(
    events: Iterable[tuple[Happened, Mapping[str, Any]]],
) -> Iterator[tuple[Happened, Mapping[str, Any], int]]:
    """With how many of its kind came before it: the same work may notice two moves."""
    before: Counter[Happened] = Counter()
    for kind, detail in events:
        yield kind, detail, before[kind]
        before[kind] += 1


def _turned(case: Case, noticed: Noticed, seen: Seen, memory: Json, room: Room) -> Case:
    now = datetime.now(UTC)
    state = noticed.state
    moved = any(kind is Happened.MOVED for kind, _ in noticed.events)
    return replace(
        case,
        state=state,
        bounces=noticed.bounces,
        queue=seen.queue,
        desk=room.common(case.system).desk_of(seen.queue) if moved else case.desk,
        priority=seen.priority if case.priority is None else case.priority,
        resolved_at=now if state is TicketState.RESOLVED else case.resolved_at,
        closed_at=now if state is TicketState.CLOSED else None,
        fields=memory,
    )


async def _gone(room: Room, work: Json, error: GoneError) -> Json:
    """Deleted: what was known of it ends here. Raises RefusedError for a ticket that nobody ever
    let netdiag see: that wants a person."""
    why = str(error)
    case = await asyncio.to_thread(room.tickets.get, work["system"], work["ticket"])
    if case is None and isinstance(error, HiddenError):
        raise RefusedError(why)
    if case is not None and case.state is not TicketState.GONE:
        over = replace(case, state=TicketState.GONE, closed_at=datetime.now(UTC))
        await room.keep(over, happened(Happened.GONE, work["key"], detail={"why": why}))
    return {"task": Task.NOTHING, "case": case.id if case else 0, "gone": why}


async def note_dead(room: Room, work: Json, why: str) -> None:
    """The ticket's life says that something could not be sent."""
    case = await asyncio.to_thread(room.tickets.get, work["system"], work["ticket"])
    if case is not None:
        await room.add(case.id, happened(Happened.DEAD_LETTER, work["key"], detail={"why": why}))
