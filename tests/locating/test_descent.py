"""From the port on which an address is learned to the next device towards it."""

from __future__ import annotations

from netdiag.locating.descent import Step, step
from netdiag.model.subscriber import Link

LINKS = (
    Link(device="agg-1", parent="core-1", device_port="Te1/0/1", parent_port="Te1/0/8"),
    Link(device="sw-1", parent="agg-1", device_port="25", parent_port="Gi1/0/1"),
    Link(device="sw-2", parent="agg-1", device_port="25", parent_port="Gi1/0/2"),
    Link(device="sw-3", parent="agg-1"),
    Link(device="sw-9", parent="sw-3", device_port="ether1"),
)


def test_a_port_towards_a_device_leads_to_it() -> None:
    assert step("agg-1", ["GigabitEthernet1/0/2"], LINKS) == Step(port="Gi1/0/2", below=("sw-2",))


def test_the_uplink_leads_up_and_is_never_his_port() -> None:
    assert step("sw-1", ["25"], LINKS, ["25", "7"]) == Step(port="25", above=True)


def test_a_port_with_subscribers_on_file_is_his_in_the_inventorys_spelling() -> None:
    assert step("sw-3", ["gi1/0/7"], LINKS, ["Gi1/0/7"]) == Step(port="Gi1/0/7", here=True)


def test_a_port_of_nobody_is_his_where_the_uplinks_are_known() -> None:
    assert step("sw-1", ["8"], LINKS, ["7"]) == Step(port="8", here=True)


def test_where_the_uplink_is_not_known_the_port_may_be_it() -> None:
    assert step("sw-3", ["ether2"], LINKS[:4]) == Step(port="ether2", here=True, doubtful=True)


def test_behind_a_port_that_no_link_names_any_of_the_unnamed_devices_may_be() -> None:
    found = step("agg-1", ["Gi1/0/9"], LINKS)
    assert (found.below, found.doubtful) == (("sw-3",), True)
