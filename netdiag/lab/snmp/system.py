"""System group, engine (RFC 3418, 3411), host resources (RFC 2790)."""

from __future__ import annotations

from netdiag.lab.snmp.ber import OID, Value, oid
from netdiag.lab.snmp.table import Table, gauge, ticks
from netdiag.lab.snmp.view import View
from netdiag.lab.things import Model
from netdiag.lab.town import STREETS

_SYS = "1.3.6.1.2.1.1"
_ENGINE = "1.3.6.1.6.3.10.2.1"

# sysDescr, sysObjectID
IDENTITY = {
    Model.GENERIC: ("Ethernet switch, 10 ports, firmware 2.4.1", "1.3.6.1.4.1.8072.3.2.10"),
    Model.DES: ("DES-3200-10 Fast Ethernet Switch", "1.3.6.1.4.1.171.10.113.1.1"),
    Model.DGS: ("DGS-3000-10TC Gigabit Ethernet Switch", "1.3.6.1.4.1.171.10.133.1.1"),
    Model.MES: ("MES2324 AC 28-port 1G/10G Managed Switch", "1.3.6.1.4.1.35265.1.78"),
    Model.IOS: (
        "Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(7)E4, "
        "RELEASE SOFTWARE (fc2)",
        "1.3.6.1.4.1.9.1.1208",
    ),
    Model.VRP: (
        "S5720-12TP-LI-AC\r\nHuawei Versatile Routing Platform Software\r\n"
        " VRP (R) software, Version 5.170 (S5720 V200R011C10SPC600)",
        "1.3.6.1.4.1.2011.2.23.276",
    ),
    Model.CRS: ("RouterOS CRS326-24G-2S+", "1.3.6.1.4.1.14988.1"),
    Model.BNG7: ("RouterOS CCR2004-1G-12S+2XS", "1.3.6.1.4.1.14988.1"),
    Model.BNG6: ("RouterOS CCR1009-7G-1C-1S+", "1.3.6.1.4.1.14988.1"),
}
_HOST_RESOURCES = (Model.GENERIC, Model.CRS, Model.BNG7, Model.BNG6)


def add_system(table: Table, view: View) -> None:
    """sysDescr … sysServices, snmpEngine, and hrProcessorLoad where the make has it."""
    device = view.device
    descr, identity = IDENTITY[view.model]
    uptime = ticks(lambda now: now - device.up_since(now))
    table.add(_SYS, (1, 0), descr)
    table.add(_SYS, (2, 0), Value(OID, oid(identity)))
    table.add(_SYS, (3, 0), uptime)
    table.add(_SYS, (4, 0), "noc@example.test")
    table.add(_SYS, (5, 0), device.id)
    table.add(_SYS, (6, 0), STREETS.get(device.site, "Center node"))
    table.add(_SYS, (7, 0), 3)
    if view.model is not Model.DES:  # the DES-3200 keeps its engine to itself
        table.add(_ENGINE, (2, 0), lambda now: Value(2, device.boots(now)))
        table.add(_ENGINE, (3, 0), lambda now: Value(2, int(now - device.up_since(now))))
    if view.model in _HOST_RESOURCES:
        table.add("1.3.6.1.2.1.25.1.1", 0, uptime)
        table.add("1.3.6.1.2.1.25.3.3.1.2", 1, int(device.cpu_pct))
    if view.model is Model.GENERIC:
        _add_sensor(table, device.temp_c)


def _add_sensor(table: Table, celsius: float) -> None:
    """ENTITY-SENSOR-MIB (RFC 3433): one thermometer in tenths of a degree."""
    for column, value in ((1, 8), (2, 9), (3, 1), (4, int(celsius * 10)), (5, 1)):
        table.add("1.3.6.1.2.1.99.1.1.1", (column, 1), value)
    table.add("1.3.6.1.2.1.99.1.1.1", (7, 1), gauge(1000))
