"""The whole way of tickets, with a system behind signed webhooks: the daemon and the lab."""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from standardwebhooks.webhooks import Webhook

from netdiag.cli import run
from netdiag.model.ticket import Case, Happened, TicketState
from netdiag.service.daemon.settings import open_database
from netdiag.service.setup import load_settings
from netdiag.store.letters import Letters
from netdiag.store.tickets import Tickets
from tests.addresses import free_port
from tests.desks.strict import serving
from tests.desks.strict_hook import StrictHook
from tests.lab.clients import Town
from tests.web.conftest import WHSEC, Served

CONFIG = """
deadline_s: 0.5
serve:
  executor: story
  webhooks:
    hook: {{secret: {{env: HOOK_IN}}}}
tickets:
  verify_after_s: 0
  after_outage_s: 0
  recheck_minutes: 0
  answer_outage: true
  desks:
    hook:
      kind: webhook
      url: {url}/netdiag
      secret: {{env: HOOK_OUT}}
      language: en
      queues: {{support.l1: help, field: crew, noc: noc, billing: money}}
      fields: {{fault: Fault, side: Side}}
"""
OUT = "whsec_b3V0LXNlY3JldC1vZi10aGUtdGVzdC1kZXNrLTAx"


@dataclass
class Story:
    """netdiag with one ticket system."""

    hook: StrictHook
    served: Served
    town: Town
    tickets: Tickets
    letters: Letters

    def send(self, ticket: str, **more: Any) -> httpx.Response:
        body, key, now = json.dumps({"ticket": ticket} | more), uuid.uuid4().hex, datetime.now(UTC)
        headers = {
            "webhook-id": key,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(WHSEC).sign(key, now, body),
        }
        url = f"http://{self.served.address}/api/v1/tickets/hook"
        return httpx.post(url, content=body.encode(), headers=headers, timeout=30)

    def case(self, ticket: str) -> Case:
        found = self.tickets.get("hook", ticket)
        assert found is not None
        return found

    def life(self, ticket: str) -> list[Happened]:
        found = self.tickets.get("hook", ticket)
        return [event.kind for event in self.tickets.life(found.id)] if found else []

    def until(self, ask: Callable[[], Any]) -> None:
        end = time.monotonic() + 90
        while not ask():
            assert time.monotonic() < end, self.served.log[-3000:]
            time.sleep(0.1)

    def happened(self, ticket: str, kind: Happened, times: int = 1) -> None:
        self.until(lambda: self.life(ticket).count(kind) >= times)

    def run(self, *words: str) -> int:
        return run([*words, "--config", str(self.served.config)])


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    town = Town(tmp_path_factory.mktemp("story"))
    with serving(StrictHook(secret=OUT)) as hook, pytest.MonkeyPatch.context() as patch:
        config = town.lab.config_path
        text = config.read_text(encoding="utf-8") + CONFIG.format(url=hook.url)
        config.write_text(text, encoding="utf-8")
        environment = {"HOOK_IN": WHSEC, "HOOK_OUT": OUT}
        for name, value in environment.items():
            patch.setenv(name, value)
        address = f"127.0.0.1:{free_port()}"
        served = Served(town=town, config=config, address=address, environment=environment)
        served.start()
        database = open_database(load_settings(str(config)))
        yield Story(hook, served, town, Tickets(database), Letters(database))
        database.close()
        served.stop()
        assert hook.wrong == []
    town.close()


def test_from_the_first_word_to_a_verified_end(story: Story) -> None:
    with story.town.fault("cable-cut", "100207"):
        reply = story.send("T-1", event="create", subscriber="100207", queue="help", by="anna")
        assert reply.status_code == 202
        story.happened("T-1", Happened.VISIT_ORDERED)
        (note,) = story.hook.of("T-1", "note")
        assert "our side" in note["text"]
        (change,) = story.hook.of("T-1", "change")
        assert (change["queue"], change["priority"]) == ("crew", "P3")
        assert change["fields"] == {"Fault": "provider.line.cable-fault", "Side": "provider"}
        story.send("T-1", state="resolved", queue="crew", priority="P3", by="oleg")
        story.happened("T-1", Happened.REOPENED)
        assert story.hook.of("T-1", "change")[-1]["state"] == "open"
    story.send("T-1", state="resolved", by="oleg", event="changed", text="really")
    story.happened("T-1", Happened.CLOSED)
    assert story.life("T-1")[-2:] == [Happened.VERIFIED, Happened.CLOSED]
    who = [e.who for e in story.tickets.life(story.case("T-1").id) if e.kind is Happened.RESOLVED]
    assert who == ["oleg", "oleg"]


