"""What an agent's tables are made from: one device of the scene."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from netdiag.lab.history import Scene, counter
from netdiag.lab.link import Link, link, macs
from netdiag.lab.things import Device, Model, Port, PortKey, World

CPU_PORT = 0  # FDB entries of the device itself


@dataclass(frozen=True, slots=True)
class View:
    """One device at one moment of the lab; `vlan` is the VLAN of a Cisco `community@vlan`."""

    scene: Scene
    device: Device
    vlan: int | None = None

    @property
    def world(self) -> World:
        """The world of the scene."""
        return self.scene.world

    @property
    def model(self) -> Model:
        """How the device speaks."""
        return self.device.model

    def ports(self) -> list[Port]:
        """Its ports in the order of their numbers."""
        mine = (port for port in self.world.ports.values() if port.device == self.device.id)
        return sorted(mine, key=lambda port: port.number)

    def edge_ports(self) -> list[Port]:
        """Ports that are no uplinks."""
        return [port for port in self.ports() if not port.uplink]

    def link(self, port: Port) -> Link:
        """The link of a port."""
        return link(self.world, port.key)

    def read(self, key: PortKey, *names: str) -> Callable[[float], float]:
        """A reader of the sum of some counters of a port."""
        return lambda now: sum(counter(self.scene, key, name, now) for name in names)


def port_mac(port: Port, device: Device) -> str:
    """The MAC of a port: the device's, counted on."""
    return f"{device.mac[:-2]}{port.number:02x}"


def fdb(view: View) -> list[tuple[str, int, Port]]:
    """MAC, VLAN and port of every learned address, those of all homes above their switches too."""
    found = []
    for port in view.edge_ports():
        found += [(mac, vlan, port) for mac, vlan in macs(view.world, port.key)]
    return found
