"""When a desk has to be done: hours of the clock, or of the working day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta, tzinfo

from netdiag.model.rule import RouteTo, Rule
from netdiag.model.verdict import Routing


def routing(
    rule: Rule,
    route: RouteTo,
    *,
    now: datetime,
    zone: tzinfo,
    days: Collection[int],
    begin: int,
    end: int,
) -> Routing:
    """The desk, priority and deadline for a rule's verdict. `due_at` is aware, in `zone`."""
    if route.business:
        local = now.astimezone(zone)
        due = add_working(local, route.hours, days=days, begin=begin, end=end)
    else:  # hours that pass, also in the night when the clocks are changed
        due = (now.astimezone(UTC) + timedelta(hours=route.hours)).astimezone(zone)
    return Routing(
        desk=route.desk,
        priority=route.priority,
        due_at=due.replace(microsecond=0),
        sla=rule.sla,
        visit=rule.visit,
    )


def add_working(
    start: datetime, hours: float, *, days: Collection[int], begin: int, end: int
) -> datetime:
    """`hours` of working time after `start`; days are 0 = Monday, the day is begin:00 to end:00."""
    moment = _into_hours(start, days, begin, end)
    left = timedelta(hours=hours)
    while True:
        closing = moment.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(hours=end)
        if moment + left <= closing:
            return moment + left
        left -= closing - moment
        moment = _into_hours(closing + timedelta(seconds=1), days, begin, end)


def _into_hours(moment: datetime, days: Collection[int], begin: int, end: int) -> datetime:
    for _ in range(8):
        midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        opening, closing = midnight + timedelta(hours=begin), midnight + timedelta(hours=end)
        if moment.weekday() in days and moment < closing:
            return max(moment, opening)
        moment = midnight + timedelta(days=1)
    return moment
