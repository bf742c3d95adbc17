"""The whole table of one device, and what a SET may do to it."""

from __future__ import annotations

from collections.abc import Callable

from netdiag.lab.history import Scene
from netdiag.lab.snmp import cisco, dlink, eltex, huawei, mikrotik
from netdiag.lab.snmp.ber import Oid
from netdiag.lab.snmp.bridge import add_bridge
from netdiag.lab.snmp.ether import add_ethernet
from netdiag.lab.snmp.interfaces import add_interfaces
from netdiag.lab.snmp.system import add_system
from netdiag.lab.snmp.table import Table
from netdiag.lab.snmp.tdr import Oids, started
from netdiag.lab.snmp.view import View
from netdiag.lab.things import Model, PortKey

_VENDORS: dict[Model, Callable[[Table, View], None]] = {
    Model.DES: dlink.add_dlink,
    Model.DGS: dlink.add_dlink,
    Model.MES: eltex.add_eltex,
    Model.IOS: cisco.add_cisco,
    Model.VRP: huawei.add_huawei,
    Model.CRS: mikrotik.add_mikrotik,
    Model.BNG6: mikrotik.add_mikrotik,
    Model.BNG7: mikrotik.add_mikrotik,
}
_ADMIN_STATUS = (1, 3, 6, 1, 2, 1, 2, 2, 1, 7)
_ACTIONS: dict[Model, Oids] = {
    Model.DES: dlink.ACTION,
    Model.DGS: dlink.ACTION,
    Model.MES: eltex.ACTION,
    Model.VRP: huawei.ACTION,
}


def build(scene: Scene, device: str, vlan: int | None = None) -> Table:
    """All instances that the device has now."""
    view = View(scene, scene.world.devices[device], vlan)
    table = Table()
    add_system(table, view)
    add_interfaces(table, view)
    add_ethernet(table, view)
    if view.model not in (Model.BNG6, Model.BNG7):
        add_bridge(table, view)
    if view.model in _VENDORS:
        _VENDORS[view.model](table, view)
    return table


def admin_state(scene: Scene, device: str, name: Oid, value: int) -> tuple[PortKey, bool] | None:
    """The port that this SET of ifAdminStatus switches, and whether on; None for another one."""
    if name[:-1] != _ADMIN_STATUS or value not in (1, 2):
        return None
    view = View(scene, scene.world.devices[device])
    ports = (port.key for port in view.ports() if port.if_index == name[-1])
    return next(((key, value == 1) for key in ports), None)


def cable_test(scene: Scene, device: str, name: Oid, value: int) -> PortKey | None:
    """The port on which this SET starts a cable test; None when it must not be written."""
    view = View(scene, scene.world.devices[device])
    index = started(_ACTIONS.get(view.model, {}), name, value)
    ports = (port for port in view.edge_ports() if index == port.if_index)
    return next((port.key for port in ports), None)
