"""One RouterOS device: commands → rows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence

from netdiag.lab.history import Scene
from netdiag.lab.routeros import bridge, dhcp, iface, ip, log, ping, ppp, queue, system
from netdiag.lab.routeros.ask import Ask, Row
from netdiag.lab.routeros_api import NO_SUCH_COMMAND, Command, Trap
from netdiag.lab.things import PortKey

_TABLES: dict[str, Callable[[Ask], list[Row]]] = {
    "/system/resource": system.resource,
    "/system/identity": system.identity,
    "/system/clock": system.clock,
    "/system/health": system.health,
    "/system/routerboard": system.routerboard,
    "/interface": iface.interface,
    "/interface/ethernet": iface.ethernet,
    "/interface/vlan": iface.vlan,
    "/interface/bridge/host": bridge.host,
    "/interface/bridge/port": bridge.port,
    "/interface/bridge/vlan": bridge.vlan,
    "/ip/arp": ip.arp,
    "/ip/neighbor": ip.neighbor,
    "/ip/route": ip.route,
    "/log": log.log,
}
_ROUTER_TABLES: dict[str, Callable[[Ask], list[Row]]] = {
    "/ppp/active": ppp.active,
    "/ppp/secret": ppp.secret,
    "/interface/pppoe-server": ppp.pppoe_server,
    "/ip/dhcp-server": dhcp.servers,
    "/ip/dhcp-server/lease": dhcp.lease,
    "/ip/dhcp-server/alert": dhcp.alert,
    "/ip/pool": ip.pool,
    "/ip/pool/used": ip.pool_used,
    "/ip/firewall/address-list": ip.address_list,
    "/ip/firewall/connection/tracking": ip.tracking,
    "/ip/firewall/nat": ip.nat,
    "/ip/address": ip.address,
    "/queue/simple": queue.simple,
    "/radius": system.radius,
}
_ACTIONS: dict[str, Callable[[Ask], list[Row]]] = {
    "/interface/ethernet/monitor": iface.monitor,
    "/interface/ethernet/cable-test": iface.cable_test,
    "/interface/pppoe-server/monitor": ppp.pppoe_server_monitor,
    "/radius/monitor": system.radius_monitor,
    "/tool/torch": ping.torch,
}


class RouterosDevice:
    """Answers commands for one device. Nothing is answered while it cannot be reached.

    `haste` is how much faster than in life pings go (1.0: as asked for); `tested` hears of every
    cable test, `switched` of ports that are disabled and enabled."""

    def __init__(
        self,
        device: str,
        *,
        scene: Callable[[], Scene],
        clock: Callable[[], float],
        haste: float,
        tested: Callable[[str, str], None],
        switched: Callable[[PortKey, bool], None] = lambda _port, _up: None,
    ) -> None:
        self._switched = switched
        self._device = device
        self._scene = scene
        self._clock = clock
        self._haste = haste
        self._tested = tested

    def __call__(self, command: Command) -> Awaitable[Sequence[Row] | Trap] | AsyncIterator[Row]:
        """The handler of the API server."""
        ask = self._ask(command)
        if command.path in ("/ping", "/tool/ping"):
            return self._stream(
                ping.ping(ask), ping.seconds(command.attributes.get("interval", ""), 1.0)
            )
        return self._rows(command.path, ask)

    def _ask(self, command: Command) -> Ask:
        scene = self._scene()
        device = scene.world.devices[self._device]
        return Ask(scene, device, self._clock(), command.attributes)

    async def _rows(self, path: str, ask: Ask) -> Sequence[Row] | Trap:
        menu, _, verb = path.rpartition("/")
        if menu == "/interface/ethernet" and verb in ("disable", "enable"):
            return self._switch(ask, up=verb == "enable")
        if path in _ACTIONS:
            rows = _ACTIONS[path](ask)
            if path.endswith("cable-test"):
                for row in rows:
                    self._tested(self._device, row["name"])
            return rows
        tables = _TABLES if ask.is_switch else {**_TABLES, **_ROUTER_TABLES}
        if verb in ("print", "getall") and menu in tables:
            return tables[menu](ask)
        return NO_SUCH_COMMAND

    def _switch(self, ask: Ask, *, up: bool) -> Sequence[Row] | Trap:
        name = ask.attributes.get("numbers", "")
        if not any(port.name == name for port in ask.ports()):
            return Trap("no such item")
        self._switched((self._device, name), up)
        return []

    async def _stream(self, rows: Iterator[Row], interval: float) -> AsyncIterator[Row]:
        for row in rows:
            await asyncio.sleep(interval / self._haste)
            yield row
