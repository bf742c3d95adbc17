"""A route is set again after its answer was lost."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from netdiag.model.ticket import Case
from netdiag.routing.desks.config import Connected
from netdiag.routing.desks.desk import NotNowError
from netdiag.service.tickets.post import Post
from netdiag.service.tickets.room import Room
from netdiag.service.tickets.route import route
from netdiag.service.tickets.settings import TicketSettings
from netdiag.store.database import Database
from netdiag.store.letters import Letters
from netdiag.store.tickets import Tickets
from tests.conftest import NOW
from tests.desks.opened import settings_of
from tests.desks.strict import serving
from tests.desks.strict_zammad import TOKEN, StrictZammad

DESKS = """  desks:
    it: {kind: zammad, url: 'URL', token: {env: T}, customer: x@isp.test,
         queues: {field: Field}}
"""
DOCUMENT = {
    "id": "dx-1",
    "subscriber": "100234",
    "outage": None,
    "verdict": {"fault": "provider.line.x", "title": "x", "side": "provider"},
    "route": {"desk": "field.line", "priority": "P1", "due_at": None, "fields": {}},
}


@pytest.fixture
def zammad() -> Iterator[StrictZammad]:
    with serving(StrictZammad()) as server:
        yield server
        assert server.wrong == []


@pytest.fixture
def room(zammad: StrictZammad, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    found = settings_of(tmp_path, DESKS.replace("URL", zammad.url), monkeypatch, T=TOKEN)
    desks: dict[str, Connected] = dict(found.desks)
    database = Database(f"sqlite:///{tmp_path}/netdiag.db")
    kept = SimpleNamespace(get=lambda _: DOCUMENT)
    daemon: Any = SimpleNamespace(diagnoses=kept)
    yield Room(
        daemon=daemon,
        settings=TicketSettings(desks=desks),
        tickets=Tickets(database),
        post=Post(Letters(database), lambda: desks),
        alone=None,  # type: ignore[arg-type]
    )
    database.close()


async def test_after_a_lost_answer_the_queue_is_netdiags_and_not_a_persons(
    room: Room, zammad: StrictZammad
) -> None:
    number = str(zammad.add())
    first = {"queue": "Users", "priority": "2 normal"}
    case, _ = room.tickets.take_in(
        Case(system="it", external_id=number, changed_at=NOW, fields=first)
    )
    work = {"key": "tk-1", "system": "it", "ticket": number, "case": case.id}
    zammad.deaf = [502]
    with pytest.raises(NotNowError):
        await route(room, work, "dx-1")
    assert zammad.tickets[int(number)]["group"] == "Field"
    done = await route(room, work, "dx-1")
    assert done == {"queue": "Field", "refused": {}, "kept": []}
    kept = room.tickets.by_id(case.id)
    assert kept is not None
    assert kept.fields["priority"] == "3 high"
    assert "sending" not in kept.fields
