"""Looks that nobody asked for: which are begun, and that none is forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from netdiag.model.errors import InventoryUnavailableError
from netdiag.model.outage import Cause, Origin, Outage, OutageState
from netdiag.model.ticket import Case, TicketState
from netdiag.model.ticket import Origin as TicketOrigin
from netdiag.routing.desks.desk import Ability
from netdiag.service.tickets import outage_news
from netdiag.service.tickets.poll import Poll
from netdiag.service.tickets.settings import ParentAt, Policy
from netdiag.service.tickets.watch import Watch
from netdiag.store.database import Database
from netdiag.store.maintenance import Windows
from netdiag.store.outages import Entry, Register
from netdiag.store.tickets import Tickets

OLD = datetime.now(UTC) - timedelta(hours=2)


class Desk:
    """A ticket system that is polled; `answer` is told, or raised."""

    def __init__(self, answer: Any) -> None:
        self.abilities = frozenset({Ability.POLL, Ability.CREATE})
        self.answer = answer

    async def changed(self, _since: datetime) -> list[tuple[str, str]]:
        if isinstance(self.answer, Exception):
            raise self.answer
        found: list[tuple[str, str]] = self.answer
        return found


class Place:
    """A store with tickets, and what was begun."""

    def __init__(self, directory: Path) -> None:
        self.database = Database(f"sqlite:///{directory}/netdiag.db")
        self.tickets = Tickets(self.database)
        self.begun: list[dict[str, Any]] = []
        self.room: Any = SimpleNamespace(
            policy=Policy(recheck_minutes=30),
            tickets=self.tickets,
            settings=SimpleNamespace(desks={"rt": self.connected([])}),
            post=SimpleNamespace(can=self._can),
            daemon=SimpleNamespace(
                app=SimpleNamespace(inventory=None),
                outages=Register(self.database),
                watching=SimpleNamespace(windows=Windows(self.database)),
            ),
        )
        self.watch = Watch(room=self.room, begin=self._begin)

    async def _begin(self, _flow: str, _key: str, work: dict[str, Any], _delay: float) -> None:
        self.begun.append(work)

    def _can(self, name: str, ability: Ability) -> bool:
        return ability in self.room.settings.desks[name].desk.abilities

    @staticmethod
    def connected(answer: Any) -> Any:
        return SimpleNamespace(desk=Desk(answer), common=SimpleNamespace(poll_s=1.0))

    def ticket(self, number: int, **values: Any) -> Case:
        usual = {"subscriber": f"1{number:05}", "side": "provider", "fault": "provider.line.x"}
        made, _ = self.tickets.take_in(
            Case(system="rt", external_id=str(number), changed_at=OLD, **usual | values)
        )
        return made

    async def rounds(self, count: int = 1) -> list[tuple[str, str]]:
        for _ in range(count):
            self.watch._looked_s = 0.0
            await self.watch.once()
        return [(work.get("reason", ""), work["ticket"]) for work in self.begun]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    yield made
    made.database.close()


async def test_every_ticket_that_waits_is_looked_at_however_many_there_are(place: Place) -> None:
    for number in range(120):
        place.ticket(number)
    looked = await place.rounds(4)
    assert len(looked) == len(set(looked)) == 120


@pytest.mark.parametrize("end", [TicketState.CLOSED, TicketState.GONE, TicketState.MERGED])
async def test_what_hung_below_a_ticket_is_looked_at_however_that_one_ended(
    place: Place, end: TicketState
) -> None:
    first = place.ticket(1, subscriber="100207", side="subscriber")
    second = place.ticket(2, subscriber="100207", fields={"duplicate_of": first.id})
    assert await place.rounds() == []
    place.tickets.keep(replace(first, state=TicketState.RESOLVED))
    assert await place.rounds() == [], "it may be opened again"
    place.tickets.keep(replace(first, state=end))
    assert await place.rounds(3) == [("duplicate", second.external_id)]


async def test_trouble_with_one_thing_keeps_nothing_else_from_its_turn(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(*_: object) -> None:
        raise InventoryUnavailableError("nobody can tell who stands behind")

    monkeypatch.setattr(place.watch._earlier, "found", unavailable)
    monkeypatch.setattr(place.room.daemon.outages, "get", unavailable)
    place.ticket(1)
    place.ticket(2, outage="out-1")
    assert await place.rounds() == [("waiting", "1")]


def outage(state: OutageState = OutageState.CONFIRMED, root: str = "sw-1") -> Outage:
    return Outage(
        id="", root=root, state=state, cause=Cause.POWER, origin=Origin.INFERENCE, since=OLD
    )


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Roots that a maintenance window explains."""
    roots: set[str] = set()
    expected = lambda root, *_: "window" if root in roots else None  # noqa: E731
    monkeypatch.setattr(outage_news, "expected_by", expected)
    return roots


async def test_a_confirmed_outage_has_one_ticket_before_anybody_calls(
    place: Place, planned: set[str]
) -> None:
    register = place.room.daemon.outages
    found = register.open(outage(), "inference")
    register.open(outage(OutageState.SUSPECTED, "sw-2"), "inference")
    register.open(outage(root="sw-3"), "inference")
    planned.add("sw-3")
    await place.rounds(2)
    assert [(work["system"], work["outage"]) for work in place.begun] == [("rt", found.id)]
    place.begun.clear()
    place.room.policy = Policy(outage_parent=ParentAt.FIRST_TICKET)
    register.open(outage(root="sw-4"), "inference")
    assert await place.rounds() == []


async def test_what_the_noc_writes_reaches_the_parent_and_a_new_end_every_ticket(
    place: Place, planned: set[str]
) -> None:
    register = place.room.daemon.outages
    found = register.open(outage(), "inference")
    place.ticket(1, origin=TicketOrigin.OUTAGE, outage=found.id, subscriber=None, opened_at=OLD)
    place.ticket(2, outage=found.id)
    await place.rounds()
    place.begun.clear()
    end = datetime.now(UTC) + timedelta(hours=2)

    def noted(known: Outage) -> tuple[Outage, Entry]:
        entry = Entry(at=datetime.now(UTC), who="olga", state=known.state, note="crew is there")
        return replace(known, expected_end=end), entry

    register.change(found.id, noted)
    await place.rounds(2)
    told = {(work["ticket"], work["note"]) for work in place.begun}
    assert told == {("1", "olga: crew is there"), ("1", ""), ("2", "")}
    assert len(place.begun) == 3


async def test_a_system_that_answers_nonsense_keeps_no_other_from_being_polled(
    place: Place,
) -> None:
    told: list[tuple[str, str]] = []

    async def accept(system: str, ticket: str, _delivery: str) -> None:
        told.append((system, ticket))

    desks = {"odd": place.connected(KeyError("items")), "rt": place.connected([("7", "1")])}
    place.room.settings.desks = desks
    await Poll(room=place.room, accept=accept).once()
    assert told == [("rt", "7")]
