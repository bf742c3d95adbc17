"""Streams of every make: states or changes only, with or without a beginning, of devices alone."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from netdiag.outages.change import Change
from netdiag.outages.clock import EventClock
from netdiag.outages.observation import Observation
from netdiag.outages.tree import AccessTree
from netdiag.outages.watch import Watch
from tests.outages.small_town import (
    AGGREGATIONS,
    EVERYBODY,
    SWITCHES,
    confirmed,
    on,
    resources,
    seen,
    told,
)


def replayed(events: Iterable[Observation]) -> list[Change]:
    clock = EventClock(Watch(AccessTree(resources())))
    changes = [
        change for one in sorted(events, key=lambda one: one.t) for change in clock.take(one)
    ]
    return [*changes, *clock.end()]


def states(kind, dead, off=(), until=3600, every=60):
    """The state of everybody, told again and again."""
    return [
        one
        for at in range(0, until, every)
        for n, person in enumerate(EVERYBODY)
        for one in seen(
            [person],
            "down" if person in off or (person in dead and 900 <= at < 2100) else "up",
            at + n % 20,
            kind,
        )
    ]


def test_states_told_every_minute_are_read_as_their_changes():
    off = Random(1).sample(EVERYBODY, 12)
    for kind in ("session", "probe"):
        changes = replayed(states(kind, on("sw-12"), off))
        assert confirmed(changes) == {("sw-12",)}, kind
        assert told(changes)[-1] == ("cleared", ("sw-12",))


def test_who_is_off_when_the_stream_begins_is_no_outage():
    for kind in ("session", "probe"):
        for seed in range(5):
            off = Random(seed).sample(EVERYBODY, 14)
            assert confirmed(replayed(states(kind, (), off, until=900))) == set(), (kind, seed)


def test_a_stream_of_changes_only_needs_no_beginning():
    changes = replayed(seen(on("sw-12"), "down", 0, apart=15))
    assert confirmed(changes) == {("sw-12",)}


def test_people_who_switch_off_and_on_are_no_outage():
    rng = Random(2)
    events = []
    for person in EVERYBODY:
        for _ in range(2):
            off = rng.uniform(0, 40_000)
            events += seen([person], "down", off)
            events += seen([person], "up", off + rng.uniform(300, 3600))
    assert confirmed(replayed(events)) == set()


def test_devices_alone_are_enough():
    devices = [*AGGREGATIONS, *SWITCHES]
    dead = {"agg-1", "sw-11", "sw-12", "sw-13"}
    polls = [
        one
        for at in range(0, 2400, 60)
        for name in devices
        for one in seen([name], "down" if name in dead and at >= 600 else "up", at, "probe")
    ]
    assert confirmed(replayed(polls)) == {("agg-1",)}
    changes_only = seen(devices, "up", 0, "probe") + seen(["sw-21"], "down", 600, "probe")
    assert confirmed(replayed([*changes_only, *seen(["agg-1"], "up", 1200, "probe")])) == {
        ("sw-21",)
    }
