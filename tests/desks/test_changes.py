"""What happened to a ticket, and what that asks for."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from netdiag.model.ticket import Case, Happened, TicketState
from netdiag.routing.changes import Noticed, Task, notice
from netdiag.routing.desks.desk import Seen
from netdiag.routing.verify import Finding, healthy, second_look

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
NEW = Case(system="rt", external_id="7", changed_at=NOW)
KNOWN = replace(
    NEW,
    id=1,
    subscriber="100234",
    fields={"queue": "field", "priority": "50", "been": ["helpdesk", "field"]},
)


def seen(**values: object) -> Seen:
    usual: dict[str, object] = {"state": TicketState.OPEN, "queue": "field", "priority": "50"}
    return Seen(id="7", **usual | values)  # type: ignore[arg-type]


def kinds(noticed: Noticed) -> list[Happened]:
    return [kind for kind, _ in noticed.events]


def look(case: Case, now: Seen, hint: str = "changed") -> Noticed:
    return notice(case, now, hint=hint, named=now.fields.get("Subscriber"))


def test_a_new_ticket_is_diagnosed_and_one_that_is_over_already_is_left() -> None:
    fresh = look(NEW, seen(queue="helpdesk"))
    assert (fresh.task, kinds(fresh)) == (Task.DIAGNOSE, [Happened.RECEIVED])
    over = look(NEW, seen(state=TicketState.RESOLVED))
    assert (over.task, over.state) == (Task.NOTHING, TicketState.CLOSED)


def test_what_netdiag_itself_set_is_no_news() -> None:
    noticed = look(KNOWN, seen())
    assert (noticed.task, noticed.events) == (Task.NOTHING, ())
    assert noticed.memory["hands_off"] == []


def test_a_persons_queue_and_priority_are_left_alone_from_then_on() -> None:
    noticed = look(KNOWN, seen(queue="noc", priority="90"))
    assert kinds(noticed) == [Happened.MOVED, Happened.KEPT]
    assert noticed.memory["hands_off"] == ["priority", "queue"]
    later = look(replace(KNOWN, fields=noticed.memory), seen(queue="noc", priority="90"))
    assert (later.events, later.memory["hands_off"]) == ((), ["priority", "queue"])


def test_a_ticket_that_comes_back_to_where_it_was_has_bounced() -> None:
    noticed = look(KNOWN, seen(queue="helpdesk"))
    assert (noticed.task, noticed.bounces) == (Task.BOUNCED, 1)
    assert kinds(noticed) == [Happened.MOVED, Happened.BOUNCED]


def test_there_and_back_between_two_looks_has_bounced_and_is_counted_once() -> None:
    told = [("field", "noc"), ("noc", "field")]
    first = notice(KNOWN, seen(), hint="changed", named=None, moves=told[:1])
    assert kinds(first) == [Happened.MOVED, Happened.MOVED, Happened.BOUNCED]
    assert (first.task, first.bounces) == (Task.BOUNCED, 1)
    assert first.memory["hands_off"] == ["queue"]
    known = replace(KNOWN, bounces=1, fields=first.memory)
    for late in (told[1:], [("helpdesk", "field")]):
        again = notice(known, seen(), hint="changed", named=None, moves=late)
        assert (again.events, again.bounces) == ((), 1)


def test_a_move_that_is_seen_and_told_is_one_move() -> None:
    now = seen(queue="noc")
    noticed = notice(KNOWN, now, hint="changed", named=None, moves=[("field", "noc")])
    assert kinds(noticed) == [Happened.MOVED]


@pytest.mark.parametrize(
    ("before", "now", "task", "after", "told"),
    [
        ("open", "resolved", Task.VERIFY, "resolved", [Happened.RESOLVED]),
        ("open", "closed", Task.NOTHING, "closed", [Happened.CLOSED]),
        ("resolved", "open", Task.DIAGNOSE, "open", [Happened.REOPENED]),
        ("closed", "open", Task.DIAGNOSE, "open", [Happened.REOPENED]),
        ("closed", "resolved", Task.NOTHING, "closed", []),
        ("resolved", "resolved", Task.NOTHING, "resolved", []),
        ("open", "merged", Task.NOTHING, "merged", [Happened.MERGED]),
    ],
)
def test_each_turn_of_a_ticket_asks_for_its_own(
    before: str, now: str, task: Task, after: str, told: list[Happened]
) -> None:
    noticed = look(replace(KNOWN, state=TicketState(before)), seen(state=TicketState(now)))
    assert (noticed.task, noticed.state, kinds(noticed)) == (task, TicketState(after), told)


@pytest.mark.parametrize(
    ("before", "now", "told", "task", "events"),
    [
        ("open", "open", ["resolved", "open"], Task.DIAGNOSE, ["resolved", "reopened"]),
        ("closed", "resolved", ["open", "resolved"], Task.VERIFY, ["reopened", "resolved"]),
        ("open", "open", ["open", "open"], Task.NOTHING, []),
        ("open", "resolved", ["resolved"], Task.VERIFY, ["resolved"]),
        ("closed", "closed", ["open", "closed"], Task.NOTHING, []),
    ],
)
def test_done_and_open_again_between_two_looks_is_heard(
    before: str, now: str, told: list[str], task: Task, events: list[str]
) -> None:
    way = [TicketState(one) for one in (before, *told)]
    case = replace(KNOWN, state=TicketState(before))
    there = seen(state=TicketState(now))
    noticed = notice(case, there, hint="changed", named=None, turns=pairwise(way))
    assert (noticed.task, kinds(noticed)) == (task, [Happened(one) for one in events])


def test_a_ticket_of_nobody_is_looked_at_again_when_it_says_more() -> None:
    nobody = replace(KNOWN, subscriber=None, fields=KNOWN.fields | {"named": None})
    assert look(nobody, seen()).task is Task.NOTHING
    assert look(nobody, seen(fields={"Subscriber": "100234"})).task is Task.DIAGNOSE
    assert look(nobody, seen(), "contact").task is Task.DIAGNOSE


def test_a_person_who_names_another_subscriber_is_heard_and_netdiags_own_word_is_none() -> None:
    named = replace(KNOWN, fields=KNOWN.fields | {"named": "petrov"})
    assert look(named, seen(fields={"Subscriber": "petrov"})).task is Task.NOTHING
    assert look(named, seen(fields={"Subscriber": "100234"})).task is Task.NOTHING
    assert look(named, seen(fields={"Subscriber": "100235"})).task is Task.CORRECT
    assert look(KNOWN, seen(fields={"Subscriber": "100235"})).task is Task.CORRECT
    silent = look(named, seen())
    assert (silent.task, silent.memory["named"]) == (Task.NOTHING, "petrov")


def test_what_netdiag_sent_and_whose_answer_was_lost_is_no_persons_decision() -> None:
    fields = KNOWN.fields | {"queue": "helpdesk", "sending": {"queue": "field", "priority": "80"}}
    noticed = look(replace(KNOWN, fields=fields), seen(priority="80"))
    assert (noticed.events, noticed.memory["hands_off"]) == ((), [])
    assert "sending" not in noticed.memory
    other = look(replace(KNOWN, fields=fields), seen(queue="noc", priority="80"))
    assert kinds(other) == [Happened.MOVED]
    assert other.memory["hands_off"] == ["queue"]


def test_a_merged_ticket_leads_to_the_other() -> None:
    noticed = look(KNOWN, seen(merged_into="9", state=TicketState.MERGED))
    assert (noticed.task, noticed.state) == (Task.MOVE_ON, TicketState.MERGED)


def document(fault: str, side: str, grade: str = "certain") -> dict[str, object]:
    return {"verdict": {"fault": fault, "side": side, "grade": grade}}


@pytest.mark.parametrize(
    ("fault", "side", "grade", "finding"),
    [
        ("none.ok", "none", "certain", Finding.HEALED),
        ("provider.line.port-errors", "provider", "possible", Finding.STILL),
        ("provider.line.cable-fault", "provider", "probable", Finding.STILL),
        ("provider.line.cable-fault", "provider", "possible", Finding.CANNOT_TELL),
        ("undetermined.insufficient-data", "undetermined", "possible", Finding.CANNOT_TELL),
        ("subscriber.cpe.powered-off", "subscriber", "certain", Finding.ELSEWHERE),
        ("account.blocked-nonpayment", "account", "certain", Finding.ELSEWHERE),
    ],
)
def test_a_second_look_says_whether_it_is_done(
    fault: str, side: str, grade: str, finding: Finding
) -> None:
    assert second_look("provider.line.port-errors", document(fault, side, grade)) is finding


def test_what_could_not_be_asked_is_not_healthy() -> None:
    assert healthy(document("none.ok", "none"))
    assert not healthy(document("none.ok", "none", "possible"))
    assert not healthy(document("undetermined.insufficient-data", "undetermined"))
