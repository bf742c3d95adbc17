"""Open outages as their tickets should tell them: a parent for each, its notes, its end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from netdiag.model.outage import Outage, OutageState
from netdiag.model.ticket import Case, Origin
from netdiag.routing.desks.desk import Ability, Change
from netdiag.service.outages.place import expected_by
from netdiag.service.tickets.events import WE
from netdiag.service.tickets.phrases import phrase
from netdiag.service.tickets.room import Json, Room
from netdiag.service.tickets.settings import ParentAt
from netdiag.service.tickets.titles import deadline
from netdiag.store.outages import Entry

_KNOWN = (OutageState.CONFIRMED, OutageState.CLEARING)
_SAME = timedelta(seconds=1)


def open_outages(room: Room) -> list[Outage]:
    """Those that are known to be one. Blocking."""
    return [one for one in room.daemon.outages.open_ones() if one.state in _KNOWN]


def without_parent(room: Room, outages: Sequence[Outage]) -> list[tuple[str, Outage]]:
    """(ticket system, outage) that policy gives a ticket before anybody complained; not planned
    work. Blocking."""
    system = room.policy.outage_system or _first_that_can(room, Ability.CREATE)
    if system is None or room.policy.outage_parent is not ParentAt.CONFIRMED:
        return []
    now, daemon = datetime.now(UTC), room.daemon
    windows = daemon.watching.windows.current(now)
    return [
        (system, one)
        for one in outages
        if system not in one.external
        and expected_by(one.root, windows, daemon.app.inventory, now) is None
    ]


def _first_that_can(room: Room, ability: Ability) -> str | None:
    return next((name for name in room.settings.desks if room.post.can(name, ability)), None)


def news_for(case: Case, outage: Outage, life: Sequence[Entry]) -> Iterator[tuple[str, str]]:
    """(lasting name, note) of what the ticket does not tell yet: notes of the register go into the
    parent, a new end into every ticket."""
    if case.origin is Origin.OUTAGE:
        for number, one in enumerate(life):
            if one.note and one.who != WE and case.opened_at and one.at > case.opened_at:
                yield f"said:{case.id}:{number}", f"{one.who}: {one.note}"
    if is_late(case, outage):
        yield f"end:{case.id}:{outage.expected_end}", ""


def is_late(case: Case, outage: Outage) -> bool:
    """Does the ticket name another end than the NOC expects now?"""
    end = outage.expected_end
    return end is not None and (case.due_at is None or abs(case.due_at - end) >= _SAME)


async def tell(room: Room, work: Json) -> Json:
    """Work of `news_for`: one note, and the deadline."""
    case = await room.case(work["case"])
    outage = await asyncio.to_thread(room.daemon.outages.get, case.outage or "")
    if not case.live or outage is None or not outage.open:
        return {}
    common, end, late = room.common(case.system), outage.expected_end, is_late(case, outage)
    lines = [work["note"]] if work["note"] else []
    if late:
        by = deadline(end, common.language, room.zone())
        lines.append(phrase("outage_until", common.language, outage.id, by))
    if lines:
        await room.post.note(work, "note", "\n".join(lines))
    if late and end is not None:
        fields = {common.fields["due"]: end.isoformat()} if "due" in common.fields else {}
        await room.post.change(work, "due", Change(due_at=end, fields=fields))
        await room.keep(replace(case, due_at=end))
    return {"told": bool(lines), "due": late}
