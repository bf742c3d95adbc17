"""BRIDGE-MIB (RFC 4188) and Q-BRIDGE-MIB (RFC 4363): learned addresses and VLANs."""

from __future__ import annotations

from collections.abc import Iterable

from netdiag.lab.link import macs
from netdiag.lab.reach import path_up, uplink_of
from netdiag.lab.snmp.ber import text
from netdiag.lab.snmp.table import Table, gauge, mac_index, mac_octets
from netdiag.lab.snmp.view import View
from netdiag.lab.things import Model, Port

_BASE = "1.3.6.1.2.1.17.1"
_FDB = "1.3.6.1.2.1.17.4"
_Q = "1.3.6.1.2.1.17.7.1"
_LEARNED = 3
ROUTER_MAC = "02:77:d0:00:02:ff"  # the routers' side of every VLAN

HAS_Q_BRIDGE = (Model.GENERIC, Model.DES, Model.DGS, Model.MES, Model.VRP)


def learned(view: View) -> list[tuple[str, int, Port]]:
    """MAC, VLAN and port of all addresses that the device has learned."""
    found = [
        (mac, vlan, port) for port in view.edge_ports() for mac, vlan in macs(view.world, port.key)
    ]
    found += _from_below(view)
    up = uplink_of(view.world, view.device.id)
    if up is not None and view.edge_ports():
        port = view.world.ports[up]
        found += [(ROUTER_MAC, vlan, port) for vlan in port.tagged]
    return found


def _from_below(view: View) -> Iterable[tuple[str, int, Port]]:
    """Addresses of homes behind the switches that hang on this one."""
    for home in view.world.homes.values():
        path = path_up(view.world, home.plugged[0])
        if view.device.id not in path[1:]:
            continue
        child = path[path.index(view.device.id) - 1]
        wires = (
            w for w in view.world.wires if w.child[0] == child and w.parent[0] == view.device.id
        )
        parent = next(iter(wires)).parent
        if view.link(view.world.ports[parent]).up:
            for mac, vlan in macs(view.world, home.plugged):
                if vlan in view.world.ports[parent].tagged:
                    yield mac, vlan, view.world.ports[parent]


def add_bridge(table: Table, view: View) -> None:
    """Both MIBs, as far as this make serves them."""
    ports = view.ports()
    table.add(_BASE, (1, 0), text(mac_octets(view.device.mac)))
    table.add(_BASE, (2, 0), len(ports))
    table.add(_BASE, (3, 0), 2)
    for port in ports:
        table.add(_BASE, (4, 1, 1, port.number), port.number)
        table.add(_BASE, (4, 1, 2, port.number), port.if_index)
    table.add(_FDB, (2, 0), 300)
    rows = learned(view)
    if view.model is Model.IOS:  # one bridge per VLAN, chosen by community@vlan
        rows = [row for row in rows if row[1] == (view.vlan or 1)]
    for mac, _, port in rows:
        index = mac_index(mac)
        table.add(_FDB, (3, 1, 1, *index), text(mac_octets(mac)))
        table.add(_FDB, (3, 1, 2, *index), port.number)
        table.add(_FDB, (3, 1, 3, *index), _LEARNED)
    if view.model in HAS_Q_BRIDGE:
        _add_q_bridge(table, ports, rows)


def port_list(numbers: Iterable[int]) -> bytes:
    """PortList: the highest bit of the first octet is bridge port 1."""
    octets = bytearray(8)
    for number in numbers:
        octets[(number - 1) // 8] |= 128 >> (number - 1) % 8
    return bytes(octets)


def _add_q_bridge(table: Table, ports: list[Port], rows: list[tuple[str, int, Port]]) -> None:
    for mac, vlan, port in rows:
        index = (vlan, *mac_index(mac))
        table.add(_Q, (2, 2, 1, 2, *index), port.number)
        table.add(_Q, (2, 2, 1, 3, *index), _LEARNED)
    vlans = {1} | {port.pvid for port in ports} | {v for port in ports for v in port.tagged}
    for vlan in sorted(vlans):
        untagged = [p.number for p in ports if not p.uplink and p.pvid == vlan]
        tagged = [p.number for p in ports if vlan in p.tagged]
        egress, plain = text(port_list([*untagged, *tagged])), text(port_list(untagged))
        table.add(_Q, (4, 2, 1, 3, 0, vlan), gauge(vlan))
        table.add(_Q, (4, 2, 1, 4, 0, vlan), egress)
        table.add(_Q, (4, 2, 1, 5, 0, vlan), plain)
        table.add(_Q, (4, 2, 1, 6, 0, vlan), 2)
        table.add(_Q, (4, 3, 1, 1, vlan), f"vlan{vlan}")
        table.add(_Q, (4, 3, 1, 2, vlan), egress)
        table.add(_Q, (4, 3, 1, 4, vlan), plain)
        table.add(_Q, (4, 3, 1, 5, vlan), 1)
    for port in ports:
        table.add(_Q, (4, 5, 1, 1, port.number), gauge(port.pvid))
