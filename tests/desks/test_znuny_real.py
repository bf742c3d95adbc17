"""A real Znuny 6.5. `make test-znuny` runs them."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from netdiag.model.ticket import Happened, TicketState
from netdiag.routing.desks.desk import Change, Draft, HiddenError, RefusedError
from netdiag.routing.desks.znuny import Desk
from netdiag.service.daemon.settings import open_database
from netdiag.service.setup import load_settings
from netdiag.store.tickets import Tickets
from tests.addresses import free_port
from tests.desks.opened import opened
from tests.desks.znuny_peer import Znuny, missing, znuny
from tests.lab.clients import Town
from tests.web.conftest import WHSEC, Served

pytestmark = pytest.mark.znuny
FIELDS = "{subscriber: Subscriber, fault: Fault, side: Side, diagnosis: Diagnosis, due: Due}"
CONFIG = f"""
serve:
  executor: desk
  webhooks:
    znuny: {{{{secret: {{{{env: ZNUNY_SECRET}}}}}}}}
tickets:
  verify_after_s: 0
  recheck_minutes: 0
  desks:
    znuny:
      kind: znuny
      url: {{url}}
      password: {{{{env: ZNUNY_PASSWORD}}}}
      customer: home210
      server_timezone: Europe/Moscow
      language: en
      poll_s: {{poll_s}}
      queues: {{{{support.l1: helpdesk, noc: noc, field: field}}}}
      fields: {{{FIELDS}}}
