"""Tickets behind an outage: one parent, and each below it; checked again when it is over."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

from netdiag.model.outage import Outage
from netdiag.model.ticket import Case, Happened, Origin, TicketState
from netdiag.routing.desks.desk import Ability, Change, Draft
from netdiag.service.outages.answer_known import say
from netdiag.service.tickets.events import WE, event_key, happened
from netdiag.service.tickets.phrases import phrase
from netdiag.service.tickets.room import Json, Room
from netdiag.service.tickets.route import change_of, fields_of
from netdiag.service.tickets.titles import deadline
from netdiag.service.tickets.words import diagnosis_note
from netdiag.service.watch.register import MERGED
from netdiag.service.watch.register import WHO as INFERENCE
from netdiag.store.outages import Entry


async def parent(room: Room, work: Json, outage: str) -> Json:
    """{"parent": ticket} of an outage in this ticket system, made when it is the first; None where
    tickets cannot be made."""
    system = work["system"]
    async with room.alone("outage", system, outage):
        known = await asyncio.to_thread(room.daemon.outages.get, outage)
        if known is None or known.external.get(system) or not known.open:
            return {"parent": known.external.get(system) if known else None}
        return {"parent": await _open_parent(room, system, known)}


async def _open_parent(room: Room, system: str, outage: Outage) -> str | None:
    common = room.common(system)
    language, zone = common.language, room.zone()
    since = deadline(outage.since, language, zone)
    count = outage.subscribers if outage.subscribers is not None else "?"
    text = phrase("outage_parent", language, outage.id, outage.root, since, count)
    draft = Draft(
        subject=phrase("outage_subject", language, outage.root),
        text="\n\n".join((text, say(outage, zone)[language], *await _said(room, outage))),
        queue=common.queue(room.policy.outage_desk),
        priority=common.priorities.get("P1"),
        due_at=outage.expected_end,
        fields={common.fields["outage"]: outage.id} if "outage" in common.fields else {},
    )
    key = event_key(system, f"outage:{outage.id}")
    work = {"key": key, "system": system, "ticket": "", "outage": outage.id}
    ticket = await room.post.create(work, "create", draft)
    if ticket is None:
        return None
    await _write_down(room, system, outage, ticket, key)
    return ticket


async def _said(room: Room, outage: Outage) -> list[str]:
    """What people wrote in the register so far."""
    life = await asyncio.to_thread(room.daemon.outages.log, outage.id)
    return [f"{one.who}: {one.note}" for one in life if one.note and one.who not in (WE, INFERENCE)]


async def _write_down(room: Room, system: str, outage: Outage, ticket: str, key: str) -> None:
    now = datetime.now(UTC)
    common = room.common(system)
    case, _ = await asyncio.to_thread(
        room.tickets.take_in,
        Case(
            system=system,
            external_id=ticket,
            outage=outage.id,
            desk=room.policy.outage_desk,
            priority="P1",
            due_at=outage.expected_end,
            origin=Origin.OUTAGE,
            opened_at=now,
            changed_at=now,
            fields={
                "queue": common.queue(room.policy.outage_desk),
                "priority": common.priorities.get("P1"),
            },
        ),
    )
    await room.add(case.id, happened(Happened.RECEIVED, key, outage=outage.id))

    def linked(known: Outage) -> tuple[Outage, Entry]:
        entry = Entry(at=now, who=WE, state=known.state, note=f"{system}: #{ticket}")
        return replace(known, external={**known.external, system: ticket}), entry

    await asyncio.to_thread(room.daemon.outages.change, outage.id, linked)


async def note_outage(room: Room, work: Json, diagnosis: str, parent_ticket: str | None) -> Json:
    """The outage's text and deadline; the customer is written to where the policy says so."""
    case = await room.case(work["case"])
    language = room.common(case.system).language
    document = await room.document(diagnosis)
    outage = document["outage"]
    known = phrase("outage", language, outage["id"], outage["root"], parent_ticket or "-")
    text = f"{known}\n\n{diagnosis_note(document, room.content, language)}"
    await room.post.note(work, "note", text)
    if room.policy.answer_outage:
        spoken = document["language"]
        about = phrase("answer_subject", spoken)
        told = await room.post.note(work, "answer", document["say"][spoken], answer=about)
        if told:
            await room.add(case.id, happened(Happened.ANSWERED, work["key"]))
    return {}


async def link(room: Room, work: Json, diagnosis: str, parent_ticket: str | None) -> Json:
    """Below the parent, with its deadline; the queue stays, nobody is sent."""
    case = await room.case(work["case"])
    common = room.common(case.system)
    document = await room.document(diagnosis)
    change = change_of(document, common, None, set(), parent=parent_ticket or "")
    change = replace(change, parent=parent_ticket, fields=fields_of(document, common))
    refused = await room.post.change(work, "link", change)
    outage = document["outage"]["id"]
    events = [
        happened(Happened.DIAGNOSED, work["key"], document=document, outage=outage),
        happened(
            Happened.OUTAGE_LINKED,
            work["key"],
            document=document,
            outage=outage,
            detail={"parent": parent_ticket, "refused": dict(refused)},
        ),
    ]
    if case.visit:
        events.append(happened(Happened.VISIT_CANCELLED, work["key"], outage=outage))
    due = document["route"]["due_at"]
    verdict = document["verdict"]
    await room.keep(
        replace(
            case,
            outage=outage,
            diagnosis=document["id"],
            fault=verdict["fault"],
            side=str(verdict["side"]),
            due_at=datetime.fromisoformat(due) if due else None,
            visit=False,
        ),
        *events,
    )
    return {"outage": outage, "parent": parent_ticket}


async def _end(room: Room, system: str, outage: str, language: str) -> str:
    """It is over, or it turned out to be part of another."""
    life = await asyncio.to_thread(room.daemon.outages.log, outage)
    into = life[-1].evidence.get(MERGED) if life else None
    other = await asyncio.to_thread(room.daemon.outages.get, str(into)) if into else None
    if other is None:
        return phrase("outage_over", language, outage)
    ticket = other.external.get(system, "-")
    return phrase("outage_merged", language, outage, other.id, ticket)


async def close_parent(room: Room, work: Json) -> Json:
    """The outage is over: the parent says so and is done."""
    case = await room.case(work["case"])
    if not case.live:
        return {}
    language = room.common(case.system).language
    text = await _end(room, case.system, case.outage or "", language)
    await room.post.note(work, "over", text)
    if room.post.can(case.system, Ability.STATE):
        await room.post.change(work, "close", Change(state=TicketState.RESOLVED))
    over = replace(case, state=TicketState.CLOSED, closed_at=datetime.now(UTC))
    await room.keep(over, happened(Happened.CLOSED, work["key"], outage=case.outage))
    return {"closed": case.external_id}
