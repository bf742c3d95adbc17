"""Time is the events' own, whoever's clock is wrong and however long nothing is heard."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from netdiag.outages.change import Change
from netdiag.outages.clock import EventClock
from netdiag.outages.observation import Observation
from netdiag.outages.tree import AccessTree
from netdiag.outages.watch import Watch
from tests.outages.small_town import (
    EVERYBODY,
    NOON,
    all_up,
    confirmed,
    on,
    resources,
    seen,
    told,
)

HOUR = 3600


def replayed(events: Iterable[Observation]) -> tuple[list[Change], EventClock]:
    """In the order in which they stand."""
    clock = EventClock(Watch(AccessTree(resources())))
    changes = [change for one in events for change in clock.take(one)]
    return [*changes, *clock.end()], clock


def pings(until: int) -> list[Observation]:
    """Everybody well, one ping after another."""
    rounds = range(0, until, 2 * len(EVERYBODY))
    return [one for at in rounds for one in seen(EVERYBODY, "up", at, "probe", apart=2)]


def cut(at: float) -> list[Observation]:
    return seen(on("sw-12"), "down", at, apart=10)


def first_confirmed(changes: list[Change]) -> float:
    return next(change.t for change in changes if change.state == "confirmed") - NOON


def test_lone_events_hours_apart_are_all_taken():
    """A device that tells changes only: down, up two hours later, another one four hours later."""
    quiet = seen(["sw-12", "sw-21"], "up", 0, "probe") + seen(["sw-12"], "down", HOUR, "probe")
    quiet += seen(["sw-12"], "up", 3 * HOUR, "probe") + seen(["sw-21"], "down", 7 * HOUR, "probe")
    changes, clock = replayed([*quiet, *seen(["sw-21"], "up", 11 * HOUR, "probe")])
    assert confirmed(changes) == {("sw-12",), ("sw-21",)}
    assert next(change.roots for change in changes if change.state == "cleared") == ("sw-12",)
    assert clock.ignored == 0


def test_one_clock_that_is_ahead_for_less_than_an_hour_delays_nobody():
    ahead = seen(["sw-31"], "up", 55 * 60, "probe") + seen(EVERYBODY[:1], "up", 50 * 60, "probe")
    usual = sorted([*pings(2 * HOUR), *cut(900)], key=lambda one: one.t)
    changes, _ = replayed([*all_up(), *ahead, *usual])
    assert confirmed(changes) == {("sw-12",)}
    assert first_confirmed(changes) < 900 + 120


def test_a_source_that_writes_the_time_of_another_zone_makes_nobody_else_late():
    rng = Random(7)
    events = sorted([*pings(2 * HOUR), *cut(HOUR)], key=lambda one: one.t)
    for zone in (1, 3.5, -3.5):
        mixed_up = [
            one._replace(t=one.t + zone * HOUR)
            if rng.random() < 0.3 and one not in cut(HOUR)
            else one
            for one in events
        ]
        changes, _ = replayed([*all_up(), *mixed_up])
        assert confirmed(changes) == {("sw-12",)}, zone
        assert first_confirmed(changes) < HOUR + 120, zone


def test_the_first_event_may_be_the_latest():
    late = seen(["sw-11"], "up", HOUR, "probe")
    changes, clock = replayed([*late, *all_up(), *cut(900)])
    assert confirmed(changes) == {("sw-12",)}
    assert first_confirmed(changes) < 900 + 120
    assert clock.ignored == 0


def test_a_stream_in_disorder_tells_what_the_same_in_order_tells():
    events = [*all_up(), *pings(HOUR), *cut(900), *seen(on("sw-12"), "up", 2400)]
    in_order, _ = replayed(sorted(events, key=lambda one: one.t))
    Random(3).shuffle(events)
    assert told(replayed(events)[0]) == told(in_order)
    assert told(in_order)[-1] == ("cleared", ("sw-12",))


def test_a_tick_moves_time_past_those_whose_clock_is_ahead():
    clock = EventClock(Watch(AccessTree(resources())))
    changes = []
    for one in [*all_up(), *seen(["sw-11"], "up", 30 * HOUR, "probe"), *cut(0)]:
        changes += clock.take(one)
    for at in range(0, 300, 60):
        changes += clock.tick(NOON + at)
    assert confirmed(changes) == {("sw-12",)}
    assert first_confirmed(changes) <= 120
    list(clock.end())
    assert clock.ignored == 1
