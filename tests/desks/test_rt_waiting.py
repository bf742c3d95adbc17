"""What a ticket in a real Request Tracker is told while nobody works on it."""

from collections.abc import Iterator

import pytest

from netdiag.cli import run
from netdiag.model.ticket import Happened, TicketState
from netdiag.service.tickets.phrases import PHRASES
from tests.desks.rt_desk import Desk, desk
from tests.desks.rt_peer import missing
from tests.lab.clients import Town

pytestmark = pytest.mark.rt


def patient(town: Town) -> None:
    """Waiting tickets are looked at again, and customers are told of an outage."""
    config = town.lab.config_path
    text = config.read_text(encoding="utf-8")
    more = "recheck_minutes: 1\n  answer_outage: true"
    config.write_text(text.replace("recheck_minutes: 0", more), encoding="utf-8")


@pytest.fixture(scope="module")
def waits(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    why = missing()
    if why:
        pytest.skip(why)
    with desk(tmp_path_factory.mktemp("waits"), prepare=patient) as made:
        yield made


def test_a_line_that_heals_by_itself_is_told_once_and_when_it_is_broken_again(waits: Desk) -> None:
    with waits.town.fault("cable-cut", "100217"):
        ticket = waits.rt.create(CustomFields={"Subscriber": "100217"})
        waits.until_happened(ticket, Happened.ROUTED)
    waits.until_happened(ticket, Happened.HEALED)
    assert "исчезла сама" in waits.note(ticket)
    assert waits.rt.show(ticket)["Status"] == "new", "a person closes it"
    with waits.town.fault("cable-cut", "100217"):
        waits.until_happened(ticket, Happened.RETURNED)
        assert "появилась снова" in waits.note(ticket)
    assert waits.life(ticket).count(Happened.HEALED) == 1
    waits.rt.set(ticket, Status="rejected")


def test_the_customer_is_told_of_an_outage_in_his_own_mail_and_once(waits: Desk) -> None:
    homes = waits.town.lab.scene.world.homes.values()
    someone = next(home.id for home in homes if home.port[0] == "sw-3")
    config = ["--config", str(waits.served.config)]
    assert run(["outages", "open", "sw-3", "--cause", "power", *config]) == 0
    values = {"CustomFields": {"Subscriber": someone}, "Requestor": "customer@elsewhere.test"}
    ticket = waits.rt.create(**values)
    waits.until_happened(ticket, Happened.ANSWERED)
    waits.until_happened(ticket, Happened.OUTAGE_LINKED)
    kinds = [kind for kind, _ in waits.rt.texts(ticket)]
    assert sorted(kinds) == ["Comment", "Correspond"]
    (told,) = (text for kind, text in waits.rt.texts(ticket) if kind == "Correspond")
    assert "sw-3" not in told, "nothing about the network"
    subjects = waits.rt.mails(ticket)
    assert subjects
    known = PHRASES["answer_subject"].values()
    assert all(any(words in one for words in known) for one in subjects), subjects
    case = waits.case(ticket)
    assert case is not None
    assert case.outage is not None
    assert run(["outages", "close", case.outage, *config]) == 0
    waits.until_happened(ticket, Happened.CLOSED)
    closed = waits.case(ticket)
    assert closed is not None
    assert closed.state is TicketState.CLOSED
    assert [kind for kind, _ in waits.rt.texts(ticket)].count("Correspond") == 2
