"""Cables out of what devices hear, and how they fit the inventory."""

from __future__ import annotations

from datetime import timedelta

from netdiag.locating.links import Heard, heard
from netdiag.locating.neighbours import Neighbour, Own
from netdiag.locating.proposals import Directed, Edge, Fit, Proposal, proposals
from netdiag.locating.recognise import Known
from tests.conftest import NOW

AGG = Known(
    id="agg-1", host="192.0.2.1", answered=True,
    own=Own(names=("agg-1.example.net",), macs=frozenset(["02:00:00:00:00:01"])),
)  # fmt: skip
SW = Known(
    id="sw-1", host="192.0.2.2", answered=True,
    own=Own(names=("Lenina 3",), macs=frozenset(["02:00:00:00:00:02"])),
)  # fmt: skip
SW2 = Known(id="sw-2", host="192.0.2.3", answered=True)
TOWN = (AGG, SW, SW2)


def near(device: str, port: str, protocol: str = "lldp", **told: object) -> Neighbour:
    values: dict[str, object] = {"seen_at": NOW - timedelta(seconds=20), **told}
    return Neighbour(
        device=device,
        protocol=protocol,
        ports=(port,),
        query="GETBULK",
        **values,  # type: ignore[arg-type]
    )


def cables(*neighbours: Neighbour) -> tuple[Heard, ...]:
    return heard(neighbours, TOWN)[0]


def test_both_ends_of_a_cable_are_one_link_each_port_in_its_own_words() -> None:
    (one,) = cables(
        near("agg-1", "GigabitEthernet1/0/1", chassis="02:00:00:00:00:02", remote_ports=("25",)),
        near("sw-1", "25", name="agg-1", remote_ports=("Gi1/0/1",)),
    )
    assert (one.a.device, one.a.port) == ("agg-1", "GigabitEthernet1/0/1")
    assert (one.b.device, one.b.port) == ("sw-1", "25")
    assert set(one.ends) == {"agg-1", "sw-1"}
    assert one.direct


def test_two_cables_between_the_same_devices_stay_two() -> None:
    found = cables(
        near("agg-1", "Te1/0/1", name="sw-1", remote_ports=("25",)),
        near("agg-1", "Te1/0/2", name="sw-1", remote_ports=("26",)),
        near("sw-1", "26", name="agg-1", remote_ports=("Te1/0/2",)),
    )
    assert [(one.a.port, one.b.port) for one in found] == [("Te1/0/1", "25"), ("Te1/0/2", "26")]


def test_a_neighbour_is_known_by_mac_address_or_any_of_its_names() -> None:
    assert cables(near("agg-1", "1", chassis="02:00:00:00:00:02"))[0].b.device == "sw-1"
    assert cables(near("agg-1", "1", address="192.0.2.3"))[0].b.device == "sw-2"
    assert cables(near("sw-1", "25", name="AGG-1(SN0815)"))[0].b.device == "agg-1"
    assert cables(near("agg-1", "1", name="lenina 3"))[0].b.device == "sw-1"


def test_marks_that_quarrel_are_a_conflict() -> None:
    (one,) = cables(near("agg-1", "1", chassis="02:00:00:00:00:02", name="sw-2"))
    assert one.b.device == "sw-1"
    assert one.conflicts == ("sw-2 is sw-1 by one mark and sw-2 by another",)


def test_one_port_that_hears_two_of_ours_is_a_conflict_on_both() -> None:
    found = cables(near("agg-1", "1", name="sw-1"), near("agg-1", "1", name="sw-2"))
    assert [one.conflicts for one in found] == [
        ("agg-1:1 also hears sw-2",),
        ("agg-1:1 also hears sw-1",),
    ]


def test_whom_nobody_knows_is_a_stranger_and_no_link() -> None:
    links, strangers = heard([near("agg-1", "9", name="cpe-77", address="10.0.0.9")], TOWN)
    assert links == ()
    assert [(one.device, one.port, one.called) for one in strangers] == [("agg-1", "9", "cpe-77")]


def test_what_hears_itself_is_no_link() -> None:
    assert heard([near("agg-1", "3", name="agg-1")], TOWN) == ((), ())


def propose(*recorded: Edge, heard_: tuple[Heard, ...]) -> tuple[Proposal, ...]:
    directed = [
        Directed(
            heard=one,
            edge=Edge(
                device=one.b.device,
                parent=one.a.device,
                device_port=one.b.port,
                parent_port=one.a.port,
            ),
        )
        for one in heard_
    ]
    return proposals(directed, recorded, TOWN)


LINK = Edge(device="sw-1", parent="agg-1", device_port="25", parent_port="Gi1/0/1")
HEARD = cables(near("agg-1", "GigabitEthernet1/0/1", name="sw-1", remote_ports=("25",)))


def test_a_link_that_is_heard_as_recorded_agrees_however_its_ports_are_spelt() -> None:
    assert [one.fit for one in propose(LINK, heard_=HEARD)] == [Fit.AGREES]
    bare = Edge(device="sw-1", parent="agg-1")
    assert [one.fit for one in propose(bare, heard_=HEARD)] == [Fit.AGREES]


def test_another_port_differs_and_says_which() -> None:
    moved = Edge(device="sw-1", parent="agg-1", device_port="25", parent_port="Gi1/0/9")
    (one,) = propose(moved, heard_=HEARD)
    assert one.fit is Fit.DIFFERS
    assert one.why == ("agg-1: GigabitEthernet1/0/1 is heard, Gi1/0/9 is recorded",)


def test_a_port_that_leads_elsewhere_in_the_inventory_differs() -> None:
    elsewhere = Edge(device="sw-2", parent="agg-1", device_port="1", parent_port="Gi1/0/1")
    fits = {one.fit: one.why for one in propose(elsewhere, heard_=HEARD)}
    assert fits[Fit.DIFFERS] == ("agg-1:Gi1/0/1 leads to sw-2 in the inventory",)
    assert Fit.MISSING in fits


def test_what_nobody_could_tell_is_not_missing() -> None:
    far = Edge(device="sw-9", parent="agg-1")
    (one,) = [p for p in propose(far, heard_=HEARD) if p.recorded == far]
    assert one.fit is Fit.NOT_TOLD


def test_mndp_alone_proposes_nothing_new_for_it_passes_through_switches() -> None:
    through = cables(near("agg-1", "1", "mndp", name="sw-2", remote_ports=("ether1",)))
    assert propose(heard_=through) == ()
    both = cables(
        near("agg-1", "1", "mndp", name="sw-2", remote_ports=("ether1",)),
        near("sw-2", "ether1", "mndp", name="agg-1", remote_ports=("1",)),
    )
    (one,) = propose(heard_=both)
    assert (one.fit, one.sure) == (Fit.NEW, False)
