"""Somebody says that it is done: diagnosed again, then closed, opened again, or warned about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from netdiag.model.ticket import Case, Happened, TicketState
from netdiag.model.words import Side
from netdiag.routing.desks.desk import Ability, Change
from netdiag.routing.verify import Finding, second_look
from netdiag.service.tickets.events import happened
from netdiag.service.tickets.phrases import phrase
from netdiag.service.tickets.room import Json, Room
from netdiag.service.tickets.settings import StillBroken
from netdiag.service.tickets.words import diagnosis_note


async def still_as(room: Room, work: Json) -> Json:
    """{"live", "state"} there now: a person may have been faster."""
    case = await room.case(work["case"])
    state = case.state
    if room.post.can(case.system, Ability.READ):
        state = (await room.post.read(case.system, case.external_id)).state
    return {"state": state, "ours": case.state, "subscriber": case.subscriber}


async def done_at(room: Room, work: Json) -> Json:
    """{"at", "subscriber"}: since when somebody calls it done."""
    case = await room.case(work["case"])
    at = case.resolved_at or datetime.now(UTC)
    return {"at": at.isoformat(), "subscriber": case.subscriber}


async def verified(room: Room, work: Json, found: Json) -> Json:
    """Called done: closed when it is, opened again or warned about when it is not."""
    case = await room.case(work["case"])
    if found["diagnosis"] is None:
        return await _end(room, work, case, Happened.UNVERIFIED, None, "cannot_tell")
    document = await room.document(found["diagnosis"])
    finding = second_look(case.fault, document)
    if finding is Finding.STILL:
        return await _still(room, work, case, document)
    if finding is Finding.CANNOT_TELL:
        return await _end(room, work, case, Happened.UNVERIFIED, document, "cannot_tell")
    return await _end(room, work, case, Happened.VERIFIED, document, "verified")


async def _still(room: Room, work: Json, case: Case, document: Json) -> Json:
    policy = room.policy
    times = int(case.fields.get("reopened", 0))
    opens = (
        policy.still_broken is StillBroken.REOPEN
        and times < policy.reopen_at_most
        and document["verdict"]["side"] == Side.PROVIDER
        and document["outage"] is None
        and room.post.can(case.system, Ability.STATE)
    )
    if not opens:
        return await _end(room, work, case, Happened.WARNED, document, "still_warn")
    language = room.common(case.system).language
    text = diagnosis_note(document, room.content, language)
    await room.post.note(work, "note", f"{phrase('still', language)}\n\n{text}")
    await room.post.change(work, "reopen", Change(state=TicketState.OPEN))
    fields = dict(case.fields) | {"reopened": times + 1}
    verdict = document["verdict"]
    opened = replace(
        case,
        state=TicketState.OPEN,
        closed_at=None,
        outage=None,
        diagnosis=document["id"],
        fault=verdict["fault"],
        side=str(verdict["side"]),
        fields=fields,
    )
    await room.keep(opened, happened(Happened.REOPENED, work["key"], document=document))
    return {"reopened": True}


async def _end(
    room: Room, work: Json, case: Case, kind: Happened, document: Json | None, name: str
) -> Json:
    language = room.common(case.system).language
    text = phrase(name, language)
    if document is not None and kind is not Happened.VERIFIED:
        text = f"{text}\n\n{diagnosis_note(document, room.content, language)}"
    await room.post.note(work, "note", text)
    over = replace(case, state=TicketState.CLOSED, closed_at=datetime.now(UTC))
    events = [
        happened(kind, work["key"], document=document),
        happened(Happened.CLOSED, work["key"], document=document),
    ]
    await room.keep(over, *events)
    return {"ended": kind}


async def close_unseen(room: Room, work: Json) -> Json:
    """Done by a person's word alone: nobody knows whose line it was."""
    case = await room.case(work["case"])
    over = replace(case, state=TicketState.CLOSED, closed_at=datetime.now(UTC))
    await room.keep(over, happened(Happened.CLOSED, work["key"], detail={"verified": False}))
    return {"ended": Happened.CLOSED}
