"""IF-MIB (RFC 2863): ifTable and ifXTable."""

from __future__ import annotations

from netdiag.lab.history import link_since
from netdiag.lab.snmp.ber import Value, text
from netdiag.lab.snmp.table import Table, counter32, counter64, gauge, mac_octets, ticks
from netdiag.lab.snmp.view import View, port_mac
from netdiag.lab.things import Model, Port

_IF = "1.3.6.1.2.1.2.2.1"
_X = "1.3.6.1.2.1.31.1.1.1"
_UP, _DOWN = 1, 2
_MAX_GAUGE = 4294967295

_OCTETS_32 = {
    10: ("in_octets",), 11: ("in_ucast",), 12: ("in_mcast", "in_bcast"), 13: ("in_discards",),
    14: ("fcs", "align"), 15: (), 16: ("out_octets",), 17: ("out_ucast",),
    18: ("out_mcast", "out_bcast"), 19: ("out_discards",), 20: ("late",),
}  # fmt: skip
_X_32 = {2: "in_mcast", 3: "in_bcast", 4: "out_mcast", 5: "out_bcast"}
_X_64 = {
    6: "in_octets", 7: "in_ucast", 8: "in_mcast", 9: "in_bcast",
    10: "out_octets", 11: "out_ucast", 12: "out_mcast", 13: "out_bcast",
}  # fmt: skip


def add_interfaces(table: Table, view: View) -> None:
    """All ports of the device."""
    ports = view.ports()
    table.add("1.3.6.1.2.1.2.1", 0, len(ports))
    for port in ports:
        _add_state(table, view, port)
        _add_counters(table, view, port)
        _add_names(table, view, port)


def describe(view: View, port: Port) -> str:
    """ifDescr, as each make writes it."""
    if view.model is Model.DES:
        return f"D-Link DES-3200-10 R4.04.004 Port {port.number}"
    if view.model is Model.DGS:
        return f"D-Link DGS-3000-10TC R4.00.010 Port {port.number}"
    if view.model is Model.MES:
        long = {"gi": "gigabitethernet", "te": "tengigabitethernet"}
        return long[port.name[:2]] + port.name[2:]
    if view.model is Model.IOS:
        long = {"Gi": "GigabitEthernet", "Te": "TenGigabitEthernet"}
        return long[port.name[:2]] + port.name[2:]
    return port.name


def _add_state(table: Table, view: View, port: Port) -> None:
    state, index, device = view.link(port), port.if_index, view.device
    bits = state.mbps * 1_000_000
    table.add(_IF, (1, index), index)
    table.add(_IF, (2, index), describe(view, port))
    table.add(_IF, (3, index), 6)
    table.add(_IF, (4, index), 1500)
    table.add(_IF, (5, index), gauge(min(bits, _MAX_GAUGE)))
    table.add(_IF, (6, index), text(mac_octets(port_mac(port, device))))
    table.add(_IF, (7, index), _UP if port.admin_up else _DOWN)
    table.add(_IF, (8, index), _UP if state.up else _DOWN)
    # a stamp of sysUpTime, 0 when the state is older than the last start (RFC 2863)
    changed = ticks(lambda now: link_since(view.scene, port.key, now) - device.up_since(now))
    table.add(_IF, (9, index), changed)


def _add_counters(table: Table, view: View, port: Port) -> None:
    index, key = port.if_index, port.key
    for column, names in _OCTETS_32.items():
        table.add(_IF, (column, index), counter32(view.read(key, *names)))
    for column, name in _X_32.items():
        table.add(_X, (column, index), counter32(view.read(key, name)))
    if view.model is Model.DES:  # has no 64-bit counters
        return
    for column, name in _X_64.items():
        table.add(_X, (column, index), counter64(view.read(key, name)))


def _add_names(table: Table, view: View, port: Port) -> None:
    index = port.if_index
    table.add(_X, (1, index), port.name)
    table.add(_X, (14, index), 1)
    table.add(_X, (15, index), gauge(view.link(port).mbps))
    table.add(_X, (16, index), 2)
    table.add(_X, (17, index), 1)
    table.add(_X, (18, index), port.alias)
    table.add(_X, (19, index), _discontinuity(view))


def _discontinuity(view: View) -> Value:
    """ifCounterDiscontinuityTime: 0, the counters have run since the start."""
    return Value(0x43, 0)
