"""Cisco IOS: CPU, temperature, VLAN membership, CISCO-ERR-DISABLE-MIB, CISCO-PORT-SECURITY-MIB."""

from __future__ import annotations

from netdiag.lab.link import home_at
from netdiag.lab.snmp.ber import text
from netdiag.lab.snmp.table import Table, counter32, gauge, mac_octets
from netdiag.lab.snmp.view import View
from netdiag.lab.things import Block, Port

_CISCO = "1.3.6.1.4.1.9.9"
_SECURITY = f"{_CISCO}.315.1.2.1.1"
# cErrDisableIfStatusCause
_CAUSE = {Block.BPDU_GUARD: 2, Block.PORT_SECURITY: 9, Block.STORM: 14, Block.LOOP: 17}
_SECURE_UP, _SECURE_DOWN, _SHUTDOWN = 1, 2, 3


def add_cisco(table: Table, view: View) -> None:
    """Everything of the make."""
    device = view.device
    for column in (6, 7, 8):
        table.add(f"{_CISCO}.109.1.1.1.1", (column, 1), gauge(device.cpu_pct))
    table.add(f"{_CISCO}.13.1.3.1", (3, 1006), gauge(device.temp_c))
    for port in view.edge_ports():
        index = port.if_index
        table.add(f"{_CISCO}.68.1.2.2.1", (2, index), port.pvid)
        if port.block is not None:  # a row stands here only while the port is err-disabled
            table.add(f"{_CISCO}.548.1.3.1.1", (2, index, 0), _CAUSE[port.block])
            table.add(f"{_CISCO}.548.1.3.1.1", (3, index, 0), 0)
        _add_security(table, view, port)


def _add_security(table: Table, view: View, port: Port) -> None:
    index, beat, home = port.if_index, port.violations, home_at(view.world, port.key)
    state = _SECURE_UP if view.link(port).up else _SECURE_DOWN
    if port.block is Block.PORT_SECURITY:
        state = _SHUTDOWN
    table.add(_SECURITY, (1, index), 1)
    table.add(_SECURITY, (2, index), state)
    table.add(_SECURITY, (3, index), port.mac_limit)
    table.add(_SECURITY, (9, index), counter32(lambda now: beat.count(now) if beat else 0))
    if home is not None:
        last = (home.router.other_macs or (home.router.mac,))[-1]
        table.add(_SECURITY, (10, index), text(mac_octets(last)))
