"""What the technician writes into the field of the real cause is kept, whenever he does."""

import pytest

from netdiag.model.ticket import Case
from netdiag.routing.desks.desk import Seen
from netdiag.service.tickets import look as looking
from netdiag.service.tickets.room import Room
from tests.conftest import NOW
from tests.desks.strict_zammad import StrictZammad
from tests.desks.test_route_again import room, zammad

__all__ = ["room", "zammad"]


async def test_a_cause_is_read_when_the_ticket_is_done_and_when_it_is_filled_in_later(
    room: Room,
    zammad: StrictZammad,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[str | None] = []

    async def keep(_: Room, _case: Case, seen: Seen, _who: str) -> None:
        read.append(seen.fields.get("netdiag_fault"))

    monkeypatch.setattr(looking, "keep_finding", keep)
    number = zammad.add(group="Field")
    fields = {"queue": "Field", "priority": "2 normal"}
    room.tickets.take_in(
        Case(system="it", external_id=str(number), subscriber="1", changed_at=NOW, fields=fields)
    )
    work = {"system": "it", "ticket": str(number), "event": {}}
    for key, change in enumerate(({}, {"state": "closed"}, {"netdiag_fault": "cable"})):
        zammad.tickets[number] |= change
        await looking.look(room, work | {"key": f"tk-{key}"})
    assert read == [None, "cable"], "not while it is open"
