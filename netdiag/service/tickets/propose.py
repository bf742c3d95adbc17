"""A finding becomes a ticket that nobody asked for: only where policy allows, and not too many."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from netdiag.model.ticket import Case, Happened
from netdiag.model.words import Segment, Side
from netdiag.routing.desks.desk import Ability
from netdiag.service.tickets.events import event_key
from netdiag.service.tickets.room import Json, Room
from netdiag.service.tickets.settings import Proactive

_HIS_OWN = (Segment.CPE, Segment.LAN)


class Answer(StrEnum):
    """What became of a finding."""

    OPENED = "opened"  # accepted: durable work opens the ticket
    EXISTS = "exists"  # the subscriber has an open ticket
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """The answer to a finding, with the reason."""

    answer: Answer
    why: str
    job: str | None = None


def refusal(policy: Proactive, document: Mapping[str, Any]) -> str | None:
    """Why policy does not let this diagnosis become a ticket; None when it does. Pure."""
    verdict = document["verdict"]
    fault, side, segment = verdict["fault"], verdict["side"], verdict["segment"]
    checks = (
        (not policy.allowed, "proactive tickets are not allowed (tickets.proactive)"),
        (side == Side.SUBSCRIBER or segment in _HIS_OWN, "it is the customer's own equipment"),
        (side not in policy.sides, f"tickets for the side {side} are not allowed"),
        (verdict["grade"] not in policy.grades, f"{verdict['grade']} is not sure enough"),
        (document.get("outage") is not None, "a known outage explains it"),
        (_among(fault, policy.never), f"{fault} is among 'never'"),
        (bool(policy.faults) and not _among(fault, policy.faults), f"{fault} is not in 'faults'"),
    )
    return next((why for holds, why in checks if holds), None)


async def propose(
    room: Room, document: Json, now: datetime | None = None, *, under_way: int = 0
) -> Proposed:
    """Judge a kept diagnosis that nobody asked for. The caller begins the job when it is OPENED.
    `under_way`: tickets that were allowed and are not made yet."""
    policy = room.policy.proactive
    why = refusal(policy, document)
    if why is None and not room.post.can(policy.system, Ability.CREATE):
        why = f"{policy.system} lets nobody make tickets"
    if why is not None:
        return Proposed(answer=Answer.REFUSED, why=why)
    live = await open_ticket_of(room, document["subscriber"])
    if live is not None:
        return Proposed(answer=Answer.EXISTS, why=f"{live.system} #{live.external_id} is open")
    since = (now or datetime.now(UTC)) - timedelta(hours=1)
    opened = await asyncio.to_thread(room.tickets.count, Happened.PROACTIVE, since) + under_way
    if opened >= policy.per_hour:
        return Proposed(answer=Answer.REFUSED, why=f"{opened} were opened within the hour")
    job = event_key(policy.system, f"found:{document['id']}")
    return Proposed(answer=Answer.OPENED, why="policy allows it", job=job)


async def open_ticket_of(room: Room, subscriber: str) -> Case | None:
    """A ticket of his that is not over."""
    his = await asyncio.to_thread(room.tickets.of_subscriber, subscriber)
    return next((case for case in his if case.live), None)


def _among(fault: str, beginnings: tuple[str, ...]) -> bool:
    return any(fault == one or fault.startswith(f"{one.rstrip('.')}.") for one in beginnings)
