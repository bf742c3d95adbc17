"""Several paths: up while any of them is; gone together they are one outage."""

import pytest

from netdiag.outages.resource import Resource
from netdiag.outages.tree import AccessTree
from tests.outages.small_town import confirmed, seen, watched

BOTH = ("d0", "d1", "d2", "d3")
LEFT, RIGHT = ("l0", "l1"), ("r0", "r1")


def people(*switches: str) -> list[str]:
    return [f"{switch}/{n}" for n in range(8) for switch in switches]


def town() -> list[Resource]:
    lines = [Resource("core", "core")]
    lines += [Resource(name, "aggregation", ("core",)) for name in ("left", "right", "other")]
    lines += [Resource(name, "access", ("left", "right")) for name in BOTH]
    lines += [Resource(name, "access", ("left",)) for name in LEFT]
    lines += [Resource(name, "access", ("right",)) for name in RIGHT]
    lines += [Resource(name, "access", ("other",)) for name in ("o0", "o1")]
    for switch in (*BOTH, *LEFT, *RIGHT, "o0", "o1"):
        lines += [Resource(person, "subscriber", (switch,)) for person in people(switch)]
    return lines


EVERYBODY = people(*BOTH, *LEFT, *RIGHT, "o0", "o1")
DEVICES = ["left", "right", "other", *BOTH, *LEFT, *RIGHT, "o0", "o1"]


def polls(dead, begins, ends):
    """All devices asked every minute."""
    return [
        one
        for at in range(begins, ends, 60)
        for name in DEVICES
        for one in seen([name], "down" if name in dead else "up", at, "probe")
    ]


def usual():
    return seen(EVERYBODY, "up", -600, apart=0.5) + polls((), -600, 0)


def test_one_path_gone_cuts_off_only_those_who_have_no_other():
    fall = seen(people(*LEFT), "down", 0, apart=6)
    watch, changes = watched(
        usual() + polls(("left", *LEFT), 0, 900) + fall, 900, AccessTree(town())
    )
    assert confirmed(changes) == {("left",)}
    (outage,) = watch.open()
    assert set(watch.subscribers(outage.outage)) == set(people(*LEFT))
    (lost,) = watch.redundancy_lost()
    assert (lost.resource, lost.dependents) == ("left", BOTH)


def test_redundancy_that_is_lost_is_an_event_and_no_outage():
    lines = [
        one for one in town() if one.id not in LEFT and one.parents[:1] not in [(s,) for s in LEFT]
    ]
    tree = AccessTree(lines)
    watch, changes = watched(usual() + polls(("left",), 0, 900), 900, tree)
    assert changes == []
    assert [lost.resource for lost in watch.redundancy_lost()] == ["left"]
    watch, _ = watched(usual() + polls(("left",), 0, 900) + polls((), 900, 1200), 1200, tree)
    assert watch.redundancy_lost() == ()


@pytest.mark.parametrize("asked", [True, False])
def test_all_paths_gone_at_once_is_one_outage_with_all_of_them_as_roots(asked):
    dead = (*LEFT, *RIGHT, *BOTH)
    fall = seen(people(*dead), "down", 0, apart=1.5)
    asks = polls(("left", "right", *dead), 0, 900) if asked else []
    _, changes = watched(usual() + asks + fall, 900, AccessTree(town()))
    assert confirmed(changes) == {("left", "right")}
    assert changes[-1].subscribers == len(people(*dead))


def test_the_second_path_lost_later_is_the_root_of_what_it_cuts_off():
    first = seen(people(*LEFT), "down", 0, apart=6) + polls(("left", *LEFT), 0, 900)
    dead = ("left", "right", *LEFT, *RIGHT, *BOTH)
    then = seen(people(*RIGHT, *BOTH), "down", 900, apart=2) + polls(dead, 900, 1800)
    _, changes = watched(usual() + first + then, 1800, AccessTree(town()))
    assert confirmed(changes) == {("left",), ("right",)}
    assert changes[-1].subscribers == len(people(*RIGHT, *BOTH))


def test_a_stretch_of_a_ring_that_is_cut_off_is_one_outage():
    names = ["head", "s1", "s2", "s3", "s4", "s5", "head"]
    ring = [Resource("head", "aggregation")]
    for before, here, after in zip(names, names[1:], names[2:], strict=False):
        ring.append(Resource(here, "access", (before, after)))
        ring += [Resource(person, "subscriber", (here,)) for person in people(here)]
    dark = people("s2", "s3", "s4")
    up = seen(people(*names[1:-1]), "up", -600, apart=0.5)
    _, changes = watched(up + seen(dark, "down", 0, apart=4), 900, AccessTree(ring))
    assert changes[-1].roots == ("s2", "s4")
    assert changes[-1].subscribers == len(dark)
    assert len({change.outage for change in changes}) == 1
