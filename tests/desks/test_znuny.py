"""Znuny, against a server that takes only what its operations document."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from netdiag.model.ticket import TicketState
from netdiag.routing.desks.desk import (
    Ability,
    Change,
    Draft,
    HiddenError,
    NotNowError,
    RefusedError,
)
from netdiag.routing.desks.znuny import Desk
from tests.desks.opened import opened
from tests.desks.strict import serving
from tests.desks.strict_znuny import PASSWORD, StrictZnuny


@pytest.fixture
def znuny() -> Iterator[StrictZnuny]:
    with serving(StrictZnuny()) as server:
        yield server
    assert server.wrong == []


@pytest.fixture
def desk(znuny: StrictZnuny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    made = opened(
        tmp_path, monkeypatch, PASSWORD, kind="znuny", url=f"{znuny.url}/Webservice/netdiag",
        password="$SECRET", customer="netdiag@isp.test", server_timezone="Europe/Moscow",
        fields="{fault: NetdiagFault, side: NetdiagSide, due: NetdiagDue}",
    )  # fmt: skip
    assert isinstance(made, Desk)
    return made


async def test_what_is_read_is_in_netdiags_words(desk: Desk, znuny: StrictZnuny) -> None:
    seen = await desk.read(str(znuny.add(State="closed successful", Queue="noc")))
    assert (seen.state, seen.queue, seen.priority) == (TicketState.RESOLVED, "noc", "3 normal")
    assert seen.created_at == datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
    with pytest.raises(HiddenError, match="AccessDenied"):
        await desk.read("77")


async def test_a_refusal_inside_a_200_is_a_refusal(desk: Desk, znuny: StrictZnuny) -> None:
    number = str(znuny.add())
    with pytest.raises(RefusedError, match="Queue parameter is invalid"):
        await desk.change(number, Change(queue="nowhere"), "netdiag-1")
    with pytest.raises(RefusedError, match="DynamicField"):
        await desk.change(number, Change(fields={"Other": "x"}), "netdiag-1")
    assert znuny.tickets[1]["Queue"] == "Raw"


async def test_a_change_is_one_update_and_read_back(desk: Desk, znuny: StrictZnuny) -> None:
    number = str(znuny.add())
    due = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)
    wish = Change(queue="field", priority="4 high", due_at=due, fields={"NetdiagFault": "x.y"})
    assert (await desk.change(number, wish, "netdiag-1")).refused == {}
    ticket = znuny.tickets[1]
    assert (ticket["Queue"], ticket["Priority"]) == ("field", "4 high")
    assert ticket["DynamicField"] == {"NetdiagFault": "x.y", "NetdiagDue": "2026-11-25 21:00:00"}
    await desk.change(number, Change(state=TicketState.OPEN), "netdiag-2")
    assert ticket["State"] == "open"


async def test_notes_and_answers_are_written_once(desk: Desk, znuny: StrictZnuny) -> None:
    number = str(znuny.add())
    znuny.deaf = [503]
    with pytest.raises(NotNowError):
        await desk.note(number, "note 😀", "netdiag-abc", again=False)
    await desk.note(number, "note 😀", "netdiag-abc", again=True)
    await desk.note(number, "It works.", "netdiag-def", answer="Your line", again=False)
    _, note, answer = znuny.tickets[1]["Article"]
    assert (note["Body"], note["IsVisibleForCustomer"]) == ("note 😀", 0)
    assert (answer["ArticleSend"], answer["To"]) == (1, "petrov@example.net")


async def test_a_customer_without_an_address_reads_it_in_the_portal(
    desk: Desk, znuny: StrictZnuny
) -> None:
    number = str(znuny.add(Article=[]))
    await desk.note(number, "It works.", "netdiag-def", answer="Your line", again=False)
    (answer,) = znuny.tickets[1]["Article"]
    assert (answer["IsVisibleForCustomer"], answer["CommunicationChannel"]) == (1, "Internal")


async def test_a_ticket_whose_answer_was_lost_is_found_again(
    desk: Desk, znuny: StrictZnuny
) -> None:
    draft = Draft(subject="Outage", text="text", queue="noc", priority="5 very high")
    znuny.deaf = [500]
    with pytest.raises(NotNowError):
        await desk.create(draft, "netdiag-1a2b", again=False)
    assert (await desk.create(draft, "netdiag-1a2b", again=True)).id == "1"
    assert len(znuny.tickets) == 1


async def test_the_password_stands_in_no_address(desk: Desk, znuny: StrictZnuny) -> None:
    await desk.read(str(znuny.add()))
    told = await desk.changed(datetime(2026, 11, 24, tzinfo=UTC))
    assert told == [("1", "2026-11-24 10:00:00")]
    assert all(PASSWORD not in f"{one.path}{one.query}" for one in znuny.asked)
    assert Ability.LINK not in desk.abilities


def test_an_invokers_call_names_its_ticket() -> None:
    for payload in ({"TicketID": "7"}, {"Ticket": {"TicketID": 7}, "Event": "TicketCreate"}):
        event = Desk.event(payload)
        assert event is not None
        assert event.ticket == "7"
    assert Desk.event({"Ticket": {}}) is None
