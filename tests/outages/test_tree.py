"""How resources hang together: redundancy, rings, circles, and what is not known."""

import pytest

from netdiag.outages.resource import Resource
from netdiag.outages.tree import AccessTree

PAIR = [
    Resource("core", "core"),
    Resource("left", "aggregation", ("core",)),
    Resource("right", "aggregation", ("core",)),
    Resource("both", "access", ("left", "right")),
    Resource("single", "access", ("left",)),
    *(Resource(f"b{n}", "subscriber", ("both",)) for n in range(4)),
    *(Resource(f"s{n}", "subscriber", ("single",)) for n in range(3)),
    Resource("dual", "subscriber", ("left", "right")),
]


def behind(tree: AccessTree, name: str) -> set[str]:
    return set(tree.subscriber_ids(tree.number[name]))


def test_who_has_two_ways_is_behind_neither_of_them():
    tree = AccessTree(PAIR)
    assert behind(tree, "left") == {"s0", "s1", "s2"}
    assert behind(tree, "right") == set()
    assert behind(tree, "core") == {"b0", "b1", "b2", "b3", "s0", "s1", "s2", "dual"}


def test_the_order_of_lines_does_not_matter():
    one, other = AccessTree(PAIR), AccessTree(reversed(PAIR))
    for name in ("core", "left", "right", "both", "single"):
        assert behind(one, name) == behind(other, name)


def test_a_ring_hangs_under_what_it_begins_and_ends_at():
    ring = [Resource("head", "aggregation")]
    names = ["head", "s1", "s2", "s3", "head"]
    for before, here, after in zip(names, names[1:], names[2:], strict=False):
        ring += [
            Resource(here, "access", (before, after)),
            Resource(f"u{here}", "subscriber", (here,)),
        ]
    tree = AccessTree(ring)
    assert behind(tree, "s2") == {"us2"}
    assert behind(tree, "head") == {"us1", "us2", "us3"}


def test_a_circle_that_nothing_leads_into_explains_nothing():
    tree = AccessTree(
        [
            Resource("a", "access", ("b",)),
            Resource("b", "access", ("a",)),
            Resource("x", "subscriber", ("a",)),
        ]
    )
    assert behind(tree, "a") == {"x"}
    assert behind(tree, "b") == set()


def test_a_parent_that_nobody_lists_is_there():
    tree = AccessTree([Resource("x", "subscriber", ("sw-9",))])
    assert behind(tree, "sw-9") == {"x"}


def test_an_id_in_two_places_hangs_under_what_both_have_in_common():
    moved = [*PAIR, Resource("s0", "subscriber", ("right",))]
    tree = AccessTree(moved)
    assert behind(tree, "left") == {"s1", "s2"}
    assert "s0" in behind(tree, "core")


def test_nobody_known_above_means_that_nothing_above_explains_it():
    tree = AccessTree([*PAIR, Resource("stray", "subscriber")])
    assert not any("stray" in behind(tree, name) for name in tree.number)


@pytest.mark.parametrize("people", [1, 3])
def test_a_port_of_one_subscriber_is_that_subscriber(people):
    lines = [Resource("sw", "access"), Resource("p", "port", ("sw",))]
    lines += [Resource(f"x{n}", "subscriber", ("p",)) for n in range(people)]
    tree = AccessTree(lines)
    assert (tree.leaf["p"] == tree.leaf["x0"]) is (people == 1)