def test_the_statistics_count_what_was_opened_again(
    story: Story, capsys: pytest.CaptureFixture[str]
) -> None:
    story.happened("T-1", Happened.CLOSED)
    assert story.run("kpi", "--json") == 0
    figures = json.loads(capsys.readouterr().out)["tickets"]
    assert figures["reopened_after_solved"]["part"] == 1


def test_a_ticket_of_nobody_says_so_and_stays(story: Story) -> None:
    story.send("T-2", event="create", text="😀 لا یعمل")
    story.happened("T-2", Happened.UNIDENTIFIED)
    assert story.hook.of("T-2", "change") == []
    assert "which subscriber" in story.hook.of("T-2", "note")[0]["text"]
    story.send("T-2", event="contact", text="my login: home210")
    story.happened("T-2", Happened.ROUTED)
    assert story.case("T-2").subscriber == "100210"


def test_a_subscriber_who_is_named_later_and_then_corrected_is_heard(story: Story) -> None:
    story.send("C-1", event="create", text="nothing works")
    story.happened("C-1", Happened.UNIDENTIFIED)
    for times, subscriber in enumerate(("100213", "100214"), 1):
        story.send("C-1", event="changed", subscriber=subscriber)
        story.happened("C-1", Happened.ROUTED, times)
        assert story.case("C-1").subscriber == subscriber
    story.send("C-1", event="changed", subscriber="login:home214")
    story.send("C-1", event="contact", by="anna")
    story.happened("C-1", Happened.CONTACT)
    assert story.life("C-1").count(Happened.DIAGNOSED) == 2


def test_a_ticket_system_that_fails_is_asked_again_and_takes_each_act_once(story: Story) -> None:
    story.hook.fail[:] = [503, 500]
    story.hook.deaf[:] = [502]
    story.send("T-3", event="create", subscriber="100211", queue="help")
    story.happened("T-3", Happened.ROUTED)
    assert len(story.hook.of("T-3", "note")) == len(story.hook.of("T-3", "change")) == 1


def test_what_is_refused_is_a_dead_letter_that_a_person_sends_again(
    story: Story, capsys: pytest.CaptureFixture[str]
) -> None:
    story.hook.fail[:] = [403]
    story.send("T-4", event="create", subscriber="100212", queue="help")
    story.happened("T-4", Happened.DEAD_LETTER)
    (dead,) = story.letters.dead()
    assert (dead.external_id, dead.act) == ("T-4", "note")
    assert story.run("tickets", "dead") == 0
    assert "403" in capsys.readouterr().out
    assert story.run("tickets", "resend", str(dead.id)) == 0
    story.happened("T-4", Happened.ROUTED)
    assert story.letters.dead() == []
    assert story.run("tickets", "resend", str(dead.id)) == 2


def test_killed_in_the_middle_nothing_is_lost_or_doubled(story: Story) -> None:
    story.hook.fail[:] = [503] * 3
    for number in range(5, 9):
        story.send(f"T-{number}", event="create", subscriber=f"1002{10 + number}", queue="help")
    story.served.stop(9)
    story.served.start()
    for number in range(5, 9):
        story.happened(f"T-{number}", Happened.ROUTED)
        assert len(story.hook.of(f"T-{number}", "note")) == 1


