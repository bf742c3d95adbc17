"""Tickets and letters in the store: each event once, one first ticket per subscriber."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from netdiag.model.letter import LetterState
from netdiag.model.ticket import Case, Happened, Origin, TicketEvent, TicketState
from netdiag.store.database import Database
from netdiag.store.letters import Letters
from netdiag.store.tickets import Tickets

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def case(number: str = "7") -> Case:
    return Case(system="rt", external_id=number, changed_at=NOW, opened_at=NOW)


def event(kind: Happened, key: str, minutes: int = 0) -> TicketEvent:
    at = NOW + timedelta(minutes=minutes)
    return TicketEvent(at=at, kind=kind, who="netdiag", key=key, detail={"queue": "noc"})


def test_a_ticket_is_taken_in_once_and_its_life_is_kept_in_order(database: Database) -> None:
    tickets = Tickets(database)
    made, new = tickets.take_in(case())
    again, still = tickets.take_in(case())
    assert (new, still, again.id) == (True, False, made.id)
    changed = replace(made, state=TicketState.RESOLVED, desk="noc.incident", fields={"queue": "x"})
    tickets.keep(changed, event(Happened.RESOLVED, "b", 5), event(Happened.RECEIVED, "a"))
    tickets.keep(changed, event(Happened.RESOLVED, "b", 9))
    assert tickets.get("rt", "7") == changed
    life = [(one.kind, one.at) for one in tickets.life(made.id)]
    five = NOW + timedelta(minutes=5)
    assert life == [(Happened.RECEIVED, NOW), (Happened.RESOLVED, five)]
    assert tickets.count(Happened.RESOLVED, NOW) == 1
    assert [number for number, _ in tickets.events_since(five)] == [made.id]


def test_open_ones_are_found_behind_many_that_are_over(database: Database) -> None:
    tickets = Tickets(database)
    old, _ = tickets.take_in(replace(case("1"), changed_at=NOW - timedelta(days=9)))
    for number in range(2, 6):
        over, _ = tickets.take_in(case(str(number)))
        tickets.keep(replace(over, state=TicketState.CLOSED))
    assert [one.id for one in tickets.newest(2, live=True)] == [old.id]
    assert len(tickets.newest(2)) == 2
    assert tickets.newest(2, subscriber="100234") == []


def test_of_two_tickets_at_once_one_is_the_first_and_it_stays_so(database: Database) -> None:
    tickets = Tickets(database)
    cases = [tickets.take_in(case(str(number)))[0] for number in range(6)]
    with ThreadPoolExecutor(6) as pool:
        earlier = list(pool.map(lambda one: tickets.claim(one, "100234"), cases))
    first = [one for one, before in zip(cases, earlier, strict=True) if before is None]
    assert len(first) == 1
    assert {before.id for before in earlier if before is not None} == {first[0].id}
    again = [tickets.claim(one, "100234") for one in cases]
    assert [one and one.id for one in again] == [one and one.id for one in earlier]


def test_a_closed_ticket_and_the_parent_of_an_outage_are_nobodys_open_fault(
    database: Database,
) -> None:
    tickets = Tickets(database)
    closed, _ = tickets.take_in(case("1"))
    tickets.keep(replace(closed, subscriber="100234", state=TicketState.CLOSED))
    parent, _ = tickets.take_in(replace(case("2"), origin=Origin.OUTAGE))
    tickets.keep(replace(parent, subscriber="100234"))
    fresh, _ = tickets.take_in(case("3"))
    assert tickets.claim(fresh, "100234") is None


def test_a_letter_that_was_begun_before_has_to_be_looked_for(database: Database) -> None:
    letters = Letters(database)
    about = {"system": "rt", "external_id": "7", "act": "note", "work": {"event": "e"}, "now": NOW}
    assert not letters.begin("k", **about).perhaps_there
    begun = letters.begin("k", **about)
    assert (begun.perhaps_there, begun.result) == (True, None)
    letters.done("k", "42", NOW)
    assert letters.begin("k", **about).result == "42"


def test_a_dead_letter_is_listed_until_a_person_sends_it_again(database: Database) -> None:
    letters = Letters(database)
    letters.begin("k", system="rt", external_id="7", act="note", work={"event": "e"}, now=NOW)
    letters.failed("k", "the queue 'nope' does not exist", NOW, dead=True)
    (dead,) = letters.dead()
    assert (dead.error, dead.work, dead.attempts) == (
        "the queue 'nope' does not exist",
        {"event": "e"},
        1,
    )
    letters.resent("k", NOW)
    assert letters.dead() == []
    again = letters.get(dead.id)
    assert again is not None
    assert again.state is LetterState.RESENT


def test_of_two_that_hung_below_a_ticket_that_is_over_one_goes_on_and_the_other_hangs_below_it(
    database: Database,
) -> None:
    tickets = Tickets(database)
    first, second, third = (tickets.take_in(case(str(number)))[0] for number in range(3))
    for one in (first, second, third):
        tickets.claim(one, "100234")
    tickets.keep(replace(first, subscriber="100234", state=TicketState.CLOSED))
    assert tickets.claim(third, "100234", anew=True) == tickets.by_id(second.id)
    assert tickets.claim(second, "100234", anew=True) is None
    assert "duplicate_of" not in tickets.get("rt", "1").fields  # type: ignore[union-attr]
