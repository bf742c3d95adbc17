"""A watch that was saved and put back goes on as if nothing had been."""

from __future__ import annotations

import json
import random

import pytest

from netdiag.outages.change import Change
from netdiag.outages.observation import Observation
from netdiag.outages.resource import Resource
from netdiag.outages.saved import restore, saved
from netdiag.outages.tree import AccessTree
from netdiag.outages.watch import Watch
from tests.outages.small_town import NOON, all_up, mixed, on, resources, seen


def story() -> list[Observation]:
    """A cut, one who was off before, a second fault inside the first, recovery, a dying gasp."""
    return sorted(
        all_up()
        + seen(["sw-23/5"], "down", -300)
        + seen(mixed(on("agg-1")), "down", 0, apart=4)
        + seen(["agg-1", "sw-11"], "down", 20, "probe")
        + seen(["sw-13/1", "sw-13/2"], "down", 40, "power")
        + seen([p for p in on("agg-1") if p not in on("sw-13")], "up", 1800, apart=6),
        key=lambda one: one.t,
    )


def run(watch: Watch, observations: list[Observation], begin: float, end: float) -> list[Change]:
    rest = [one for one in observations if begin < one.t <= end]
    found: list[Change] = []
    now = begin
    while now < end:
        now += 30
        while rest and rest[0].t <= now:
            watch.observe(rest.pop(0))
        found += watch.tick(now)
    return found


BEGIN, END = NOON - 630, NOON + 5400


@pytest.mark.parametrize("at", [60, 300, 1830, 2100, 2280])
def test_the_rest_of_the_story_is_the_same_after_a_restart(at: float) -> None:
    events = story()
    whole = Watch(AccessTree(resources()))
    run(whole, events, BEGIN, NOON + at)
    kept = json.loads(json.dumps(saved(whole)))
    expected = run(whole, events, NOON + at, END)
    again = Watch(AccessTree(resources()))
    restore(again, kept)
    assert run(again, events, NOON + at, END) == expected
    assert expected


def test_saving_what_was_just_restored_gives_the_same() -> None:
    watch = Watch(AccessTree(resources()))
    run(watch, story(), BEGIN, NOON + 300)
    kept = json.loads(json.dumps(saved(watch)))
    again = Watch(AccessTree(resources()))
    restore(again, kept)
    assert json.loads(json.dumps(saved(again))) == kept


def test_an_open_outage_lives_on_over_a_changed_tree() -> None:
    events = story()
    watch = Watch(AccessTree(resources()))
    run(watch, events, BEGIN, NOON + 300)
    (before,) = watch.open()
    more = [*resources(), Resource("sw-14", "access", ("agg-1",))]
    fewer = [one for one in more if not one.id.startswith("sw-22")]
    random.Random(6).shuffle(fewer)
    again = Watch(AccessTree(fewer))
    restore(again, json.loads(json.dumps(saved(watch))))
    (after,) = again.open()
    assert (after.outage, after.roots, after.state) == (before.outage, ("agg-1",), before.state)
    later = run(again, events, NOON + 300, END)
    assert [(str(one.state), one.roots) for one in later if one.outage == before.outage][-1] == (
        "cleared",
        ("agg-1",),
    )


def test_a_snapshot_of_another_format_is_left_alone() -> None:
    watch = Watch(AccessTree(resources()))
    restore(watch, {"version": 0})
    assert watch.open() == ()
