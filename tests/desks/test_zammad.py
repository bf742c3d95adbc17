"""Zammad, against a server that takes only what its documentation knows."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from netdiag.model.ticket import TicketState
from netdiag.routing.desks.desk import Change, Draft, GoneError, NotNowError, RefusedError
from netdiag.routing.desks.zammad import Desk
from tests.desks.opened import opened
from tests.desks.strict import serving
from tests.desks.strict_zammad import TOKEN, StrictZammad

DUE = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)


@pytest.fixture
def zammad() -> Iterator[StrictZammad]:
    with serving(StrictZammad()) as server:
        yield server
    assert server.wrong == []


@pytest.fixture
def desk(zammad: StrictZammad, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    made = opened(
        tmp_path, monkeypatch, TOKEN, kind="zammad", url=zammad.url, token="$SECRET",
        customer="netdiag@isp.test", me="netdiag@isp.test",
        fields="{fault: netdiag_fault, side: netdiag_side, due: netdiag_due}",
    )  # fmt: skip
    assert isinstance(made, Desk)
    return made


async def test_what_is_read_is_in_netdiags_words(desk: Desk, zammad: StrictZammad) -> None:
    number = zammad.add(state="closed", group="NOC", title="нет связи 😀")
    seen = await desk.read(str(number))
    assert (seen.state, seen.status, seen.queue) == (TicketState.RESOLVED, "closed", "NOC")
    assert (seen.subject, seen.requestors) == ("нет связи 😀", ("petrov@example.net",))
    with pytest.raises(GoneError):
        await desk.read("77")


async def test_a_change_is_one_put_and_read_back(desk: Desk, zammad: StrictZammad) -> None:
    number = zammad.add()
    wish = Change(queue="Field", priority="3 high", due_at=DUE, fields={"netdiag_fault": "x.y"})
    done = await desk.change(str(number), wish, "netdiag-1")
    assert done.refused == {}
    ticket = zammad.tickets[number]
    assert (ticket["group"], ticket["netdiag_due"]) == ("Field", "2026-11-25T18:00:00Z")
    with pytest.raises(RefusedError, match="No lookup value"):
        await desk.change(str(number), Change(queue="Nowhere"), "netdiag-2")


async def test_closed_and_opened_again(desk: Desk, zammad: StrictZammad) -> None:
    number = zammad.add()
    for state, word in ((TicketState.RESOLVED, "closed"), (TicketState.OPEN, "open")):
        await desk.change(str(number), Change(state=state), "netdiag-1")
        assert zammad.tickets[number]["state"] == word


async def test_a_note_whose_answer_was_lost_is_not_written_twice(
    desk: Desk, zammad: StrictZammad
) -> None:
    number = str(zammad.add())
    zammad.deaf = [502]
    with pytest.raises(NotNowError):
        await desk.note(number, "سلام — вывод", "netdiag-abc", again=False)
    await desk.note(number, "سلام — вывод", "netdiag-abc", again=True)
    (article,) = zammad.articles
    assert (article["body"], article["internal"], article["type"]) == (
        "سلام — вывод",
        True,
        "note",
    )
    await desk.note(number, "It works.", "netdiag-def", answer="Your line", again=False)
    assert (zammad.articles[1]["type"], zammad.articles[1]["to"]) == (
        "email",
        "petrov@example.net",
    )


async def test_a_ticket_whose_answer_was_lost_is_found_again(
    desk: Desk, zammad: StrictZammad
) -> None:
    draft = Draft(subject="Outage: sw-1", text="text", queue="NOC")
    zammad.deaf = [500]
    with pytest.raises(NotNowError):
        await desk.create(draft, "netdiag-1a2b", again=False)
    done = await desk.create(draft, "netdiag-1a2b", again=True)
    assert list(zammad.tickets) == [int(done.id)]


async def test_a_child_is_hung_below_its_parent_once(desk: Desk, zammad: StrictZammad) -> None:
    parent, child = zammad.add(), zammad.add()
    for _ in range(2):
        await desk.change(str(child), Change(parent=str(parent)), "netdiag-1")
    assert zammad.links == [(parent, child)]


async def test_all_that_changed_is_polled_also_where_netdiag_was_the_last(
    desk: Desk, zammad: StrictZammad
) -> None:
    numbers = [zammad.add() for _ in range(150)]
    numbers.append(zammad.add(updated_by="netdiag@isp.test"))
    changed = await desk.changed(datetime(2026, 11, 24, tzinfo=UTC))
    assert changed == [(str(one), "2026-11-24T10:00:00.000Z") for one in numbers]


@pytest.mark.parametrize("status", [429, 500, 502, 503])
async def test_a_busy_server_is_asked_again_later(
    desk: Desk, zammad: StrictZammad, status: int
) -> None:
    zammad.fail = [status]
    with pytest.raises(NotNowError):
        await desk.read(str(zammad.add()))


async def test_a_wrong_token_is_refused_and_never_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(StrictZammad()) as server:
        wrong = opened(
            tmp_path, monkeypatch, "not-the-token", kind="zammad", url=server.url,
            token="$SECRET", customer="x@isp.test",
        )  # fmt: skip
        with pytest.raises(RefusedError) as caught:
            await wrong.read("1")
    assert "401" in str(caught.value)
    assert "not-the-token" not in str(caught.value)


@pytest.mark.parametrize("number", ["../users/1", "1?expand=true", "", "1 OR 1"])
async def test_only_a_number_goes_into_an_address(desk: Desk, number: str) -> None:
    with pytest.raises(RefusedError):
        await desk.read(number)


def test_a_triggers_webhook_names_ticket_author_and_kind() -> None:
    payload = {
        "ticket": {"id": 7, "title": "x"},
        "article": {"sender": "Customer", "created_by": {"login": "petrov@example.net"}},
    }
    event = Desk.event(payload)
    assert event is not None
    assert (event.ticket, event.kind, event.by) == ("7", "contact", "petrov@example.net")
    assert Desk.event({"article": {}}) is None
    assert Desk.event({"ticket": {"id": None}}) is None
