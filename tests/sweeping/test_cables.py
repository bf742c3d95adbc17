"""VLANs, bridges and bonds that their agent calls Ethernet have no cable."""

import pytest

from netdiag.content.load import load
from netdiag.model.wire import Sheet
from netdiag.sweeping.cables import virtual
from netdiag.sweeping.read import read

NAMES = next(sheet for sheet in load().sheets_of("generic") if sheet.id == "sweep-names")
TYPE, DESCR, NAME = "1.3.6.1.2.1.2.2.1.3", "1.3.6.1.2.1.2.2.1.2", "1.3.6.1.2.1.31.1.1.1.1"


def soft(names: list[str], column: str = NAME) -> set[str]:
    """Those of the names that have no cable, all of them of type 6."""
    rows = dict(enumerate(names))
    table, _ = read([NAMES], Sheet(columns={
        TYPE: {str(n): 6 for n in rows}, column: {str(n): name for n, name in rows.items()},
    }))  # fmt: skip
    return {rows[int(key)] for key, told in virtual(table).items() if told}


@pytest.mark.parametrize("column", [NAME, DESCR])
def test_names_that_no_port_with_a_cable_has(column: str) -> None:
    made = ["vlan100", "Vlan-interface10", "VLAN-IF82", "br0", "br-lan", "ubond0", "veth0aabb96",
            "port-channel 1", "link-aggregation 31", "Eth-Trunk2", "lo0", "irb"]  # fmt: skip
    real = ["Gi1/0/1", "port1.0.1", "Port 3", "ether1", "ge-0/0/0", "WAN port", "LAN_PORT1", "1",
            "Slot0/9", "Eth44/4(Port47)", "broadband1", "local1"]  # fmt: skip
    assert soft([*made, *real], column) == set(made)


def test_a_part_of_another_port_has_none_of_its_own() -> None:
    assert soft(["eth6", "eth6.500", "port1.0.1", "port1.0.2"]) == {"eth6.500"}
