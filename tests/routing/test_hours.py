"""Working time: weeks, holidays, single days, other zones, changes of the clocks."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from netdiag.content.yaml import load_text
from netdiag.model.errors import ContentError
from netdiag.model.hours import ALWAYS, Hours
from netdiag.routing.read_hours import read_hours

MOSCOW, BERLIN, TEHRAN = map(ZoneInfo, ("Europe/Moscow", "Europe/Berlin", "Asia/Tehran"))


def hours(text: str) -> Hours:
    return read_hours(load_text(text, "routes.yaml"), "office")


def at(text: str, zone: ZoneInfo = MOSCOW) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def due(its: Hours, start: str, work: int, zone: ZoneInfo = MOSCOW) -> str:
    return its.after(at(start, zone), timedelta(hours=work), zone).isoformat(timespec="minutes")


OFFICE = 'week: {mon-fri: "09:00-18:00"}\n'


def test_holidays_of_a_country_its_moved_days_and_days_of_ones_own_are_skipped() -> None:
    plain, own = hours(OFFICE), hours(OFFICE + "holidays: [RU, 2026-11-25, 11-26]\n")
    assert due(plain, "2026-04-30T17:00", 2) == "2026-05-01T10:00+03:00"
    assert due(own, "2026-04-30T17:00", 2) == "2026-05-04T10:00+03:00"  # 1 May is one, then weekend
    assert due(own, "2025-12-30T17:00", 2) == "2026-01-12T10:00+03:00"  # ten days of January
    assert due(own, "2026-11-24T17:00", 2) == "2026-11-27T10:00+03:00"  # two days of our own


def test_a_week_may_begin_on_saturday_and_holidays_may_follow_the_moon() -> None:
    tehran = hours('week: {sat-wed: "08:00-16:00", thu: "08:00-12:00"}\nholidays: IR\n')
    assert due(tehran, "2026-11-26T11:00", 2, TEHRAN) == "2026-11-28T09:00+03:30"  # Thu to Sat
    assert due(tehran, "2026-03-20T10:00", 1, TEHRAN)[:10] == "2026-03-25"  # Nowruz


def test_a_single_day_wins_over_a_holiday_and_over_the_week() -> None:
    its = hours(OFFICE + 'holidays: RU\ndays: {2026-11-04: "10:00-12:00", 2026-11-05: closed}\n')
    assert due(its, "2026-11-03T18:00", 1) == "2026-11-04T11:00+03:00"  # a holiday, yet open
    assert due(its, "2026-11-04T11:00", 2) == "2026-11-06T10:00+03:00"


def test_a_lunch_break_is_no_working_time() -> None:
    its = hours('week: {mon-fri: "09:00-13:00, 14:00-18:00"}\n')
    assert due(its, "2026-11-24T12:00", 2) == "2026-11-24T15:00+03:00"
    assert not its.contains(at("2026-11-24T13:30"), MOSCOW)


def test_a_night_shift_goes_over_midnight_into_the_next_day() -> None:
    night = hours('week: {fri: "22:00-06:00"}\n')
    assert night.contains(at("2026-11-27T23:00"), MOSCOW)  # Friday
    assert night.contains(at("2026-11-28T05:59"), MOSCOW)  # Saturday morning
    assert not night.contains(at("2026-11-28T06:00"), MOSCOW)
    assert not night.contains(at("2026-11-27T05:00"), MOSCOW)


def test_hours_with_a_zone_of_their_own_are_told_in_the_customers() -> None:
    its = hours(OFFICE + "timezone: Europe/Moscow\n")
    far = ZoneInfo("Asia/Vladivostok")  # seven hours ahead
    assert due(its, "2026-11-24T12:00", 1, far) == "2026-11-24T17:00+10:00"


@pytest.mark.parametrize(
    ("start", "work", "ends"),
    [
        ("2026-10-24T20:00", 8, "2026-10-25T03:00+01:00"),  # the night has 25 hours
        ("2026-03-28T20:00", 8, "2026-03-29T05:00+02:00"),  # and this one 23
    ],
)
def test_what_passes_over_a_change_of_the_clocks_is_real_time(
    start: str, work: int, ends: str
) -> None:
    assert due(ALWAYS, start, work, BERLIN) == ends
    night = hours('week: {mon-sun: "20:00-08:00"}\n')
    assert due(night, start, work, BERLIN) == ends


def test_an_opening_is_by_the_clock_on_the_wall_on_both_sides_of_a_change() -> None:
    its = hours('week: {mon-sun: "09:00-17:00"}\n')
    assert due(its, "2026-10-24T16:00", 2, BERLIN) == "2026-10-25T10:00+01:00"


def test_no_time_at_all_is_now_or_the_next_opening() -> None:
    its = hours(OFFICE)
    assert due(its, "2026-11-24T10:10", 0) == "2026-11-24T10:10+03:00"
    assert due(its, "2026-11-24T18:00", 0) == "2026-11-25T09:00+03:00"


@given(
    start=some.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001
    work=some.integers(1, 60 * 60),
    zone=some.sampled_from([MOSCOW, BERLIN, TEHRAN, ZoneInfo("America/Sao_Paulo")]),
)
def test_exactly_the_asked_time_is_worked_until_the_deadline(
    start: datetime, work: int, zone: ZoneInfo
) -> None:
    """Counted minute by minute, over nights, weekends, holidays and changes of the clocks."""
    its = Hours(
        name="x",
        week={0: ((0, 300), (540, 1080)), 2: ((1380, 1440),), 3: ((0, 120),), 6: ((60, 240),)},
        holiday=lambda day: day.day == 13,
    )
    begin = start.replace(second=0, microsecond=0, tzinfo=UTC)
    end = its.after(begin, timedelta(minutes=work), zone).astimezone(UTC)
    minutes = int((end - begin).total_seconds() // 60)
    if minutes > 20_000:
        minutes, end = 0, begin  # long waits are the same story
        return
    worked = sum(its.contains(begin + timedelta(minutes=m), zone) for m in range(minutes))
    assert worked == work
    assert its.contains(end - timedelta(minutes=1), zone)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('week: {mon-fry: "09:00-18:00"}', "'mon-fry' is no day"),
        ('week: {mon: "9-18"}', "'9-18' is no span of time"),
        ('week: {mon: "09:00-24:30"}', "no span of time between"),
        ('week: {mon: "09:00-09:00"}', "no span of time between"),
        ("week: {mon: closed}", "'office' is never open"),
        (OFFICE + "holidays: [XX]", "the holidays of 'XX' are not known"),
        (OFFICE + "holidays: [2026-02-30]", "'2026-02-30' is no date"),
        (OFFICE + "holidays: [13-01]", "is no date"),
        (OFFICE + 'days: {2026-12-31: "22:00-06:00"}', "end by 24:00"),
        (OFFICE + "timezone: Moscow", "there is no time zone 'Moscow'"),
        (OFFICE + "holliday: RU", "has no key 'holliday'. Did you mean 'holidays'?"),
        ("holidays: RU", "has no 'week'. Add it."),
    ],
)
def test_what_is_wrong_with_hours_is_told_with_its_line(text: str, told: str) -> None:
    with pytest.raises(ContentError) as error:
        hours(text)
    assert str(error.value).startswith("routes.yaml:")
    assert told in str(error.value)


def test_the_twenty_ninth_of_february_may_be_a_holiday_of_every_year() -> None:
    its = hours(OFFICE + "holidays: [02-29]\n")
    assert its.spans(date(2028, 2, 29)) == ()
