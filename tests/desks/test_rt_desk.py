"""The plug-in of Request Tracker alone, against the real one."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from netdiag.model.ticket import Happened
from netdiag.routing.desks import rt, rt_history
from netdiag.routing.desks.desk import Change, History, RefusedError
from tests.desks.opened import opened
from tests.desks.rt_desk import Desk

pytestmark = pytest.mark.rt


@pytest.fixture
def one(town: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> rt.Desk:
    keys = {"kind": "rt", "url": town.rt.url, "token": "$SECRET"}
    made = opened(tmp_path, monkeypatch, town.rt.token, **keys)
    assert isinstance(made, rt.Desk)
    return made


def cpu_s(group: int) -> float:
    """Processor time that a process group has used."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            values = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(values[2]) == group:
            ticks += int(values[11]) + int(values[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def ask_with_the_token(town: Desk, ticket: str) -> None:
    headers = {"authorization": f"token {town.rt.token}"}
    reply = httpx.get(f"{town.rt.url}/REST/2.0/ticket/{ticket}", headers=headers, timeout=60)
    assert reply.status_code == 200


async def test_many_calls_cost_the_tracker_one_hash_of_the_token(town: Desk, one: rt.Desk) -> None:
    assert town.rt.process is not None
    group = os.getpgid(town.rt.process.pid)
    ticket = town.rt.create(CustomFields={"Subscriber": "nobody"})
    town.until_happened(ticket, Happened.UNIDENTIFIED)
    before = cpu_s(group)
    for _ in range(5):
        ask_with_the_token(town, ticket)
    hashed = cpu_s(group) - before
    await one.read(ticket)
    before = cpu_s(group)
    for _ in range(5):
        await one.read(ticket)
    assert cpu_s(group) - before < hashed / 2


async def test_a_token_that_it_does_not_know_is_told(
    town: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = {"kind": "rt", "url": town.rt.url, "token": "$SECRET"}
    stranger = opened(tmp_path, monkeypatch, "1-14-0123456789abcdef", **keys)
    with pytest.raises(RefusedError, match="401"):
        await stranger.read("1")


async def test_more_changed_tickets_than_one_page_are_all_told(
    town: Desk, one: rt.Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rt_history, "_PAGE", 2)
    since = datetime.now(UTC) - timedelta(seconds=1)
    made = {town.rt.create(CustomFields={"Subscriber": "nobody"}) for _ in range(5)}
    assert made <= {ticket for ticket, _ in await one.changed(since)}
    town.rt.set(min(made), Priority=7)
    told = dict(await one.changed(since))
    again = dict(await one.changed(since))  # of the last numbers; what is older is told no more
    assert made <= again.keys()
    assert again.items() <= told.items(), "nothing new has the same word"
    last = max(int(number) for number in told.values())
    assert told[min(made)] == str(last)


async def test_what_people_did_is_told_in_its_order_and_what_netdiag_did_is_not(
    town: Desk, one: rt.Desk
) -> None:
    ticket = town.rt.create(Queue="lead", Requestor="customer@elsewhere.test")
    town.until_happened(ticket, Happened.UNIDENTIFIED)
    upto = (await one.history(ticket, None)).upto
    town.rt.set(ticket, Queue="noc")
    town.rt.set(ticket, who="oleg", Queue="lead", Status="resolved")
    await one.change(ticket, Change(priority="20"), "m")
    town.rt.set(ticket, Status="open")
    town.rt.write(ticket, "It works.")
    found = await one.history(ticket, upto)
    assert found.moves == (("lead", "noc"), ("noc", "lead"))
    assert found.turns == (("new", "resolved"), ("resolved", "open"))
    assert found.writers == ("anna@isp.test",)
    assert await one.history(ticket, found.upto) == History(upto=found.upto)


async def test_what_it_does_not_take_is_read_back_and_named(town: Desk, one: rt.Desk) -> None:
    ticket = town.rt.create(CustomFields={"Subscriber": "nobody"})
    done = await one.change(ticket, Change(queue="nowhere-at-all", fields={"Nope": "x"}), "m")
    assert set(done.refused) == {"queue", "Nope"}
    assert "nowhere-at-all does not exist" in done.refused["queue"]
    due = datetime(2031, 1, 31, 18, 0, tzinfo=UTC)
    done = await one.change(ticket, Change(parent="999999", due_at=due), "m")
    assert set(done.refused) == {"parent"}
    above = town.rt.create(Queue="outages", CustomFields={"Subscriber": "nobody"})
    done = await one.change(ticket, Change(parent=above, due_at=due), "m")
    assert done.refused == {}
    assert town.rt.show(ticket)["parents"] == [above]


async def test_its_last_texts_are_looked_at_for_a_mark(town: Desk, one: rt.Desk) -> None:
    ticket = town.rt.create(Queue="lead", Requestor="customer@elsewhere.test")
    town.until_happened(ticket, Happened.UNIDENTIFIED)
    for number in range(3):
        await one.note(ticket, f"text {number}", f"netdiag-{number}", again=False)
    await one.note(ticket, "text 2", "netdiag-2", again=True)
    assert [text for _, text in town.rt.texts(ticket)][1:] == ["text 0", "text 1", "text 2"]
