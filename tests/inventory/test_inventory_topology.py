"""The graph of devices: paths, redundancy, loops, and what is not known."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from small_town import Open

from netdiag.inventory.inventory import Inventory
from netdiag.inventory.orient import Cable, orient
from netdiag.inventory.topology import Topology
from netdiag.model.subscriber import Link
from netdiag.model.words import Role

ROLES = {
    "core": Role.CORE,
    "agg-1": Role.AGGREGATION,
    "agg-2": Role.AGGREGATION,
    "sw-1": Role.ACCESS,
    "sw-2": Role.ACCESS,
    "sw-3": Role.ACCESS,
}


def town(*pairs: str, roles: dict[str, Role] | None = None) -> Topology:
    links = []
    for pair in pairs:
        device, parent = pair.split(" < ")
        links.append(
            Link(device=device, parent=parent, device_port="u", parent_port=f"to {device}")
        )
    return Topology(ROLES if roles is None else roles, links)


TWO_WAYS = ("agg-1 < core", "agg-2 < core", "sw-1 < agg-1", "sw-1 < agg-2", "sw-2 < sw-1")


def test_the_path_is_the_shortest_and_of_equal_ones_the_first_listed() -> None:
    t = town(*TWO_WAYS)
    assert t.path("sw-2") == ("core", "agg-1", "sw-1", "sw-2")
    assert t.path("core") == ("core",)
    assert t.path("sw-3") == ("sw-3",)
    assert t.path("nothing") == ()
    assert t.parents("sw-1") == ("agg-1", "agg-2")
    assert t.ancestors("sw-2") == ("sw-1", "agg-1", "agg-2", "core")
    assert t.below("agg-1") == ("sw-1", "sw-2")
    assert t.uplink_port("sw-2") == "u"
    assert t.uplink_port("core") is None
    assert t.complete("sw-2")
    assert not t.complete("sw-3")


def test_a_redundant_device_is_reachable_while_any_parent_lives() -> None:
    t = town(*TWO_WAYS)
    assert t.reachable_without("sw-2", set()) is True
    assert t.reachable_without("sw-2", {"agg-1"}) is True
    assert t.reachable_without("sw-2", {"agg-1", "agg-2"}) is False
    assert t.reachable_without("sw-2", {"sw-1"}) is False
    assert t.reachable_without("sw-2", {"sw-2"}) is False
    assert t.reachable_without("core", {"agg-1"}) is True
    assert t.cut_off({"agg-1"}) == ()
    assert set(t.cut_off({"agg-1", "agg-2"})) == {"sw-1", "sw-2"}
    assert set(t.cut_off({"core"})) == {"agg-1", "agg-2", "sw-1", "sw-2"}


def test_unknown_topology_excuses_nothing() -> None:
    t = town("sw-1 < agg-1", "sw-2 < agg-2", "agg-2 < core", "sw-1 < agg-2")
    assert t.reachable_without("sw-3", {"core"}) is None  # nothing is known above it
    assert t.reachable_without("nothing", {"core"}) is None
    assert t.reachable_without("sw-1", {"core"}) is None  # agg-1 may have another way
    assert t.reachable_without("sw-1", {"agg-1", "agg-2"}) is False  # but it must pass these
    assert t.path("agg-1") == ("agg-1",)


def test_a_ring_of_switches_is_redundant_both_ways() -> None:
    t = town("sw-1 < agg-1", "sw-3 < agg-1", "sw-2 < sw-1", "sw-2 < sw-3",
             "sw-1 < sw-2", "sw-3 < sw-2", "agg-1 < core")  # fmt: skip
    assert t.reachable_without("sw-1", {"sw-3"}) is True
    assert t.reachable_without("sw-2", {"sw-1"}) is True
    assert t.reachable_without("sw-2", {"sw-1", "sw-3"}) is False
    assert t.path("sw-2") == ("core", "agg-1", "sw-1", "sw-2")
    assert t.loops() == ()


def test_a_pair_of_cores_is_the_top_together() -> None:
    roles = ROLES | {"core-2": Role.CORE}
    t = town("core < core-2", "core-2 < core", "agg-1 < core", "sw-1 < agg-1", roles=roles)
    assert set(t.tops) == {"core", "core-2"}
    assert t.path("sw-1") == ("core", "agg-1", "sw-1")
    assert t.loops() == ()


def test_a_core_put_below_an_access_switch_by_mistake_stays_the_top() -> None:
    t = town("core < sw-1", "agg-1 < core", "sw-1 < agg-1", "sw-2 < sw-2")
    assert t.path("sw-1") == ("core", "agg-1", "sw-1")
    assert [k.device for k in t.upside_down] == ["core", "sw-2"]


def test_a_bng_is_the_top_where_no_core_is_above_it() -> None:
    roles = {"bng": Role.BNG, "sw": Role.ACCESS}
    assert town("sw < bng", roles=roles).path("sw") == ("bng", "sw")
    both = roles | {"core": Role.CORE}
    assert town("sw < bng", "bng < core", roles=both).path("sw") == ("core", "bng", "sw")


def test_edges_keep_their_source() -> None:
    link = Link(device="sw-1", parent="agg-1", source="lldp")
    assert Topology(ROLES, [link, link]).links == (link,)


NAMES = st.sampled_from([f"n{i}" for i in range(8)])
GRAPH = st.lists(st.tuples(NAMES, NAMES), max_size=25)
KINDS = st.dictionaries(NAMES, st.sampled_from(list(Role)), max_size=8)


@given(GRAPH, KINDS, st.sets(NAMES, max_size=4))
def test_any_graph_is_walked_to_the_end(
    pairs: list[tuple[str, str]], roles: dict[str, Role], dead: set[str]
) -> None:
    t = Topology(roles, [Link(device=a, parent=b) for a, b in pairs])
    t.loops()
    for name in t.devices:
        path = t.path(name)
        assert path[-1] == name
        assert len(set(path)) == len(path)
        for above, here in pairwise(path):
            assert above in t.parents(here)
        if t.complete(name):
            assert path[0] in t.tops
        if dead.isdisjoint(path) and t.complete(name):
            assert t.reachable_without(name, dead) is True
        if t.reachable_without(name, dead) is True:
            assert t.reachable_without(name, set()) is True
            assert name not in dead


@given(GRAPH, KINDS, st.sets(NAMES, max_size=3), st.sets(NAMES, max_size=3))
def test_more_dead_devices_never_make_a_device_reachable(
    pairs: list[tuple[str, str]], roles: dict[str, Role], dead: set[str], more: set[str]
) -> None:
    t = Topology(roles, [Link(device=a, parent=b) for a, b in pairs])
    for name in t.devices:
        if t.reachable_without(name, dead) is False:
            assert t.reachable_without(name, dead | more) is not True


def test_cables_get_their_direction_from_roles_and_then_from_distance() -> None:
    def cable(a: str, b: str) -> Cable:
        return Cable(a=a, a_port=f"to {b}", b=b, b_port=f"to {a}")

    links = orient(
        [cable("sw-1", "agg-1"), cable("core", "agg-1"), cable("sw-1", "sw-2"),
         cable("sw-2", "sw-3"), cable("sw-3", "agg-1"), cable("sw-1", "stranger")],
        ROLES,
        "netbox",
    )  # fmt: skip
    pairs = {(k.device, k.parent) for k in links}
    assert pairs == {
        ("sw-1", "agg-1"), ("agg-1", "core"), ("sw-3", "agg-1"), ("sw-2", "sw-1"), ("sw-2", "sw-3"),
    }  # fmt: skip
    up = next(k for k in links if k.device == "agg-1")
    assert (up.device_port, up.parent_port, up.source) == ("to core", "to agg-1", "netbox")


def test_the_far_side_of_an_even_ring_goes_both_ways() -> None:
    roles = {"agg": Role.AGGREGATION} | {f"s{i}": Role.ACCESS for i in range(1, 5)}
    ring = [("agg", "s1"), ("s1", "s2"), ("s2", "s3"), ("s3", "s4"), ("s4", "agg")]
    links = orient([Cable(a=a, a_port=None, b=b, b_port=None) for a, b in ring], roles, "lldp")
    t = Topology(roles, links)
    assert set(t.parents("s2")) == {"s1", "s3"}
    assert set(t.parents("s3")) == {"s4", "s2"}


def test_behind_a_device_are_those_whom_no_other_path_serves(town: Inventory) -> None:
    agg = town.behind("AGG-1")
    assert agg.device == "agg-1"
    assert set(agg.devices) == {"sw-12", "sw-13"}
    assert set(agg.subscribers) == {"100234", "100235", "100236"}
    assert agg.complete
    assert town.behind("sw-13").subscribers == ("100236",)
    assert set(town.behind("bng-1").subscribers) == {"100234", "100236"}


def test_behind_a_port_is_its_subscriber_or_what_hangs_on_it(town: Inventory) -> None:
    assert town.behind("sw-12", "7").subscribers == ("100234",)
    down = town.behind("sw-12", "26")
    assert (down.devices, down.subscribers) == (("sw-13",), ("100236",))
    assert town.behind("sw-12", "24").subscribers == ()
    assert set(town.behind("agg-1", "3").subscribers) == {"100234", "100235", "100236"}


def test_a_redundant_device_behind_is_named_but_its_subscribers_are_not_counted(
    tmp_path: Path, opened: Open
) -> None:
    (tmp_path / "i.yaml").write_text("""\
devices:
  - {id: core, host: 127.0.0.1, role: core}
  - {id: a, host: 127.0.0.2, role: aggregation, parent: core}
  - {id: b, host: 127.0.0.3, role: aggregation, parent: core}
  - {id: sw, host: 127.0.0.4, role: access, parent: a}
links:
  - {device: sw, parent: b}
subscribers:
  - {id: "1", device: sw, port: "1"}
  - {id: "2", device: a, port: "1"}
""")
    impact = opened("- yaml: i.yaml").behind("a")
    assert impact.subscribers == ("2",)
    assert impact.devices == ()
    assert impact.redundant == ("sw",)
