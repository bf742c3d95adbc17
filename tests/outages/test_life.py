"""From the first silence to the last recovery: one outage, told once."""

import pytest

from tests.outages.small_town import (
    EVERYBODY,
    NOON,
    SWITCHES,
    all_up,
    confirmed,
    mixed,
    on,
    seen,
    told,
    watched,
)


def test_without_evidence_there_is_no_outage():
    assert watched(all_up(), 3600)[1] == []


@pytest.mark.parametrize(
    ("root", "who"), [("sw-12", on("sw-12")), ("agg-1", on("agg-1")), ("core", EVERYBODY)]
)
def test_the_root_is_the_lowest_resource_above_all_who_fell(root, who):
    _, changes = watched(all_up() + seen(mixed(who), "down", 0, apart=100 / len(who)), 600)
    assert confirmed(changes) == {(root,)}
    assert changes[-1].subscribers == len(who)
    assert changes[-1].t - NOON <= 90


def test_one_subscriber_who_falls_silent_is_no_outage():
    silent = seen(["sw-11/3"], "down", 0) + seen(["sw-11/3"], "down", 60, "probe")
    assert watched(all_up() + silent, 1800)[1] == []


def test_recovery_is_told_once_and_without_a_burst():
    fall = seen(mixed(on("agg-1")), "down", 0, apart=4)
    back = seen(on("agg-1"), "up", 1800, apart=8)
    _, changes = watched(all_up() + fall + back, 3600)
    states = [state for state, _ in told(changes) if state != "suspected"]
    assert states == ["confirmed", "clearing", "cleared"]


def test_who_stays_down_when_the_others_are_back_is_an_outage_of_its_own():
    back = [person for person in on("agg-1") if person not in on("sw-13")]
    _, changes = watched(
        all_up() + seen(mixed(on("agg-1")), "down", 0, apart=4) + seen(back, "up", 1800, apart=6),
        5400,
    )
    assert told(changes)[-2:] == [("cleared", ("agg-1",)), ("confirmed", ("sw-13",))]


def test_a_second_fault_beside_an_open_one_is_found():
    _, changes = watched(
        all_up() + seen(on("sw-11"), "down", 0) + seen(on("sw-23"), "down", 300), 900
    )
    assert confirmed(changes) == {("sw-11",), ("sw-23",)}


def test_a_fault_that_widens_keeps_its_name():
    first = seen(on("sw-11"), "down", 0)
    rest = seen([*on("sw-12"), *on("sw-13")], "down", 60)
    watch, changes = watched(all_up() + first + rest, 900)
    (left,) = watch.open()
    assert left.roots == ("agg-1",)
    assert left.outage == changes[0].outage


def test_three_rises_in_half_an_hour_hold_it_open():
    flaps = []
    for rise in range(4):
        flaps += seen(on("sw-12"), "down", 500 * rise) + seen(on("sw-12"), "up", 500 * rise + 200)
    watch, _ = watched(all_up() + flaps, 1900)
    (left,) = watch.open()
    assert left.flapping
    assert left.state == "confirmed"
    _, later = watched(all_up() + flaps, 4000)
    assert told(later)[-1] == ("cleared", ("sw-12",))


def test_a_wider_fault_later_is_told_beside_the_older_one_inside_it():
    """The switch is mended later than its aggregation: neither outage swallows the other."""
    inner = seen(on("sw-11"), "down", 0, apart=5)
    others = [person for person in mixed(on("agg-1")) if person not in on("sw-11")]
    outer = seen(others, "down", 600, apart=3) + seen(others, "up", 2400, apart=3)
    late = seen(on("sw-11"), "up", 4000)
    _, changes = watched(all_up() + inner + outer + late, 6000)
    assert [one for one in told(changes) if one[0] != "suspected"] == [
        ("confirmed", ("sw-11",)),
        ("confirmed", ("agg-1",)),
        ("clearing", ("agg-1",)),
        ("cleared", ("agg-1",)),
        ("clearing", ("sw-11",)),
        ("cleared", ("sw-11",)),
    ]


def test_who_falls_later_does_not_make_the_few_that_come_back_look_like_all():
    """Most are down for half an hour and more, then the rest falls and four return."""
    *old, _, _, _, _, _, _ = mixed(on("agg-1"))
    late = mixed(on("agg-1"))[-6:]
    fall = seen(old, "down", 0, apart=4)
    more = seen(late, "down", 2400, apart=5) + seen(old[:4], "up", 2500, apart=5)
    back = seen([*old[4:], *late], "up", 5000, apart=4)
    _, changes = watched(all_up() + fall + more, 4000)
    assert [state for state, _ in told(changes) if state != "suspected"][-1] == "confirmed"
    _, later = watched(all_up() + fall + more + back, 6000)
    assert told(later)[-1] == ("cleared", ("agg-1",))


def test_callers_of_whom_nobody_says_that_they_are_well_hold_no_outage_open():
    polls = [
        one
        for at in range(-600, 3000, 60)
        for name in ("core", "agg-1", *SWITCHES)
        for one in seen([name], "down" if name == "sw-12" and 0 <= at < 900 else "up", at, "probe")
    ]
    calls = seen(on("sw-12")[:5], "down", 120, "contact", apart=40)
    _, changes = watched(polls + calls, 3000)
    states = [state for state, roots in told(changes) if state != "suspected"]
    assert confirmed(changes) == {("sw-12",)}
    assert states == ["confirmed", "clearing", "cleared"]


def test_what_complaints_alone_tell_ends_after_an_hour():
    calls = seen(on("sw-12"), "down", 0, "contact", apart=20)
    _, changes = watched(calls, 2 * 3600)
    assert [state for state, _ in told(changes) if state != "suspected"] == [
        "confirmed", "clearing", "cleared",
    ]  # fmt: skip


def test_packets_that_are_lost_no_more_clear_one_outage_and_hold():
    asked = []
    for k in range(-4, 30):
        lost = on("sw-12")[k % 2 :: 2] if 0 <= k < 10 else []
        for n, person in enumerate(mixed(EVERYBODY)):
            asked += seen([person], "down" if person in lost else "up", 150 * k + n, "probe")
    _, changes = watched(all_up() + asked, 4500)
    assert [state for state, _ in told(changes) if state != "suspected"] == [
        "confirmed", "clearing", "cleared",
    ]  # fmt: skip
    assert changes[-1].t - changes[-2].t >= 300