"""


@dataclass
class Place:
    """A Znuny, and netdiag beside it."""

    znuny: Znuny
    town: Town
    served: Served
    tickets: Tickets

    def life(self, ticket: str) -> list[Happened]:
        case = self.tickets.get("znuny", ticket)
        return [event.kind for event in self.tickets.life(case.id)] if case else []

    def happened(self, ticket: str, kind: Happened, times: int = 1) -> None:
        end = time.monotonic() + 120
        while self.life(ticket).count(kind) < times:
            assert time.monotonic() < end, f"{self.life(ticket)}\n{self.served.log[-2000:]}"
            time.sleep(0.3)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    why = missing()
    if why:
        pytest.skip(why)
    directory = tmp_path_factory.mktemp("znuny")
    town, address = Town(directory / "lab"), f"127.0.0.1:{free_port()}"
    hook = f"http://{address}/api/v1/tickets/znuny"
    try:
        with znuny(directory, hook=hook, secret=WHSEC) as it:
            config = town.lab.config_path
            text = CONFIG.format(url=it.url, poll_s=3600)
            config.write_text(config.read_text(encoding="utf-8") + text, encoding="utf-8")
            environment = {"ZNUNY_SECRET": WHSEC, "ZNUNY_PASSWORD": "netdiag-password"}
            served = Served(town=town, config=config, address=address, environment=environment)
            served.start()
            database = open_database(load_settings(str(config)))
            try:
                yield Place(it, town, served, Tickets(database))
            finally:
                database.close()
                served.stop()
    finally:
        town.close()


@pytest.fixture
def desk(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    made = opened(
        tmp_path, monkeypatch, "netdiag-password", kind="znuny", url=place.znuny.url,
        password="$SECRET", customer="home210", server_timezone="Europe/Moscow", fields=FIELDS,
    )  # fmt: skip
    assert isinstance(made, Desk)
    return made


def test_the_whole_story_by_its_calls_alone(place: Place) -> None:
    with place.town.fault("crc-errors", "100202"):
        ticket = place.znuny.create(DynamicField={"Subscriber": "100202"})
        place.happened(ticket, Happened.ROUTED)
        shown = place.znuny.show(ticket)
        assert (shown["Queue"], shown["Priority"], shown["State"]) == ("field", "3 normal", "new")
        assert shown["fields"]["Fault"] == "provider.line.port-errors"
        case = place.tickets.get("znuny", ticket)
        assert case is not None
        assert case.due_at is not None
        local = case.due_at + timedelta(hours=3)
        assert shown["fields"]["Due"] == local.strftime("%Y-%m-%d %H:%M:%S")
        note = shown["Article"][-1]
        assert "sw-1:port2" in note["Body"]
        assert note["IsVisibleForCustomer"] == 0
        place.znuny.set(ticket, State="closed successful")
        place.happened(ticket, Happened.REOPENED)
        assert place.znuny.show(ticket)["State"] == "open"
    place.znuny.set(ticket, State="closed successful")
    place.happened(ticket, Happened.CLOSED)
    assert place.life(ticket)[-3:] == [Happened.RESOLVED, Happened.VERIFIED, Happened.CLOSED]


def test_a_persons_move_is_told_and_wins(place: Place) -> None:
    with place.town.fault("cable-cut", "100217"):
        ticket = place.znuny.create(DynamicField={"Subscriber": "100217"})
        place.happened(ticket, Happened.ROUTED)
        place.znuny.set(ticket, Queue="lead")
        place.happened(ticket, Happened.MOVED)
    assert place.znuny.show(ticket)["Queue"] == "lead"


def test_a_subscriber_is_known_by_the_customers_login_and_by_text_of_any_script(
    place: Place,
) -> None:
    by_customer = place.znuny.create("help 😀")
    place.happened(by_customer, Happened.DIAGNOSED)
    by_text = place.znuny.create("سلام، تلفن ۷۹۰۰۰۰۰۰۲۱۴ 🙏", CustomerUser="a@elsewhere.test")
    place.happened(by_text, Happened.DIAGNOSED)
    cases = [place.tickets.get("znuny", one) for one in (by_customer, by_text)]
    assert [case.subscriber for case in cases if case] == ["100210", "100214"]


async def test_each_act_is_done_and_read_back(place: Place, desk: Desk) -> None:
    since = datetime.now(UTC) - timedelta(seconds=2)
    draft = Draft(subject="Outage", text="текст 😀 سلام", queue="noc", priority="5 very high")
    made = await desk.create(draft, "netdiag-aaaaaaaaaaaa", again=False)
    assert (await desk.create(draft, "netdiag-aaaaaaaaaaaa", again=True)).id == made.id
    assert (await desk.text(made.id, 100)).strip() == "текст 😀 سلام"
    for again in (False, True):
        await desk.note(made.id, "note", "netdiag-bbbbbbbbbbbb", again=again)
    due = datetime(2026, 11, 30, 18, 0, tzinfo=UTC)
    wish = Change(queue="field", priority="2 low", due_at=due, fields={"Fault": "x.y"})
    assert (await desk.change(made.id, wish, "netdiag-c")).refused == {}
    for state in (TicketState.RESOLVED, TicketState.OPEN):
        assert (await desk.change(made.id, Change(state=state), "netdiag-d")).refused == {}
        assert (await desk.read(made.id)).state is state
    seen = await desk.read(made.id)
    assert (seen.queue, seen.priority, seen.fields["Fault"]) == ("field", "2 low", "x.y")
    assert seen.fields["Due"] == "2026-11-30 21:00:00"
    assert made.id in [ticket for ticket, _ in await desk.changed(since)]
    subjects = [one["Subject"] for one in place.znuny.show(made.id)["Article"]]
    assert subjects == ["netdiag-aaaaaaaaaaaa", "netdiag-bbbbbbbbbbbb"]


async def test_an_answer_goes_to_the_customers_address(place: Place, desk: Desk) -> None:
    ticket = place.znuny.create(Queue="lead")
    await desk.note(ticket, "It works.", "netdiag-ffffffffffff", answer="Your line", again=False)
    articles = place.znuny.show(ticket)["Article"]  # netdiag's own note is among them
    (answer,) = (one for one in articles if "Your line [" in one["Subject"])
    assert (answer["To"], answer["IsVisibleForCustomer"]) == ("home210@isp.test", 1)
    made = await desk.create(
        Draft(subject="Sweep", text="text", queue="noc"), "netdiag-a1", again=False
    )
    await desk.note(made.id, "It works.", "netdiag-a2", answer="Your line", again=False)
    assert place.znuny.show(made.id)["Article"][-1]["IsVisibleForCustomer"] == 1


async def test_what_it_refuses_is_a_refusal_and_changes_nothing(place: Place, desk: Desk) -> None:
    ticket = place.znuny.create(Queue="lead")
    for wish in (Change(queue="nowhere"), Change(fields={"Nope": "x"}), Change(priority="P9")):
        with pytest.raises(RefusedError, match="invalid"):
            await desk.change(ticket, wish, "netdiag-c")
    with pytest.raises(RefusedError, match="invalid"):
        await desk.create(Draft(subject="x", text="x", queue="nowhere"), "netdiag-d", again=False)
    with pytest.raises(RefusedError, match="413"):
        await desk.note(ticket, "x" * 2_000_000, "netdiag-e", again=False)
    with pytest.raises(HiddenError, match="AccessDenied"):
        await desk.read("99999")
    assert place.znuny.show(ticket)["Queue"] == "lead"
