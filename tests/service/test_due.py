"""Deadlines: hours of the clock, or of the working day, in the customer's time zone."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from netdiag.model.content import Content
from netdiag.model.hours import Hours
from netdiag.model.route import Node, RouteTree
from netdiag.model.rule import RouteTo
from netdiag.routing.due import routing
from netdiag.service.diagnosis.routing import case_of_rule

MOSCOW = ZoneInfo("Europe/Moscow")
OFFICE = Hours(name="business", week=dict.fromkeys(range(5), ((9 * 60, 18 * 60),)))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-11-24T10:00", 4, "2026-11-24T14:00"),
        ("2026-11-24T16:00", 4, "2026-11-25T11:00"),  # two hours today, two tomorrow
        ("2026-11-24T23:30", 4, "2026-11-25T13:00"),  # at night the clock stands
        ("2026-11-27T17:00", 4, "2026-11-30T12:00"),  # Friday evening to Monday
        ("2026-11-28T12:00", 4, "2026-11-30T13:00"),  # Saturday
        ("2026-11-24T08:00", 0, "2026-11-24T09:00"),
        ("2026-11-24T10:00", 20, "2026-11-26T12:00"),
    ],
)
def test_working_hours_skip_nights_and_weekends(start: str, hours: float, due: str) -> None:
    assert OFFICE.after(at(start), timedelta(hours=hours), MOSCOW) == at(due)


def test_hours_of_the_clock_pass_when_the_clocks_are_changed(content: Content) -> None:
    """In Berlin 03:00 became 02:00 on 25 October 2026: four hours after 00:30 it is 03:30."""
    berlin = ZoneInfo("Europe/Berlin")
    route = RouteTo(id="x", desk="noc", priority="P1", hours=4, business=False)
    now = datetime(2026, 10, 25, 0, 30, tzinfo=berlin)
    rule = content.rules[0]
    tree = RouteTree(root=Node(place="catalogue"), business=OFFICE)
    due = routing(case_of_rule(rule), rule, route, tree, now=now, zone=berlin).due_at
    assert due is not None
    assert due.isoformat() == "2026-10-25T03:30:00+01:00"
