"""Eltex MES: load, power, loop detection by VLAN, RADLAN-PHY and ELTEX-MES-PHY cable test."""

from __future__ import annotations

from netdiag.lab.link import cable
from netdiag.lab.snmp.ber import oid
from netdiag.lab.snmp.table import Table, counter32
from netdiag.lab.snmp.tdr import Oids, tested
from netdiag.lab.snmp.view import View
from netdiag.lab.things import Block, PairState, Port

_RADLAN = "1.3.6.1.4.1.89"
_MES = "1.3.6.1.4.1.35265.1.23"
_TDR = f"{_MES}.90.1.1.1"
_UNIT = 1
ACTION: Oids = {oid(f"{_RADLAN}.90.1.1.1.1"): 2}

_NORMAL, _CRITICAL = 1, 3  # RlEnvMonState
_ACTIVE, _BLOCKED = 1, 2  # eltLbdVlanBasedVlanState
_PAIR = {PairState.OK: 1, PairState.OPEN: 2, PairState.SHORT: 3, PairState.OFF: 1}


def add_eltex(table: Table, view: View) -> None:
    """Everything of the make."""
    device = view.device
    mains = _NORMAL if device.mains else _CRITICAL
    table.add(f"{_RADLAN}.1", (7, 0), int(device.cpu_pct))
    table.add(f"{_RADLAN}.1", (8, 0), int(device.cpu_pct))
    table.add(f"{_RADLAN}.1", (9, 0), int(device.cpu_pct))
    table.add(f"{_RADLAN}.53.15.1", (2, _UNIT), mains)
    table.add(f"{_RADLAN}.53.15.1", (10, _UNIT), int(device.temp_c))
    table.add(f"{_MES}.11.1.1", (2, 1), _NORMAL)
    table.add(f"{_MES}.11.1.1", (3, 1), 100 if device.mains else 62)
    for port in view.edge_ports():
        blocked = port.block is Block.LOOP
        table.add(
            f"{_MES}.127.4.1", (3, port.if_index, port.pvid), _BLOCKED if blocked else _ACTIVE
        )
        drops = counter32(view.read(port.key, "out_discards"))
        table.add(f"{_MES}.1.8.1.2.1.1.1", (5, port.if_index, 1), drops)
        _add_tdr(table, view, port)


def _add_tdr(table: Table, view: View, port: Port) -> None:
    """Columns: 2–5 pair states, 6–9 metres."""
    index = port.if_index
    table.add(f"{_RADLAN}.90.1.1.1", (1, index), 1)
    if not tested(view.scene, port.key):
        return
    for place, pair in enumerate(cable(view.world, port.key)):
        table.add(_TDR, (2 + place, index), _PAIR[pair.state])
        table.add(_TDR, (6 + place, index), round(pair.metres))
