"""One question to one RouterOS device, with everything needed to answer it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from netdiag.lab.history import Scene
from netdiag.lab.routeros.text import date
from netdiag.lab.things import Device, Home, Model, Port, Service, World

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Ask:
    """`attributes` are the `=key=value` words of the command."""

    scene: Scene
    device: Device
    now: float
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def world(self) -> World:
        """The world of the scene."""
        return self.scene.world

    @property
    def v6(self) -> bool:
        """Speaks RouterOS 6.49, otherwise 7.16."""
        return self.device.model is Model.BNG6

    @property
    def is_switch(self) -> bool:
        """A CRS that only bridges."""
        return self.device.model is Model.CRS

    def homes(self, service: Service | None = None) -> list[Home]:
        """Homes that this router serves."""
        return [
            home
            for home in self.world.homes.values()
            if home.bng == self.device.id and service in (None, home.service)
        ]

    def vlans(self) -> list[int]:
        """VLANs of its homes."""
        return sorted({home.vlan for home in self.homes()})

    def ports(self) -> list[Port]:
        """Its Ethernet ports, in order."""
        mine = (port for port in self.world.ports.values() if port.device == self.device.id)
        return sorted(mine, key=lambda port: port.number)

    def date(self, moment: float) -> str:
        """A date in the device's own form."""
        return date(moment, v6=self.v6)


def numbered(rows: Iterable[Row]) -> list[Row]:
    """Rows with the `.id` that every row of a table has."""
    return [{".id": f"*{place:X}", **row} for place, row in enumerate(rows, start=1)]
