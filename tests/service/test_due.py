"""Deadlines: hours of the clock, or of the working day, in the customer's time zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from netdiag.model.content import Content
from netdiag.model.rule import RouteTo
from netdiag.routing.due import add_working, routing

MOSCOW = ZoneInfo("Europe/Moscow")
WEEK = (0, 1, 2, 3, 4)


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
    assert add_working(at(start), hours, days=WEEK, begin=9, end=18) == at(due)


def test_hours_of_the_clock_pass_when_the_clocks_are_changed(content: Content) -> None:
    """In Berlin 03:00 became 02:00 on 25 October 2026: four hours after 00:30 it is 03:30."""
    berlin = ZoneInfo("Europe/Berlin")
    route = RouteTo(id="x", desk="noc", priority="P1", hours=4, business=False)
    now = datetime(2026, 10, 25, 0, 30, tzinfo=berlin)
    due = routing(content.rules[0], route, now=now, zone=berlin, days=WEEK, begin=9, end=18).due_at
    assert due is not None
    assert due.isoformat() == "2026-10-25T03:30:00+01:00"
