"""The history of a line: one sample a change and a day, bounded, its own line's alone."""

from datetime import datetime, timedelta
from pathlib import Path

from netdiag.model.sample import Sample
from netdiag.store.database import Database
from netdiag.store.history import MOST, History
from netdiag.store.readings import Place
from tests.conftest import NOW

LINE = Place(device="sw-1", port="7", subscriber="100001")


def read(fact: str, value: float, at: datetime) -> Sample:
    return Sample(fact=fact, value=value, first=at, last=at, side="none", healthy=True)


def test_a_month_of_hourly_looks_is_one_sample_a_day(database: Database) -> None:
    history = History(database)
    start = NOW - timedelta(days=20)
    for hour in range(0, 20 * 24, 6):
        history.note(LINE, [read("port.speed_mbps", 1000, start + timedelta(hours=hour))])
    found = history.of(LINE)
    assert len(found) == 21
    assert found[0].first == start
    assert found[1].last - found[1].first == timedelta(hours=18)


def test_a_change_within_the_day_is_a_sample_of_its_own(database: Database) -> None:
    history = History(database)
    for minute, value in enumerate((1000, 1000, 100, 100, 1000)):
        history.note(LINE, [read("port.speed_mbps", value, NOW + timedelta(minutes=minute))])
    assert [s.value for s in history.of(LINE)] == [1000, 100, 1000]


def test_a_line_that_changes_all_the_time_keeps_a_bounded_past(database: Database) -> None:
    history = History(database)
    many = [
        read("port.speed_mbps", 10 + n % 2, NOW + timedelta(seconds=n)) for n in range(MOST + 9)
    ]
    history.note(LINE, many)
    found = history.of(LINE)
    assert len(found) == MOST
    assert found[-1].last == many[-1].last


def test_readings_of_last_winter_are_forgotten_and_the_length_of_the_cable_is_not(
    database: Database,
) -> None:
    history = History(database)
    winter = NOW - timedelta(days=200)
    history.note(LINE, [read("port.speed_mbps", 100, winter), read("cable.length_m", 40, winter)])
    history.note(LINE, [read("port.speed_mbps", 1000, NOW), read("cable.length_m", 48, NOW)])
    assert [(s.fact, s.value) for s in history.of(LINE)] == [
        ("cable.length_m", 40), ("port.speed_mbps", 1000), ("cable.length_m", 48)
    ]  # fmt: skip


def test_another_subscriber_or_port_has_another_past_and_shares_that_of_the_device(
    database: Database,
) -> None:
    history = History(database)
    history.note(LINE, [read("port.speed_mbps", 100, NOW), read("device.booted_at", 5, NOW)])
    for other in (
        Place(device="sw-1", port="7", subscriber="100002"),
        Place(device="sw-1", port="8", subscriber="100001"),
    ):
        assert [s.fact for s in history.of(other)] == ["device.booted_at"]
    assert history.of(Place(device="sw-2", port="7", subscriber="100001")) == ()


def test_a_store_that_cannot_be_used_costs_the_history_alone(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    history = History(Database.in_directory(tmp_path / "file"))
    history.note(LINE, [read("port.speed_mbps", 100, NOW)])
    assert history.of(LINE) == ()
    assert "cannot be used" in str(history.trouble)
