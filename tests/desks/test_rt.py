"""Stories with a real Request Tracker 5. `make test-rt` runs them."""

import contextlib
import io
import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from standardwebhooks.webhooks import Webhook

from netdiag.cli import run
from netdiag.model.ticket import Happened, TicketState
from tests.desks.rt_desk import Desk, desk
from tests.desks.rt_peer import missing
from tests.inventory.sql_servers import postgresql

pytestmark = pytest.mark.rt
ROUTED = [Happened.RECEIVED, Happened.DIAGNOSED, Happened.ROUTED, Happened.VISIT_ORDERED]


def opened_again(here: Desk) -> int:
    """What `netdiag kpi` counts."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        assert run(["kpi", "--json", "--config", str(here.served.config)]) == 0
    figures = json.loads(out.getvalue())["tickets"] or {"reopened_after_solved": {"part": 0}}
    return int(figures["reopened_after_solved"]["part"])


def whole_story(here: Desk) -> None:
    """Created, diagnosed, routed; called done without a repair, opened again; repaired, closed."""
    before = opened_again(here)
    with here.town.fault("crc-errors", "100202"):
        ticket = here.rt.create(CustomFields={"Subscriber": "100202"})
        here.until_happened(ticket, Happened.VISIT_ORDERED)
        assert here.life(ticket) == ROUTED
        shown = here.rt.show(ticket)
        assert (shown["Queue"], shown["Priority"], shown["Status"]) == ("field", "50", "new")
        case = here.case(ticket)
        assert case is not None
        assert case.due_at is not None
        assert shown["Due"] == case.due_at.strftime("%Y-%m-%dT%H:%M:%SZ")
        fields = shown["fields"]
        assert fields["Fault"] == "provider.line.port-errors"
        assert (fields["Side"], fields["Diagnosis"]) == ("provider", case.diagnosis)
        ((kind, note),) = here.rt.texts(ticket)
        assert kind == "Comment"
        assert "наша сторона" in note
        assert "Сказать абоненту" in note
        assert "sw-1:port2" in note
        here.rt.set(ticket, Status="resolved")
        here.until_happened(ticket, Happened.REOPENED)
        assert here.rt.show(ticket)["Status"] == "open"
        assert "Открыто снова" in here.note(ticket)
    here.rt.set(ticket, Status="resolved")
    here.until_happened(ticket, Happened.CLOSED)
    assert here.life(ticket)[-3:] == [Happened.RESOLVED, Happened.VERIFIED, Happened.CLOSED]
    assert here.rt.show(ticket)["Status"] == "resolved"
    assert opened_again(here) == before + 1


def test_the_whole_story_on_sqlite(town: Desk) -> None:
    whole_story(town)


def test_the_whole_story_on_postgresql(tmp_path: Path) -> None:
    why = missing()
    if why:
        pytest.skip(why)
    with postgresql() as (engine, _):
        with engine.connect() as db:
            access = Path(db.exec_driver_sql("SHOW hba_file").scalar_one())
            with access.open("a", encoding="utf-8") as file:
                file.write("host all rt_user 127.0.0.1/32 trust\n")
            db.exec_driver_sql("SELECT pg_reload_conf()")
        place = (str(engine.url.host), int(engine.url.port or 0))
        with desk(tmp_path, postgresql=place) as here:
            whole_story(here)


def test_a_ticket_of_nobody_says_so_stays_and_is_diagnosed_once_somebody_is_named(
    town: Desk,
) -> None:
    ticket = town.rt.create(Content="It does not work!", Requestor="someone@elsewhere.test")
    town.until_happened(ticket, Happened.UNIDENTIFIED)
    assert "о каком абоненте" in town.note(ticket)
    shown = town.rt.show(ticket)
    assert (shown["Queue"], shown["Priority"]) == ("helpdesk", "0")
    with town.town.fault("cable-cut", "100224"):
        town.rt.set(ticket, CustomFields={"Subscriber": "100224"})
        town.until_happened(ticket, Happened.ROUTED)
    assert town.rt.show(ticket)["Queue"] == "field"


@pytest.mark.parametrize(
    ("subscriber", "values"),
    [
        ("100213", {"Content": "Здравствуйте, мой логин: home213. Не работает 😀"}),
        ("100214", {"Content": "سلام، اینترنت قطع است. تلفن ۷۹۰۰۰۰۰۰۲۱۴ 🙏"}),
        ("100215", {"Content": "help", "Requestor": "home215@isp.test"}),
        ("100216", {"Subject": "договор № 100216", "Content": "x" * 20_000_000}),
    ],
    ids=["login", "persian phone", "sender", "20 MB"],
)
def test_a_subscriber_is_known_by_what_the_ticket_tells(
    town: Desk, subscriber: str, values: dict[str, str]
) -> None:
    ticket = town.rt.create(**values)
    town.until_happened(ticket, Happened.DIAGNOSED)
    case = town.case(ticket)
    assert case is not None
    assert case.subscriber == subscriber
    assert len(town.rt.texts(ticket)) == 1


def test_what_a_person_decided_later_wins(town: Desk) -> None:
    with town.town.fault("cable-cut", "100217"):
        ticket = town.rt.create(CustomFields={"Subscriber": "100217"})
        town.until_happened(ticket, Happened.ROUTED)
        town.rt.set(ticket, who="oleg", Queue="billing", Priority=99)
        town.until_happened(ticket, Happened.MOVED)
        town.rt.set(ticket, Status="resolved")
        town.until_happened(ticket, Happened.REOPENED)
        town.rt.set(ticket, Status="resolved")
        town.until_happened(ticket, Happened.REOPENED, 2)
        town.rt.set(ticket, Status="rejected")
        town.until_happened(ticket, Happened.CLOSED)
        town.rt.set(ticket, Status="open")
        town.until_happened(ticket, Happened.ROUTED, 2)
    shown = town.rt.show(ticket)
    assert (shown["Queue"], shown["Priority"]) == ("billing", "99")


def test_a_ticket_that_is_passed_around_tells_why_it_was_sent_and_ends_with_one_who_decides(
    town: Desk,
) -> None:
    with town.town.fault("cable-cut", "100218"):
        ticket = town.rt.create(CustomFields={"Subscriber": "100218"})
        town.until_happened(ticket, Happened.ROUTED)
        for times in (1, 2):
            town.rt.set(ticket, Queue="helpdesk")
            town.until_happened(ticket, Happened.BOUNCED, times)
            town.until_happened(ticket, Happened.DIAGNOSED, times + 1)
            assert f"раз: {times}" in town.note(ticket)
            if times == 1:
                town.rt.set(ticket, Queue="noc")
                town.until_happened(ticket, Happened.MOVED, 2)
        town.until_happened(ticket, Happened.ESCALATED)
    assert town.rt.show(ticket)["Queue"] == "lead"


def test_a_ticket_that_goes_there_and_back_in_a_moment_has_bounced(town: Desk) -> None:
    ticket = town.rt.create(CustomFields={"Subscriber": "100205"})
    town.until_happened(ticket, Happened.ROUTED)
    for queue in ("noc", "helpdesk"):
        town.rt.set(ticket, Queue=queue)
    town.until_happened(ticket, Happened.BOUNCED)
    town.until_happened(ticket, Happened.DIAGNOSED, 2)
    assert town.life(ticket).count(Happened.MOVED) == 2
    assert town.life(ticket).count(Happened.BOUNCED) == 1
    assert town.rt.show(ticket)["Queue"] == "helpdesk"


def test_there_and_back_and_done_and_open_again_while_netdiag_was_down_is_heard(
    town: Desk,
) -> None:
    ticket = town.rt.create(CustomFields={"Subscriber": "100206"})
    town.until_happened(ticket, Happened.ROUTED)
    town.served.stop()
    town.rt.set(ticket, Queue="noc")
    town.rt.set(ticket, Queue="helpdesk")
    town.rt.set(ticket, Status="resolved")
    town.rt.set(ticket, Status="open")
    town.rt.write(ticket, "A colleague writes to him, that is no contact.")
    town.served.start()
    town.until_happened(ticket, Happened.REOPENED)
    town.until_happened(ticket, Happened.DIAGNOSED, 2)
    life = town.life(ticket)
    assert (life.count(Happened.BOUNCED), life.count(Happened.MOVED)) == (1, 2)
    assert Happened.CONTACT not in life


def test_of_two_tickets_at_once_one_is_worked_on_and_the_other_hangs_below_it(town: Desk) -> None:
    def create(_: int) -> str:
        return town.rt.create(who=("anna", "oleg")[_], CustomFields={"Subscriber": "100219"})

    with ThreadPoolExecutor(2) as pool:
        pair = list(pool.map(create, range(2)))
    done = (Happened.DUPLICATE, Happened.ROUTED)
    town.until(lambda: all(set(town.life(one)) & set(done) for one in pair))
    lives = {one: town.life(one) for one in pair}
    (second,) = [one for one, life in lives.items() if Happened.DUPLICATE in life]
    (first,) = [one for one in pair if one != second]
    assert Happened.DIAGNOSED not in lives[second]
    assert town.rt.show(second)["parents"] == [first]
    town.until_happened(first, Happened.CONTACT)
    town.until(lambda: any(f"№{second}" in text for _, text in town.rt.texts(first)))
    town.rt.set(first, Status="resolved")
    town.until_happened(first, Happened.CLOSED)
    town.until_happened(second, Happened.CLOSED)
    assert town.rt.show(second)["Status"] == "resolved"
    assert town.rt.texts(second)[-1][0] == "Correspond"


def test_a_contact_a_few_days_after_the_last_is_marked(town: Desk) -> None:
    first = town.rt.create(CustomFields={"Subscriber": "100220"})
    town.until_happened(first, Happened.ROUTED)
    town.rt.set(first, Status="resolved")
    town.until_happened(first, Happened.CLOSED)
    again = town.rt.create(CustomFields={"Subscriber": "100220"})
    town.until_happened(again, Happened.ROUTED)
    assert Happened.REPEAT in town.life(again)
    assert f"заявка №{first}" in town.note(again)


def test_a_deleted_and_a_merged_ticket_end_without_noise(town: Desk) -> None:
    kept, merged, deleted = (
        town.rt.create(CustomFields={"Subscriber": number})
        for number in ("100221", "100222", "100223")
    )
    for one in (kept, merged, deleted):
        town.until_happened(one, Happened.DIAGNOSED)
    town.rt.set(merged, who="root", MergeInto=kept)
    assert town.rt.person("root").delete(f"/ticket/{deleted}").status_code == 204
    town.until_happened(merged, Happened.MERGED)
    town.until_happened(deleted, Happened.GONE)
    states = [one.state for one in map(town.case, (kept, merged, deleted)) if one]
    assert states == [TicketState.OPEN, TicketState.MERGED, TicketState.GONE]


def test_a_ticket_that_is_deleted_while_it_is_worked_on_is_gone_and_no_dead_letter(
    town: Desk,
) -> None:
    ticket = town.rt.create(CustomFields={"Subscriber": "100212"})
    town.until_happened(ticket, Happened.RECEIVED)
    assert town.rt.person("root").delete(f"/ticket/{ticket}").status_code == 204
    town.until_happened(ticket, Happened.GONE)
    case = town.case(ticket)
    assert case is not None
    assert case.state is TicketState.GONE
    assert [one for one in town.letters.dead() if one.external_id == ticket] == []


def test_a_call_that_is_not_signed_by_the_tracker_changes_nothing(town: Desk) -> None:
    ticket = town.rt.create(Queue="lead", CustomFields={"Subscriber": "nobody"})
    town.until_happened(ticket, Happened.UNIDENTIFIED)
    before = town.life(ticket)
    url = f"http://{town.served.address}/api/v1/tickets/rt"
    body = f'{{"ticket": {ticket}, "event": "contact", "subscriber": "100212"}}'
    now = datetime.now(UTC)
    for secret in (None, "whsec_YW5vdGhlci1zZWNyZXQtdGhhbi10aGUtcmlnaHQtb25l"):
        headers = {} if secret is None else {
            "webhook-id": "forged",
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(secret).sign("forged", now, body),
        }  # fmt: skip
        assert httpx.post(url, content=body, headers=headers, timeout=30).status_code == 401
    time.sleep(2)
    assert town.life(ticket) == before


def test_a_queue_that_does_not_exist_is_a_dead_letter_that_a_person_sends_again(
    town: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in town.served.environment.items():
        monkeypatch.setenv(name, value)
    with town.town.fault("account-blocked", "100201"):
        ticket = town.rt.create(CustomFields={"Subscriber": "100201"})
        town.until_happened(ticket, Happened.DEAD_LETTER)
    assert town.rt.show(ticket)["Queue"] == "helpdesk"
    config = ["--config", str(town.served.config)]
    (dead,) = (one for one in town.letters.dead() if one.external_id == ticket)
    assert "nowhere does not exist" in dead.error
    assert run(["tickets", "dead", *config]) == 0
    assert "nowhere does not exist" in capsys.readouterr().out
    made = town.rt.person("root").post("/queue", json={"Name": "nowhere"})
    assert made.status_code == 201

    assert run(["tickets", "resend", str(dead.id), *config]) == 0
    town.until(lambda: town.rt.show(ticket)["Queue"] == "nowhere")
    assert town.letters.dead() == []
    assert len(town.rt.texts(ticket)) == 1


def test_a_ticket_that_came_before_its_outage_hangs_below_it_and_its_visit_is_called_off(
    town: Desk,
) -> None:
    early = "100226"
    config = ["--config", str(town.served.config)]
    with town.town.fault("cable-cut", early):
        ticket = town.rt.create(CustomFields={"Subscriber": early})
        town.until_happened(ticket, Happened.VISIT_ORDERED)
        assert town.rt.show(ticket)["Queue"] == "field"
        assert run(["outages", "open", "sw-5", "--cause", "power", *config]) == 0
        town.until_happened(ticket, Happened.VISIT_CANCELLED)
        shown = town.rt.show(ticket)
        (parent,) = shown["parents"]
        above = town.rt.show(parent)
        assert (above["Queue"], "sw-5" in above["Subject"]) == ("outages", True)
        assert shown["Queue"] == "field", "it stays with whom it is"
        assert "ИЗВЕСТНАЯ АВАРИЯ" in town.note(ticket)
        case = town.case(ticket)
        assert case is not None
        assert case.outage is not None
        assert shown["fields"]["Outage"] == case.outage == above["fields"]["Outage"]
        end = "2031-01-31T18:00:00Z"
        assert run(["outages", "note", case.outage, "Crew is there", "--until", end, *config]) == 0
        for one in (ticket, parent):
            town.until(lambda one=one: town.rt.show(one)["Due"] == end)
        assert any("Crew is there" in text for _, text in town.rt.texts(parent))
        assert run(["outages", "close", case.outage, *config]) == 0
        town.until_happened(ticket, Happened.ROUTED, 2)
        town.until_happened(parent, Happened.CLOSED)
    assert town.rt.show(ticket)["Queue"] == "field"
    town.rt.set(ticket, Status="rejected")
    town.until_happened(ticket, Happened.CLOSED)


def test_tickets_that_came_while_netdiag_or_the_tracker_was_down_are_not_lost(town: Desk) -> None:
    town.served.stop()
    while_down = town.rt.create(CustomFields={"Subscriber": "100225"})
    town.served.start()
    town.until_happened(while_down, Happened.ROUTED)
    with town.town.fault("cable-cut", "100226"):
        ticket = town.rt.create(CustomFields={"Subscriber": "100226"})
        town.rt.stop()
        time.sleep(3)
        town.rt.start()
        town.until_happened(ticket, Happened.ROUTED)
    assert len(town.rt.texts(ticket)) == 1
    assert town.rt.show(ticket)["Queue"] == "field"


def test_behind_an_outage_one_parent_no_visit_and_only_the_healthy_are_closed_after_it(
    town: Desk,
) -> None:
    world = town.town.lab.scene.world
    behind = [home.id for home in world.homes.values() if home.port[0] == "sw-2"][:4]
    with town.town.fault("cable-cut", behind[0]):
        config = ["--config", str(town.served.config)]
        assert run(["outages", "open", "sw-2", "--cause", "power", *config]) == 0
        tickets = [town.rt.create(CustomFields={"Subscriber": one}) for one in behind]
        for ticket in tickets:
            town.until_happened(ticket, Happened.OUTAGE_LINKED)
        parents = {tuple(town.rt.show(one)["parents"]) for one in tickets}
        ((parent,),) = parents
        assert town.rt.show(parent)["Queue"] == "outages"
        assert all(Happened.VISIT_ORDERED not in town.life(one) for one in tickets)
        assert all(town.rt.show(one)["Queue"] == "helpdesk" for one in tickets)
        outage = town.case(tickets[0])
        assert outage is not None
        assert outage.outage is not None
        assert run(["outages", "close", outage.outage, *config]) == 0
        for ticket in tickets[1:]:
            town.until_happened(ticket, Happened.CLOSED)
            assert town.rt.show(ticket)["Status"] == "resolved"
            assert town.rt.texts(ticket)[-1][0] == "Correspond"
        town.until_happened(tickets[0], Happened.ROUTED)
        broken = town.rt.show(tickets[0])
        assert (broken["Queue"], broken["Status"]) == ("field", "new")
        town.until_happened(parent, Happened.CLOSED)
