"""Huawei VRP: load, loop detection (HUAWEI-LDT-MIB), hwVirtualCableTest."""

from __future__ import annotations

from netdiag.lab.link import cable
from netdiag.lab.snmp.ber import oid
from netdiag.lab.snmp.table import Table
from netdiag.lab.snmp.tdr import Oids, tested
from netdiag.lab.snmp.view import View
from netdiag.lab.things import Block, PairState, Port

_HUAWEI = "1.3.6.1.4.1.2011.5.25"
_TDR = f"{_HUAWEI}.31.1.1.7.1"
_BOARD = 67371017
ACTION: Oids = {oid(f"{_TDR}.4"): 1}

_NORMAL, _SHUTDOWN = 1, 3
_UNKNOWN = 6
_PAIR = {PairState.OK: 1, PairState.OPEN: 2, PairState.SHORT: 3, PairState.OFF: 1}


def add_huawei(table: Table, view: View) -> None:
    """Everything of the make."""
    table.add(f"{_HUAWEI}.31.1.1.1.1", (5, _BOARD), int(view.device.cpu_pct))
    table.add(f"{_HUAWEI}.31.1.1.1.1", (11, _BOARD), int(view.device.temp_c))
    for port in view.edge_ports():
        loop = _SHUTDOWN if port.block is Block.LOOP else _NORMAL
        table.add(f"{_HUAWEI}.174.1.1.7.1", (6, port.if_index), loop)
        _add_tdr(table, view, port)


def _add_tdr(table: Table, view: View, port: Port) -> None:
    """Columns: 2 worst state, 3 metres, 6–9 pair states, 10–13 metres of the pairs."""
    index = port.if_index
    found = cable(view.world, port.key) if tested(view.scene, port.key) else ()
    states = [_PAIR[pair.state] for pair in found] or [_UNKNOWN] * 4
    metres = [round(pair.metres) for pair in found] or [0] * 4
    table.add(_TDR, (2, index), max(states))
    table.add(_TDR, (3, index), min(metres))
    table.add(_TDR, (4, index), 2)
    for place in range(4):
        table.add(_TDR, (6 + place, index), states[place])
        table.add(_TDR, (10 + place, index), metres[place])