def test_behind_an_outage_and_after_it(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    homes = story.town.lab.scene.world.homes.values()
    behind = [home.id for home in homes if home.port[0] == "sw-2"][:3]
    with story.town.fault("cable-cut", behind[0]):
        assert story.run("outages", "open", "sw-2", "--cause", "power", "--json") == 0
        outage = json.loads(capsys.readouterr().out)["id"]
        story.until(lambda: any(one["act"] == "create" for one in story.hook.acts))
        for number, subscriber in enumerate(behind):
            story.send(f"O-{number}", event="create", subscriber=subscriber, queue="help")
        for number in range(3):
            story.happened(f"O-{number}", Happened.OUTAGE_LINKED)
        (parent,) = [one for one in story.hook.acts if one["act"] == "create"]
        assert "sw-2" in parent["subject"]
        links = [story.hook.of(f"O-{number}", "change")[0] for number in range(3)]
        assert {one["parent"] for one in links} == {f"N-{story.hook.acts.index(parent) + 1}"}
        assert all("queue" not in one for one in links)
        assert all(len(story.hook.of(f"O-{n}", "answer")) == 1 for n in range(3))
        end = "2031-01-31T18:00:00+00:00"
        assert (
            story.run("outages", "note", outage, "The generator is on its way", "--until", end) == 0
        )
        top = links[0]["parent"]
        story.until(lambda: story.hook.of(top, "change"))
        assert "generator is on its way" in story.hook.of(top, "note")[-1]["text"]
        for ticket in (top, "O-0", "O-1", "O-2"):
            story.until(
                lambda ticket=ticket: story.case(ticket).due_at == datetime.fromisoformat(end)
            )
            assert story.hook.of(ticket, "change")[-1]["due_at"] == end
            assert "expected to end by" in story.hook.of(ticket, "note")[-1]["text"]
        story.send("O-again", event="create", subscriber=behind[1], queue="help")
        story.happened("O-again", Happened.DUPLICATE)
        assert story.run("outages", "close", outage) == 0
        for ticket in ("O-1", "O-2", "O-again"):
            story.happened(ticket, Happened.CLOSED)
            assert story.hook.of(ticket, "change")[-1]["state"] == "resolved"
        story.happened("O-0", Happened.ROUTED)
    assert story.case("O-0").state is TicketState.OPEN
    story.send("O-1", event="contact", state="open")
    story.happened("O-1", Happened.ROUTED)
    assert story.case("O-1").outage is None, "the next outage is another one"
    assert "still not healthy" in story.hook.of("O-0", "note")[-1]["text"]
    assert story.hook.of("O-0", "change")[-1]["queue"] == "crew"


def test_a_ticket_that_came_before_its_outage_was_known_hangs_below_it_and_nobody_is_sent(
    story: Story, capsys: pytest.CaptureFixture[str]
) -> None:
    homes = story.town.lab.scene.world.homes.values()
    early = [home.id for home in homes if home.port[0] == "sw-5"][-1]
    with story.town.fault("cable-cut", early):
        story.send("E-1", event="create", subscriber=early, queue="help")
        story.happened("E-1", Happened.ROUTED)
        assert story.case("E-1").visit
        assert story.run("outages", "open", "sw-5", "--cause", "power", "--json") == 0
        outage = json.loads(capsys.readouterr().out)["id"]
        story.happened("E-1", Happened.VISIT_CANCELLED)
        linked = story.case("E-1")
        assert (linked.outage, linked.visit) == (outage, False)
        last = story.hook.of("E-1", "change")[-1]
        assert last["parent"]
        assert "queue" not in last
        assert "sw-5" in story.hook.of("E-1", "note")[-1]["text"]
        assert story.run("outages", "close", outage) == 0
        story.happened("E-1", Happened.ROUTED, times=2)
    assert story.life("E-1").count(Happened.OUTAGE_LINKED) == 1


def test_an_unsigned_call_and_one_without_a_ticket_are_refused(story: Story) -> None:
    url = f"http://{story.served.address}/api/v1/tickets/hook"
    assert httpx.post(url, json={"ticket": "T-99"}).status_code == 401
    assert story.send("").status_code == 422
    assert story.send("x" * 100, text="a" * 20_000_000).status_code == 413
    assert story.life("T-99") == []


def test_the_life_of_a_ticket_is_shown(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    assert story.run("tickets", "show", "hook", "T-2", "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["subscriber"] == "100210"
    assert [one["kind"] for one in shown["life"]][:2] == ["received", "unidentified"]
    assert story.run("tickets", "show", "hook", "nothing") == 2
    assert story.run("tickets", "list", "--subscriber", "100210") == 0
    assert "hook #T-2" in capsys.readouterr().out
