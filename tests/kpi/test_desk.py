"""What became of tickets, counted by hand."""

from datetime import timedelta

from netdiag.kpi.desk import DeskFigures, desk_figures
from netdiag.kpi.rows import Assumed, Life, Rows
from netdiag.kpi.share import Share
from netdiag.model.ticket import Happened, Origin, TicketState
from netdiag.model.words import Side
from tests.kpi.town import MONDAY, D, H, ticket, truth

LATER = MONDAY + 28 * D


def figures(*lives: Life, truths: tuple[object, ...] = (), until=LATER) -> DeskFigures:
    rows = Rows(lives=lives, truths=truths)  # type: ignore[arg-type]
    return desk_figures(lives, rows, until, Assumed())


def test_solved_at_the_first_contact_is_one_contact_nobody_sent_and_no_return() -> None:
    good = ticket((Happened.DIAGNOSED, H / 60))
    called_again = ticket((Happened.CONTACT, H))
    reopened = ticket((Happened.RESOLVED, H), (Happened.REOPENED, 2 * H))
    visited = ticket((Happened.VISIT_ORDERED, H))
    cancelled = ticket((Happened.VISIT_ORDERED, H), (Happened.VISIT_CANCELLED, H * 2))
    still_open = ticket(state=TicketState.OPEN, closed_at=None)
    got = figures(good, called_again, reopened, visited, cancelled, still_open)
    assert got.at_first_contact == Share(2, 5)
    assert got.contacts == 7


def test_another_ticket_of_his_within_a_week_undoes_it_and_is_a_repeat() -> None:
    first = ticket(subscriber="petrov")
    second = ticket(subscriber="petrov", at=MONDAY + 6 * D)
    third = ticket(subscriber="petrov", at=MONDAY + 20 * D)
    other = ticket(subscriber="sidorova", at=MONDAY + D)
    got = figures(first, second, third, other)
    assert got.at_first_contact == Share(3, 4)
    assert got.repeats == Share(1, 4)


def test_a_repeat_is_told_also_when_the_earlier_ticket_lies_before_the_period() -> None:
    before, now = ticket(subscriber="petrov"), ticket(subscriber="petrov", at=MONDAY + 5 * D)
    got = desk_figures([now], Rows(lives=(before, now)), LATER, Assumed())
    assert got.repeats == Share(1, 1)


def test_what_was_solved_lately_is_said_to_be_provisional() -> None:
    got = figures(ticket(), ticket(at=MONDAY + 5 * D), until=MONDAY + 8 * D)
    assert (got.at_first_contact, got.still_open_to_repeat) == (Share(2, 2), 1)


def test_bounces_are_counted_by_ticket_and_in_all() -> None:
    twice = ticket((Happened.MOVED, H), (Happened.BOUNCED, 2 * H), (Happened.BOUNCED, 3 * H))
    got = figures(twice, ticket((Happened.MOVED, H)))
    assert (got.bounced, got.bounces) == (Share(1, 2), 2)


def test_reopened_counts_only_after_somebody_said_solved() -> None:
    got = figures(
        ticket((Happened.RESOLVED, H), (Happened.REOPENED, 3 * H)),
        ticket((Happened.RESOLVED, H), (Happened.VERIFIED, 2 * H)),
        ticket((Happened.REOPENED, H)),  # it had been closed before we knew it
    )
    assert got.reopened == Share(1, 2)


def test_visits_for_nothing_are_shares_of_visits_with_a_finding() -> None:
    one, two, three = (ticket((Happened.VISIT_ORDERED, H)) for _ in range(3))
    found = (
        truth(Side.NONE, ticket=one.case.external_id),
        truth(Side.PROVIDER, ticket=two.case.external_id),
    )
    assert figures(one, two, three, truths=found).for_nothing == Share(1, 2)
    assert figures(one).for_nothing.rate is None


def test_a_deadline_is_kept_by_what_was_solved_before_it() -> None:
    due = MONDAY + 4 * H
    kept = ticket(due_at=due, resolved_at=MONDAY + 3 * H, closed_at=MONDAY + 9 * H)
    late = ticket(due_at=due, closed_at=MONDAY + 5 * H)
    overdue = ticket(due_at=due, state=TicketState.OPEN, closed_at=None)
    not_yet = ticket(due_at=LATER + D, state=TicketState.OPEN, closed_at=None)
    without = ticket()
    assert figures(kept, late, overdue, not_yet, without).sla_kept == Share(1, 3)


def test_tickets_behind_an_outage_are_contacts_but_no_measure_of_the_desk() -> None:
    got = figures(ticket(outage="o-1", due_at=MONDAY + H), ticket(origin=Origin.OUTAGE))
    assert (got.contacts, got.behind_outages) == (1, 1)
    assert (got.at_first_contact.whole, got.sla_kept.whole) == (0, 0)


def test_a_proactive_ticket_is_no_contact() -> None:
    assert figures(ticket(origin=Origin.PROACTIVE)).contacts == 0


def test_time_to_verdict_runs_from_the_opening() -> None:
    got = figures(ticket((Happened.DIAGNOSED, timedelta(seconds=40))), ticket())
    assert got.to_verdict_s == (40.0,)
