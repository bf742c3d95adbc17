"""Which subscriber a ticket is about."""

from __future__ import annotations

import asyncio

from netdiag.model.ticket import Happened
from netdiag.routing.identify import MOST_TEXT, Clue, From, clues
from netdiag.service.tickets.events import happened
from netdiag.service.tickets.phrases import phrase
from netdiag.service.tickets.room import Json, Room

_SHOWN = 8  # keys and names that a note lists


async def identify(room: Room, work: Json) -> Json:
    """{"subscriber": id, "by": source}, or subscriber None with "several" and "tried"."""
    case = await room.case(work["case"])
    if case.subscriber is not None:
        return {"subscriber": case.subscriber, "by": "known"}
    event, fields = work["event"], case.fields
    given = (event.get("subscriber"), fields.get("named"))
    tried: list[str] = []
    for clue in clues(fields=given):
        found = await _of(room, clue, tried)
        if found:
            return found
    text = event.get("text") or await room.post.text(case.system, case.external_id, MOST_TEXT)
    senders = (*fields.get("from", ()), *((event["requestor"],) if event.get("requestor") else ()))
    told = clues(
        subject=fields.get("subject", ""),
        text=text,
        senders=tuple(dict.fromkeys(senders)),
        own_domains=room.policy.sender_domains,
    )
    for clue in told:
        found = await _of(room, clue, tried)
        if found:
            return found
    return {"subscriber": None, "several": [], "tried": tried[:_SHOWN]}


async def corrected(room: Room, work: Json) -> Json:
    """{"subscriber": id} when the field names one who is not the one of before; else None."""
    case = await room.case(work["case"])
    named = case.fields.get("named")
    for clue in clues(fields=(named,)):
        found = await _of(room, clue, [])
        if found and found["subscriber"] not in (None, case.subscriber):
            return found
    return {"subscriber": None}


async def _of(room: Room, clue: Clue, tried: list[str]) -> Json | None:
    """The one subscriber that these keys lead to; several are told, nobody is None."""
    met: dict[str, None] = {}
    for key in clue.keys:
        tried.append(key)
        found = await asyncio.to_thread(room.daemon.app.inventory.find, key)
        met |= dict.fromkeys(one.id for one in found.subscribers)
        if not found.subscribers and found.attachment is not None and clue.source is From.FIELD:
            met |= {key: None}
    if len(met) > 1:
        return {"subscriber": None, "several": list(met)[:_SHOWN], "tried": tried[:_SHOWN]}
    return {"subscriber": next(iter(met)), "by": clue.source} if met else None


async def tell_unknown(room: Room, work: Json, found: Json) -> Json:
    """One note that says so; the ticket stays where it is."""
    case = await room.case(work["case"])
    language = room.common(case.system).language
    lines = [phrase("unknown", language)]
    if found["several"]:
        lines.append(phrase("several", language, ", ".join(found["several"])))
    elif found["tried"]:
        lines.append(phrase("tried", language, ", ".join(map(_plain, found["tried"]))))
    await room.post.note(work, "unknown", "\n".join(lines))
    detail = {"several": found["several"]}
    await room.keep(case, happened(Happened.UNIDENTIFIED, work["key"], detail=detail))
    return {"unidentified": True}


def _plain(key: str) -> str:
    return key.partition(":")[2] if key.split(":")[0] in ("login", "phone", "mac", "ip") else key
