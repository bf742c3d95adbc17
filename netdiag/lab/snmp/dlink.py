"""D-Link DES-3200 and DGS-3000: load, LBD-MIB, PORT-SECURITY-MIB, CABLE-DIAG-MIB."""

from __future__ import annotations

from netdiag.lab.link import cable
from netdiag.lab.snmp.ber import oid
from netdiag.lab.snmp.table import Table, gauge
from netdiag.lab.snmp.tdr import Oids, tested
from netdiag.lab.snmp.view import View
from netdiag.lab.things import Block, PairState, Port

_LBD = "1.3.6.1.4.1.171.12.41.3.1.1"
_SECURITY = "1.3.6.1.4.1.171.12.63.3.1.1.1"
_TDR = "1.3.6.1.4.1.171.12.58.1.1.1"
ACTION: Oids = {oid(f"{_TDR}.12"): 1}

_NORMAL, _LOOP = 1, 2
_OTHER, _DONE = 8, 3
# ok(0) open(1) short(2); a powered-off far end terminates the pair: link down, pairs ok
_PAIR = {PairState.OK: 0, PairState.OPEN: 1, PairState.SHORT: 2, PairState.OFF: 0}


def add_dlink(table: Table, view: View) -> None:
    """Everything of the make."""
    table.add("1.3.6.1.4.1.171.12.1.1.6.1", 0, gauge(view.device.cpu_pct))
    table.add("1.3.6.1.4.1.171.12.1.1.6.2", 0, gauge(view.device.cpu_pct))
    table.add("1.3.6.1.4.1.171.12.11.1.8.1.2", 1, int(view.device.temp_c))
    for port in view.edge_ports():
        number = port.number
        table.add(_LBD, (1, number), number)
        table.add(_LBD, (2, number), 1)
        table.add(_LBD, (4, number), _LOOP if port.block is Block.LOOP else _NORMAL)
        table.add(_SECURITY, (2, number), port.mac_limit)
        table.add(_SECURITY, (3, number), 3)
        table.add(_SECURITY, (4, number), 1)
        table.add(_SECURITY, (5, number), 1)
        _add_tdr(table, view, port)


def _add_tdr(table: Table, view: View, port: Port) -> None:
    """Columns: 3 link, 4–7 pair states, 8–11 metres, 12 action and, while it runs, progress."""
    number = port.number
    found = cable(view.world, port.key) if tested(view.scene, port.key) else ()
    table.add(_TDR, (1, number), number)
    table.add(_TDR, (2, number), 0 if port.max_mbps <= 100 else 1)
    table.add(_TDR, (3, number), 1 if view.link(port).up else 0)
    for place in range(4):
        pair = found[place] if place < len(found) else None
        table.add(_TDR, (4 + place, number), _PAIR[pair.state] if pair else _OTHER)
        metres = pair.metres if pair and pair.state is not PairState.OFF else 0
        table.add(_TDR, (8 + place, number), round(metres))
    table.add(_TDR, (12, number), _DONE)
    table.add(_TDR, (13, number), _DONE)
