"""The store of readings: what was read is found again; a disk that fails stops nothing."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from netdiag.model.fact import Fact
from netdiag.store.readings import Readings
from tests.conftest import NOW, facts_of


def reading(value: int, age_s: float) -> Fact:
    fact = facts_of({"port.in_octets": value})["port.in_octets"]
    assert isinstance(fact, Fact)
    return replace(fact, measured_at=NOW - timedelta(seconds=age_s))


def test_the_youngest_reading_that_is_old_enough_is_given(tmp_path: Path) -> None:
    store = Readings(tmp_path)
    store.keep("sw-1", "7", [reading(1, 600), reading(2, 60), reading(3, 10), reading(4, 3)])
    store.keep("sw-1", "8", [reading(9, 60)])
    assert [fact.value for fact in store.earlier("sw-1", "7", NOW)] == [2]
    assert store.earlier("sw-1", "9", NOW) == ()


def test_of_young_readings_the_oldest_is_given_for_its_longer_window(tmp_path: Path) -> None:
    store = Readings(tmp_path)
    store.keep("sw-1", "7", [reading(3, 10), reading(4, 3)])
    assert [fact.value for fact in store.earlier("sw-1", "7", NOW)] == [3]


def test_a_reading_keeps_its_probe_and_its_time(tmp_path: Path) -> None:
    store = Readings(tmp_path)
    store.keep("sw-1", "7", [reading(2, 60)])
    found = store.earlier("sw-1", "7", NOW)[0]
    assert (found.source.probe, found.source.transport) == ("test", "stored")
    assert found.measured_at == NOW - timedelta(seconds=60)


def test_many_at_once_open_the_store_without_trouble(tmp_path: Path) -> None:
    for number in range(10):
        store = Readings(tmp_path / str(number))
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _, s=store: s.earlier("sw-1", "7", NOW), range(8)))
        assert store.trouble is None
        store.close()


def test_a_place_that_cannot_be_written_is_told_and_refuses_the_audit(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = Readings(tmp_path / "file")
    assert store.earlier("sw-1", "7", NOW) == ()
    assert not store.record(who="cli", what="cable-test", device="sw-1", port="7", why="x")
    assert "cannot be used" in str(store.trouble)
