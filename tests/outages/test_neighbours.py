"""Two unrelated failures in a tiny tree stay two, however they are seen."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from netdiag.outages.observation import Kind, Observation, State
from netdiag.outages.resource import Resource
from netdiag.outages.tree import AccessTree
from tests.outages.small_town import NOON, confirmed, watched

SWITCHES = ("sw-0", "sw-1", "sw-2")


def tiny(people: list[int]) -> list[Resource]:
    """One aggregation, three switches, a few subscribers on each."""
    found = [Resource("agg", "aggregation")]
    found += [Resource(name, "access", ("agg",)) for name in SWITCHES]
    return found + [
        Resource(f"{name}/{n}", "subscriber", (name,))
        for name, count in zip(SWITCHES, people, strict=True)
        for n in range(count)
    ]


def polled(tree: list[Resource], fell: dict[str, float], every: int, kinds: set[str]):
    """Answers to questions that come every so often, to devices, subscribers or both."""
    asked = [one.id for one in tree if one.kind in kinds]
    for place, name in enumerate(asked):
        since = fell.get(name.partition("/")[0], 1e9)
        for at in range(-900 + 7 * place, 1500, every):
            state = State.DOWN if at >= since else State.UP
            yield Observation(NOON + at, name, Kind.PROBE, state)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(3, 5), min_size=3, max_size=3),
    st.permutations(SWITCHES),
    st.integers(0, 400),
    st.sampled_from([60, 300]),
    st.sampled_from([("access", "aggregation"), ("access", "aggregation", "subscriber")]),
)
def test_two_switches_of_three_are_two_outages(people, order, gap, every, kinds):
    tree = tiny(people)
    evidence = polled(tree, {order[0]: 0, order[1]: gap}, every, set(kinds))
    _, changes = watched(evidence, 1500, AccessTree(tree), every=15)
    assert confirmed(changes) <= {(order[0],), (order[1],)}
    if every == 60:
        assert confirmed(changes) == {(order[0],), (order[1],)}


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.integers(3, 5), min_size=3, max_size=3),
    st.sampled_from([60, 300]),
    st.sampled_from([("access", "aggregation"), ("access", "aggregation", "subscriber")]),
)
def test_all_three_at_once_are_one(people, every, kinds):
    tree = tiny(people)
    evidence = polled(tree, dict.fromkeys(["agg", *SWITCHES], 0.0), every, set(kinds))
    _, changes = watched(evidence, 1500, AccessTree(tree), every=15)
    assert confirmed(changes) == {("agg",)}


def test_two_switches_whose_traps_come_a_minute_apart_are_two_outages():
    tree = tiny([4, 4, 4])
    evidence = [
        Observation(NOON + at + n, f"{name}/{n}", Kind.TRAP, State.DOWN)
        for name, at in (("sw-0", 0), ("sw-2", 90))
        for n in range(4)
    ]
    evidence += [Observation(NOON - 500, one.id, Kind.TRAP, State.UP) for one in tree[4:]]
    _, changes = watched(evidence, 900, AccessTree(tree), every=15)
    assert confirmed(changes) == {("sw-0",), ("sw-2",)}
