"""The tree of the network with its lights."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from netdiag.inventory.topology import Topology
from netdiag.model.outage import Cause, Origin, Outage, OutageState
from netdiag.model.subscriber import Link
from netdiag.model.words import Role
from netdiag.service.board.state import Light, Node
from netdiag.service.board.tree import grow, lights, shape
from netdiag.web.board.pages import render
from netdiag.web.board.tongue import Tongue

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


def outage(root: str, state: OutageState = OutageState.CONFIRMED) -> Outage:
    return Outage(
        id=f"out-{root}", root=root, state=state, cause=Cause.UNKNOWN, origin=Origin.INFERENCE,
        since=NOW, subscribers=1,
    )  # fmt: skip


def town(switches: int = 6) -> Topology:
    """core-1; agg-1 and agg-2 below it; switches below agg-1, every third one below both."""
    roles = {"core-1": Role.CORE, "agg-1": Role.AGGREGATION, "agg-2": Role.AGGREGATION}
    links = [Link(device="agg-1", parent="core-1"), Link(device="agg-2", parent="core-1")]
    for n in range(1, switches + 1):
        roles[f"sw-{n}"] = Role.ACCESS
        links.append(Link(device=f"sw-{n}", parent="agg-1", parent_port=f"{n}"))
        if n % 3 == 0:
            links.append(Link(device=f"sw-{n}", parent="agg-2"))
    return Topology(roles, links)


def tree(topology: Topology, *outages: Outage, sites=None, silent=()) -> tuple[Node, ...]:
    lit = lights(outages, topology, sites or {}, silent)
    return grow(shape(topology), lit, {})


def every(nodes: tuple[Node, ...]) -> dict[str, Light]:
    found: dict[str, Light] = {}
    for node in nodes:
        found[node.device] = node.light
        found |= {name: group.light for group in node.groups for name in group.names}
        found |= every(node.branches)
    return found


def test_what_is_behind_a_dead_device_is_cut_off_and_what_has_another_way_is_weak() -> None:
    found = every(tree(town(), outage("agg-1")))
    assert found["agg-1"] is Light.DOWN
    assert found["sw-1"] is Light.CUT
    assert found["sw-3"] is Light.WEAK
    assert found["agg-2"] is Light.OK


def test_a_suspected_outage_cuts_nothing_off() -> None:
    found = every(tree(town(), outage("agg-1", OutageState.SUSPECTED)))
    assert found["agg-1"] is Light.SUSPECTED
    assert found["sw-1"] is Light.OK


def test_a_dead_port_cuts_off_what_hangs_on_it() -> None:
    found = every(tree(town(), outage("agg-1:2")))
    assert (found["agg-1"], found["sw-2"], found["sw-1"]) == (Light.PART, Light.CUT, Light.OK)


def test_redundant_devices_that_failed_together_cut_off_what_both_serve() -> None:
    found = every(tree(town(), outage("agg-1+agg-2")))
    assert {found["agg-1"], found["agg-2"]} == {Light.DOWN}
    assert found["sw-3"] is Light.CUT


def test_a_site_takes_all_its_devices_with_it() -> None:
    found = every(tree(town(), outage("site:Center"), sites={"center": ["sw-1", "sw-2"]}))
    assert (found["sw-1"], found["sw-2"], found["sw-3"]) == (Light.DOWN, Light.DOWN, Light.OK)


def test_a_silent_device_is_shown_as_silent_only_where_no_outage_says_more() -> None:
    found = every(tree(town(), outage("sw-1"), silent=("sw-1", "sw-2")))
    assert (found["sw-1"], found["sw-2"]) == (Light.DOWN, Light.SILENT)


def test_the_branch_with_the_worst_trouble_comes_first() -> None:
    top = tree(town(), outage("agg-2"), outage("sw-1", OutageState.SUSPECTED))[0]
    assert [node.device for node in top.branches] == ["agg-2", "agg-1"]


def test_without_outages_the_whole_network_is_one_line() -> None:
    top = tree(town())
    assert [node.device for node in top] == ["core-1"]
    assert top[0].branches == ()
    assert len(top[0].groups[0].names) == 8


NAMES = ("core-1", "agg-1", "agg-2", "sw-1", "sw-2", "sw-3", "sw-4", "sw-5", "sw-6")


@settings(max_examples=60, deadline=None)
@given(
    roots=st.lists(st.sampled_from((*NAMES, "agg-1:2", "agg-1+agg-2", "gone")), unique=True),
    states=st.lists(st.sampled_from([s for s in OutageState if s is not OutageState.CLEARED]),
                    min_size=12, max_size=12),
    silent=st.sets(st.sampled_from(NAMES)),
)  # fmt: skip
def test_every_device_stands_in_the_tree_exactly_once(roots, states, silent) -> None:
    found = [outage(root, state) for root, state in zip(roots, states, strict=False)]
    nodes = tree(town(), *found, silent=silent)
    names: list[str] = []

    def walk(some: tuple[Node, ...]) -> None:
        for node in some:
            names.append(node.device)
            names.extend(name for group in node.groups for name in group.names)
            walk(node.branches)

    walk(nodes)
    assert sorted(names) == sorted(NAMES)


def test_hundreds_of_switches_stay_a_short_page() -> None:
    topology = town(900)
    nodes = tree(topology, outage("agg-1"), outage("sw-7"))
    state = {"tree": nodes, "devices": 903}
    page = render("parts/tree.html", Tongue("en", "UTC"), state=state)
    assert page.count('class="device') < 10
    assert len(page) < 80_000
