"""MikroTik: statistics and health (MIKROTIK-MIB), PPP sessions (CISCO-AAA-SESSION-MIB)."""

from __future__ import annotations

from netdiag.lab.history import link_downs
from netdiag.lab.snmp.ber import IP, Value
from netdiag.lab.snmp.table import Table, counter32, counter64, gauge
from netdiag.lab.snmp.view import View
from netdiag.lab.things import Model, Service

_STATS = "1.3.6.1.4.1.14988.1.1.14.1.1"
_HEALTH = "1.3.6.1.4.1.14988.1.1.3"
_SESSIONS = "1.3.6.1.4.1.9.9.150.1.1"
_COLUMNS = {45: "fcs", 46: "align", 82: "late", 85: "out_discards"}


def add_mikrotik(table: Table, view: View) -> None:
    """Everything of the make."""
    table.add(_HEALTH, (10, 0), int(view.device.temp_c * 10))
    table.add(_HEALTH, (8, 0), 240)
    for port in view.ports():
        index, key = port.if_index, port.key
        table.add(_STATS, (1, index), index)
        table.add(_STATS, (2, index), port.name)
        for column, name in _COLUMNS.items():
            table.add(_STATS, (column, index), counter64(view.read(key, name)))
        downs = counter32(lambda now, key=key: link_downs(view.scene, key, now))  # type: ignore[misc]
        table.add(_STATS, (90, index), downs)
    if view.model in (Model.BNG6, Model.BNG7):
        _add_sessions(table, view)


def _add_sessions(table: Table, view: View) -> None:
    homes = [
        home
        for home in view.world.homes.values()
        if home.bng == view.device.id
        and home.service is Service.PPPOE
        and (home.id in view.scene.started or home.session is not None)
    ]
    table.add(_SESSIONS, (1, 0), gauge(len(homes)))
    for number, home in enumerate(homes, start=1):
        table.add(_SESSIONS, (3, 1, 2, number), home.login)
        address = bytes(int(part) for part in home.ip.split("."))
        table.add(_SESSIONS, (3, 1, 3, number), Value(IP, address))
