"""Hours, holidays and durations of routes.yaml."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from netdiag.content.reader import Reader, fail, scalar
from netdiag.content.yaml import Place, Tree
from netdiag.model.hours import Hours, NeverOpenError, Span
from netdiag.routing.holiday import holidays_of, known

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
_TIME = re.compile(r"(\d+) ?(min|m|h)")
_COUNTRY = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,4})?")
_YEARLY = re.compile(r"\d{2}-\d{2}")
_DAY_MINUTES = 1440
_LEAP_YEAR = 2028
_ANY_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def read_hours(tree: Tree, name: str) -> Hours:
    """One entry of `hours`; ContentError names file and line."""
    reader = Reader(tree, f"hours.{name}")
    hours = Hours(
        name=name,
        week=_week(Reader(reader.need("week"), "'week'")),
        days=_days(reader.inner("days")),
        holiday=_holidays(reader),
        zone=_zone(reader),
    )
    reader.done()
    _opens(hours, reader.place)
    return hours


def read_time(reader: Reader, key: str) -> timedelta | None:
    """A duration such as `30m` or `4h`, or None."""
    text = reader.optional(key)
    if text is None:
        return None
    found = _TIME.fullmatch(text)
    if found is None:
        raise fail(
            reader.where(key),
            f"{key!r} is minutes or hours, such as 30m or 24h, not {text!r}. A day depends on the "
            "hours: write how many of them.",
        )
    count = int(found[1])
    return timedelta(hours=count) if found[2] == "h" else timedelta(minutes=count)


def _opens(hours: Hours, place: Place) -> None:
    try:
        hours.after(_ANY_DAY, timedelta(minutes=1), UTC)
    except NeverOpenError:
        raise fail(place, f"{hours.name!r} is never open. Give 'week' at least one span.") from None


def _week(reader: Reader) -> dict[int, tuple[Span, ...]]:
    found: dict[int, list[Span]] = {}
    for key in reader.keys():  # noqa: SIM118
        text, place = scalar(reader.need(key), key), reader.where(key)
        for day in _weekdays(key, place):
            for begin, end in _spans(text, place):
                if begin < end:
                    found.setdefault(day, []).append((begin, end))
                else:  # over midnight
                    found.setdefault(day, []).append((begin, _DAY_MINUTES))
                    found.setdefault((day + 1) % 7, []).append((0, end))
    return {
        day: tuple(sorted(span for span in its if span[0] < span[1])) for day, its in found.items()
    }


def _weekdays(key: str, place: Place) -> Iterator[int]:
    """`mon`, `mon-fri`, `sat, sun`."""
    for part in key.replace(" ", "").split(","):
        first, _, last = part.partition("-")
        if first not in WEEK or (last or first) not in WEEK:
            raise fail(place, f"{part!r} is no day. Days are {', '.join(WEEK)}, or mon-fri.")
        begin, end = WEEK.index(first), WEEK.index(last or first)
        yield from (day % 7 for day in range(begin, end + 1 if begin <= end else end + 8))


def _spans(text: str, place: Place) -> Iterator[Span]:
    """`09:00-18:00`, several with commas; `closed` is none."""
    if text == "closed":
        return
    for part in text.replace(" ", "").split(","):
        found = _SPAN.fullmatch(part)
        if found is None:
            raise fail(place, f"{part!r} is no span of time, such as 09:00-18:00, nor 'closed'.")
        hours = [int(number) for number in found.groups()]
        begin, end = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
        if hours[1] > 59 or hours[3] > 59 or max(begin, end) > _DAY_MINUTES or begin == end:
            raise fail(place, f"{part!r} is no span of time between 00:00 and 24:00.")
        yield begin, end


def _days(reader: Reader | None) -> dict[date, tuple[Span, ...]]:
    found: dict[date, tuple[Span, ...]] = {}
    for key in reader.keys() if reader else ():
        assert reader is not None  # noqa: S101 (it gave the key)
        place = reader.where(key)
        spans = tuple(sorted(_spans(scalar(reader.need(key), key), place)))
        if any(begin > end for begin, end in spans):
            raise fail(place, "the hours of a single day end by 24:00. Give the rest to the next.")
        found[_date(key, place)] = spans
    return found


def _date(text: str, place: Place) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise fail(place, f"{text!r} is no date, such as 2026-12-31.") from None


def _holidays(reader: Reader) -> Callable[[date], bool]:
    place = reader.where("holidays")
    countries: list[str] = []
    dates: list[date] = []
    yearly: list[tuple[int, int]] = []
    for word in reader.texts("holidays"):
        if _COUNTRY.fullmatch(word):
            if not known(word):
                raise fail(place, f"the holidays of {word!r} are not known. Write their dates.")
            countries.append(word)
        elif _YEARLY.fullmatch(word):
            day = _date(f"{_LEAP_YEAR}-{word}", place)
            yearly.append((day.month, day.day))
        else:
            dates.append(_date(word, place))
    return holidays_of(countries, dates, yearly)


def _zone(reader: Reader) -> tzinfo | None:
    name = reader.optional("timezone")
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise fail(reader.where("timezone"), f"there is no time zone {name!r}.") from None
