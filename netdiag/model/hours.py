"""Hours in which somebody works: a week, holidays, single days that differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo

Span = tuple[int, int]  # minutes of the day, the end excluded; 1440 is the end of the day
WHOLE_DAY: tuple[Span, ...] = ((0, 1440),)
_FURTHEST = 366 * 3  # days that are looked through for an opening
_MINUTE = timedelta(minutes=1)


def no_holiday(_: date) -> bool:
    """No day is a holiday."""
    return False


class NeverOpenError(ValueError):
    """These hours hold no opening within three years."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Working time by the clock on the wall; days are 0 = Monday."""

    name: str
    week: Mapping[int, tuple[Span, ...]]
    days: Mapping[date, tuple[Span, ...]] = field(default_factory=dict)  # () is closed
    holiday: Callable[[date], bool] = no_holiday
    zone: tzinfo | None = None  # None: that of the customer

    def spans(self, day: date) -> tuple[Span, ...]:
        """Working time of one day. Its own hours win over a holiday, that wins over the week."""
        if day in self.days:
            return self.days[day]
        if self.holiday(day):
            return ()
        return self.week.get(day.weekday(), ())

    def contains(self, moment: datetime, zone: tzinfo) -> bool:
        """Is it working time then? `zone` is the customer's."""
        at = moment.astimezone(UTC)
        day = moment.astimezone(self.zone or zone).date()
        return any(begin <= at < end for begin, end in self._open(day, zone))

    def after(self, start: datetime, time: timedelta, zone: tzinfo) -> datetime:
        """The moment at which so much working time has passed; aware, in `zone`.

        No time at all is the start itself, or the next opening. What passes is real time, also
        over a change of the clocks. Raises NeverOpenError.
        """
        at = start.astimezone(UTC)
        left = time
        for begin, end in self._from(start, zone):
            since = max(begin, at)
            if since + left <= end and since < end:
                return (since + left).astimezone(zone)
            left -= max(end - since, timedelta())
        raise NeverOpenError(f"the hours {self.name!r} have no opening within three years")

    def _from(self, start: datetime, zone: tzinfo) -> Iterator[tuple[datetime, datetime]]:
        day = start.astimezone(self.zone or zone).date()
        for number in range(_FURTHEST):
            yield from self._open(day + timedelta(days=number), zone)

    def _open(self, day: date, zone: tzinfo) -> Iterator[tuple[datetime, datetime]]:
        """Spans of a day as moments in UTC."""
        midnight = datetime(day.year, day.month, day.day, tzinfo=self.zone or zone)
        for begin, end in self.spans(day):
            # On the wall: 09:00 is 09:00, also on the day of 23 or 25 hours.
            first, last = midnight + begin * _MINUTE, midnight + end * _MINUTE
            yield first.astimezone(UTC), last.astimezone(UTC)


ALWAYS = Hours(name="always", week=dict.fromkeys(range(7), WHOLE_DAY))
