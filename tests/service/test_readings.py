"""The store of readings: what was read is found again; a disk that fails stops nothing."""

import logging
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from netdiag.model.fact import Fact
from netdiag.store.database import Database
from netdiag.store.readings import Place, Readings
from tests.conftest import NOW, facts_of


def place(port: str = "7", subscriber: str = "100001") -> Place:
    return Place(device="sw-lenina-3", port=port, subscriber=subscriber)


def reading(value: int, age_s: float) -> Fact:
    fact = facts_of({"port.in_octets": value})["port.in_octets"]
    assert isinstance(fact, Fact)
    return replace(fact, measured_at=NOW - timedelta(seconds=age_s))


def test_the_youngest_reading_that_is_old_enough_is_given(tmp_path: Path) -> None:
    store = Readings(Database.in_directory(tmp_path))
    store.keep(place(), [reading(1, 600), reading(2, 60), reading(3, 10), reading(4, 3)])
    store.keep(place("8"), [reading(9, 60)])
    assert [fact.value for fact in store.earlier(place(), NOW)] == [2]
    assert store.earlier(place("9"), NOW) == ()


def test_of_young_readings_the_oldest_is_given_for_its_longer_window(tmp_path: Path) -> None:
    store = Readings(Database.in_directory(tmp_path))
    store.keep(place(), [reading(3, 10), reading(4, 3)])
    assert [fact.value for fact in store.earlier(place(), NOW)] == [3]


def test_a_reading_keeps_its_probe_and_its_time(tmp_path: Path) -> None:
    store = Readings(Database.in_directory(tmp_path))
    store.keep(place(), [reading(2, 60)])
    found = store.earlier(place(), NOW)[0]
    assert (found.source.probe, found.source.transport) == ("test", "stored")
    assert found.measured_at == NOW - timedelta(seconds=60)


def test_many_at_once_open_the_store_without_trouble(tmp_path: Path) -> None:
    for number in range(10):
        store = Readings(Database.in_directory(tmp_path / str(number)))
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _, s=store: s.earlier(place(), NOW), range(8)))
        assert store.trouble is None


def test_a_place_that_cannot_be_written_is_told_and_refuses_the_audit(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = Readings(Database.in_directory(tmp_path / "file"))
    assert store.earlier(place(), NOW) == ()
    assert not store.record(who="cli", what="cable-test", device="sw-1", port="7", why="x")
    assert "cannot be used" in str(store.trouble)


def told(name: str, value: int, device: str) -> Fact:
    fact = facts_of({name: value})[name]
    assert isinstance(fact, Fact)
    source = replace(fact.source, device=device)
    return replace(fact, source=source, measured_at=NOW - timedelta(seconds=60))


def test_two_subscribers_on_one_port_share_the_port_and_not_their_sessions(tmp_path: Path) -> None:
    store = Readings(Database.in_directory(tmp_path))
    for subscriber, octets in (("100001", 5), ("100002", 9)):
        mine = [told("session.in_octets", octets, "bng-1"), told("bng.sessions", octets, "bng-1")]
        store.keep(place(subscriber=subscriber), [*mine, told("port.in_octets", 3, "sw-lenina-3")])
    for subscriber, octets in (("100001", 5), ("100002", 9)):
        found = {f.name: f.value for f in store.earlier(place(subscriber=subscriber), NOW)}
        assert found == {"session.in_octets": octets, "bng.sessions": octets, "port.in_octets": 3}


def test_sessions_of_a_switch_that_is_the_router_too_are_not_mixed_either(tmp_path: Path) -> None:
    store = Readings(Database.in_directory(tmp_path))
    store.keep(place(subscriber="100001"), [told("session.in_octets", 5, "sw-lenina-3")])
    assert store.earlier(place(subscriber="100002"), NOW) == ()


def test_a_stored_reading_names_the_device_that_was_asked(tmp_path: Path) -> None:
    store = Readings(Database.in_directory(tmp_path))
    store.keep(place(), [told("bng.sessions", 5, "bng-1"), reading(1, 60)])
    found = {fact.name: fact.source.device for fact in store.earlier(place(), NOW)}
    assert found == {"bng.sessions": "bng-1", "port.in_octets": "sw-lenina-3"}


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("value", "{"),
        ("value", ""),
        ("value", "{}"),
        ("value", '{"value": {"a": 1}, "device": null}'),
        ("value", '{"value": [1], "device": null}'),
        ("value", '{"value": 1, "device": 7}'),
        ("measured_at", "1999 or so"),
        ("measured_at", "1"),
    ],
)
def test_a_damaged_row_is_left_out_with_a_warning(
    tmp_path: Path, column: str, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, logger="netdiag")
    store = Readings(Database.in_directory(tmp_path))
    store.keep(place(), [reading(1, 60), told("port.out_octets", 8, "sw-lenina-3")])
    with sqlite3.connect(tmp_path / "netdiag.db") as database:
        where = "WHERE fact = 'port.in_octets'"
        database.execute(f"UPDATE readings SET {column} = ? {where}", [text])
    assert [fact.value for fact in store.earlier(place(), NOW)] == [8]
    assert "1 stored readings are damaged" in str(store.trouble)
    assert "left out" in caplog.text


def test_a_row_of_an_earlier_version_is_still_read(tmp_path: Path) -> None:
    store = Readings(Database.in_directory(tmp_path))
    store.keep(place(), [reading(1, 60)])
    with sqlite3.connect(tmp_path / "netdiag.db") as database:
        database.execute("UPDATE readings SET value = '7'")
    assert [fact.value for fact in store.earlier(place(), NOW)] == [7]
    assert store.trouble is None


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "netdiag.db").write_bytes(b"this is no database" * 100)
    store = Readings(Database.in_directory(tmp_path))
    assert store.earlier(place(), NOW) == ()
    assert "cannot be used" in str(store.trouble)
