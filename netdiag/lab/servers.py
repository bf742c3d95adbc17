"""All servers of the lab on one event loop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from netdiag.lab.files import MIKROTIK, USER, ZONE_NAME, Keys, Ports
from netdiag.lab.gate import Gate
from netdiag.lab.history import Scene
from netdiag.lab.routeros.router import RouterosDevice
from netdiag.lab.routeros.system import version
from netdiag.lab.routeros_api import RouterosApiServer
from netdiag.lab.shell import cli
from netdiag.lab.shell.server import SshServer
from netdiag.lab.shell.terminal import Terminal
from netdiag.lab.snmp.agent import Agent
from netdiag.lab.snmp.ber import Oid
from netdiag.lab.snmp.build import admin_state, build, cable_test
from netdiag.lab.snmp.table import Table
from netdiag.lab.stage import Stage
from netdiag.lab.things import Device, Model, PortKey
from netdiag.lab.udp import Echo, Resolver
from netdiag.lab.ways import way_to

_INSIDE = "127.0.0.1"
Close = Callable[[], Awaitable[None]]


class Servers:
    """Starts them, tells their fronts who lives, closes them. `tested` hears of cable tests."""

    def __init__(
        self, stage: Stage, *, base: str, ports: Ports, keys: Keys, haste: float,
        tested: Callable[[PortKey], None],
    ) -> None:  # fmt: skip
        self._stage = stage
        self._base = base
        self._ports = ports
        self._keys = keys
        self._haste = haste
        self._tested = tested
        self._gates: dict[tuple[str, int], Gate] = {}
        self._closing: list[Close] = []
        self._tables: dict[tuple[str, int | None], tuple[Scene, Table]] = {}

    async def start(self) -> None:
        """Start everything. Raises OSError when an address is taken."""
        for device in self._stage.scene.world.devices.values():
            await self._start_snmp(device)
            if device.model in MIKROTIK:
                await self._start_routeros(device)
            if cli.has_shell(device):
                await self._start_ssh(device)
        stage = self._stage
        echo = Echo(lambda address: way_to(stage.scene.world, address, stage.alive))
        await self._udp(echo, f"{self._base}.0.1", self._ports.echo)
        resolver = Resolver(ZONE_NAME, "203.0.113.10", lambda: stage.scene.world.net.dns_up)
        await self._udp(resolver, f"{self._base}.0.53", self._ports.dns)

    def follow(self) -> None:
        """Silence the fronts of those who died, open those of the healed."""
        for (device, _), gate in self._gates.items():
            gate.set_alive(self._stage.alive(device))

    async def close(self) -> None:
        """Close everything."""
        for close in reversed(self._closing):
            await close()

    async def _udp(self, protocol: Agent | Echo | Resolver, host: str, port: int) -> None:
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(lambda: protocol, local_addr=(host, port))

        async def close() -> None:
            protocol.close()

        self._closing.append(close)

    async def _start_snmp(self, device: Device) -> None:
        name = device.id
        agent = Agent(
            alive=lambda: self._stage.alive(name),
            table=lambda community: self._table(name, community),
            write=lambda oid, value: self._write(name, oid, value),
            clock=time.time,
        )
        await self._udp(agent, device.host, self._ports.snmp)

    async def _start_routeros(self, device: Device) -> None:
        handler = RouterosDevice(
            device.id,
            scene=lambda: self._stage.scene,
            clock=time.time,
            haste=self._haste,
            tested=lambda name, port: self._tested((name, port)),
            switched=lambda port, up: self._stage.order(port, admin_up=up),
        )
        server = RouterosApiServer(
            users={USER: self._keys.routeros}, handler=handler, version=version(device.model)
        )
        await server.start(_INSIDE)
        self._closing.append(server.close)
        await self._front(device, self._ports.routeros, server.port)

    async def _start_ssh(self, device: Device) -> None:
        loop = asyncio.get_running_loop()

        def tested(key: PortKey) -> None:  # called in the thread of a session
            loop.call_soon_threadsafe(self._tested, key)

        def changed(key: PortKey, changes: dict[str, object]) -> None:
            loop.call_soon_threadsafe(lambda: self._stage.order(key, **changes))

        server = SshServer(
            user=USER,
            password=self._keys.ssh,
            talk=lambda: Terminal(device.id, lambda: self._stage.scene, tested, changed),
        )
        inner = await server.start(_INSIDE)
        self._closing.append(server.close)
        await self._front(device, self._ports.ssh, inner)

    async def _front(self, device: Device, port: int, inner: int) -> None:
        gate = Gate(device.host, port, (_INSIDE, inner))
        await gate.start()
        self._gates[device.id, port] = gate
        self._closing.append(gate.close)

    def _table(self, device: str, community: bytes) -> Table | None:
        """The instances for a community; Cisco also knows `community@vlan`."""
        name, _, vlan = community.decode(errors="replace").partition("@")
        cisco = self._stage.scene.world.devices[device].model is Model.IOS
        if name != self._keys.community or (vlan and not (cisco and vlan.isdigit())):
            return None
        key, scene = (device, int(vlan) if vlan else None), self._stage.scene
        kept = self._tables.get(key)
        if kept is None or kept[0] is not scene:
            kept = (scene, build(scene, device, key[1]))
            self._tables[key] = kept
        return kept[1]

    def _write(self, device: str, name: Oid, value: int) -> bool:
        switched = admin_state(self._stage.scene, device, name, value)
        if switched is not None:
            self._stage.order(switched[0], admin_up=switched[1])
            return True
        port = cable_test(self._stage.scene, device, name, value)
        if port is not None:
            self._tested(port)
        return port is not None
