"""Who lives and whose turn it is, on both databases."""

from datetime import timedelta

import pytest

from netdiag.store.database import Database
from netdiag.store.fleet import Fleet, Me, sites_without
from netdiag.store.leases import Leases


def me(name: str, *sites: str, instance: str = "a", host: str = "north-1") -> Me:
    return Me(name=name, instance=instance, host=host, pid=7, sites=sites, version="1")


def test_a_name_is_for_one_living_process(database: Database) -> None:
    fleet = Fleet(database)
    assert fleet.join(me("w1", "north")) is None
    there = fleet.join(me("w1", "north", instance="b", host="north-2"))
    assert there is not None
    assert (there.host, there.instance) == ("north-1", "a")
    fleet.leave(me("w1", "north"))
    assert fleet.join(me("w1", "north", instance="b", host="north-2")) is None
    assert not fleet.beat(me("w1", "north")), "the first one must learn that it is over"
    assert fleet.beat(me("w1", "north", instance="b"))


def test_who_is_silent_counts_as_dead(database: Database) -> None:
    fleet = Fleet(database, silent_for=timedelta(0))
    fleet.join(me("w1", "north"))
    assert [one.alive for one in fleet.everybody()] == [False]
    assert fleet.living("north") == []
    assert fleet.join(me("w1", "north", instance="b", host="north-2")) is None


def test_a_site_without_a_worker_is_named(database: Database) -> None:
    fleet = Fleet(database)
    fleet.join(me("w1", "north", "west"))
    assert sites_without(fleet.everybody(), ("north", "south", "west")) == ("south",)
    assert [one.name for one in fleet.living("west")] == ["w1"]


def test_takeovers_of_a_job_are_counted(database: Database) -> None:
    fleet = Fleet(database)
    assert [fleet.taken_over("dx-1", "w1"), fleet.taken_over("dx-1", "w2")] == [1, 2]
    assert fleet.taken_over("dx-2", "w1") == 1


def test_a_device_has_one_holder_and_whoever_waits_comes_next(database: Database) -> None:
    leases = Leases(database)
    first = leases.take("bng-1", "a")
    assert first is not None
    assert first.fresh
    assert leases.take("bng-1", "b") is None
    renewed = leases.take("bng-1", "a")
    assert renewed is not None
    assert (renewed.fresh, renewed.wanted) == (False, True)
    leases.give_back("bng-1", "a")
    assert leases.take("bng-1", "a") is None, "the other one waits for it"
    assert leases.take("bng-1", "b") is not None
    assert leases.take("sw-1", "a") is not None, "another device is another matter"


@pytest.mark.parametrize("holder", ["a", "b"])
def test_the_lease_of_a_dead_holder_runs_out(database: Database, holder: str) -> None:
    leases = Leases(database, lasts=timedelta(0))
    assert leases.take("bng-1", "a") is not None
    taken = leases.take("bng-1", holder)
    assert taken is not None
    assert taken.fresh is (holder == "b")


def test_who_holds_nothing_gives_nothing_back(database: Database) -> None:
    leases = Leases(database)
    leases.take("bng-1", "a")
    leases.give_back("bng-1", "b")
    assert leases.take("bng-1", "b") is None
