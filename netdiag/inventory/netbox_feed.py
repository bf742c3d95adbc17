"""Devices and cables of NetBox (REST API, version 4) as a feed.

Shapes: `/api/dcim/devices/` and `/api/dcim/cables/` of NetBox 4; lists are `{count, results}`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from netdiag.inventory.cells import text_of
from netdiag.inventory.feed import Sink
from netdiag.inventory.http_json import JsonClient, dig, rows_of
from netdiag.inventory.keys import PhoneRule
from netdiag.inventory.orient import Cable, orient
from netdiag.inventory.records import Part, RawRow, SourceDownError
from netdiag.inventory.source_config import NetboxConfig
from netdiag.model.words import Role

_NOT_IN_USE = ("planned", "inventory", "decommissioning")
_INTERFACE = "dcim.interface"


@dataclass(slots=True)
class _Found:
    """What the devices told: name by NetBox's number, role by name."""

    names: dict[int, str] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NetboxFeed:
    """Reads one NetBox."""

    config: NetboxConfig

    @property
    def name(self) -> str:
        """Name of the source."""
        return self.config.name

    @property
    def kind(self) -> str:
        """The kind of source."""
        return "netbox"

    @property
    def where(self) -> str:
        """The address."""
        return self.config.url

    @property
    def phone(self) -> PhoneRule:
        """NetBox holds no phones."""
        return PhoneRule()

    @property
    def mapping(self) -> str:
        """Roles, platforms, site and filters."""
        c = self.config
        return repr((c.roles, c.platforms, c.site, c.filters))

    @property
    def refresh_s(self) -> float | None:
        """Age at which NetBox is asked again."""
        return self.config.remote.refresh_s

    def stamp(self) -> str:
        """A server tells no stamp: age decides."""
        return ""

    def read(self, sink: Sink) -> None:
        """Hand over devices in use of known roles, and the links that cables make of them."""
        found = _Found()
        with closing(JsonClient(self.name, self.config.remote)) as client:
            # config_context is costly for NetBox and not needed.
            params = {**self.config.filters, "exclude": "config_context"}
            for device in self._all(client, "devices", params):
                self._device(device, found, sink)
            cables = [
                cable
                for item in self._all(client, "cables", {})
                for cable in self._cables(item, found)
            ]
            panels = sum(1 for cable in cables if cable is None)
        if panels:
            sink.note(
                self.name,
                f"{panels} cables of these devices end at patch panels or circuits and are not "
                "followed. Give those links in a YAML or CSV source.",
            )
        self._links([c for c in cables if c], found, sink)

    def _links(self, cables: list[Cable], found: _Found, sink: Sink) -> None:
        for link in orient(cables, found.roles, self.name):
            cells = {
                "device": link.device,
                "device_port": link.device_port,
                "parent": link.parent,
                "parent_port": link.parent_port,
            }
            place = f"{self.name} cable {link.device} to {link.parent}"
            sink.add(Part.LINKS, RawRow(place=place, cells={k: v for k, v in cells.items() if v}))

    def _all(
        self, client: JsonClient, what: str, params: dict[str, str]
    ) -> Iterator[dict[str, Any]]:
        """Every object of a list. Pages are counted here: the `next` that NetBox gives may name
        a host that only its own proxy knows."""
        url = f"{self.config.url}/api/dcim/{what}/"
        offset, count = 0, 1
        while offset < count:
            page = client.get(
                url, {**params, "limit": str(self.config.page), "offset": str(offset)}
            )
            if page is None:
                raise SourceDownError(
                    f"{self.name!r} has no /api/dcim/{what}/ (status 404). 'url' must be the "
                    "address of NetBox itself, without /api."
                )
            results = rows_of(page, "results", self.name)
            yield from results
            if not results:
                return
            offset += len(results)
            count = int(page.get("count") or 0)

    def _device(self, device: dict[str, Any], found: _Found, sink: Sink) -> None:
        role = self.config.roles.get(text_of(dig(device, "role.slug")[1]))
        name = text_of(device.get("name"))
        number = device.get("id")
        if role is None or dig(device, "status.value")[1] in _NOT_IN_USE:
            return
        place = f"{self.name} device {number}"
        if not name or not isinstance(number, int):
            sink.note(place, f"a device of the role {role} without a name. It is left out.")
            return
        if number in found.names:  # a page moved while it was read
            return
        if name not in found.roles:
            found.names[number] = name
            found.roles[name] = Role(role)
        platform = text_of(dig(device, "platform.slug")[1])
        address = text_of(dig(device, "primary_ip4.address")[1]) or text_of(
            dig(device, "primary_ip.address")[1]
        )
        cells = {
            "id": name,
            "host": address.partition("/")[0],
            "role": role,
            "platform": self.config.platforms.get(platform, platform),
            "site": text_of(dig(device, self.config.site)[1]),
        }
        sink.add(Part.DEVICES, RawRow(place=place, cells={k: v for k, v in cells.items() if v}))

    def _cables(self, item: dict[str, Any], found: _Found) -> Iterator[Cable | None]:
        """Connections between known devices; None for one that ends at something else."""
        if dig(item, "status.value")[1] not in (None, "connected"):
            return
        a_ends = [self._end(end, found) for end in item.get("a_terminations") or ()]
        b_ends = [self._end(end, found) for end in item.get("b_terminations") or ()]
        straight = len(a_ends) == len(b_ends)
        for a, b in zip(a_ends, b_ends, strict=True) if straight else product(a_ends, b_ends):
            if a and b:
                yield Cable(a=a[0], a_port=a[1], b=b[0], b_port=b[1])
        others = [
            e for e, known in zip(self._ends(item), (*a_ends, *b_ends), strict=True) if not known
        ]
        if any(a_ends + b_ends) and any(e.get("object_type") != _INTERFACE for e in others):
            yield None

    @staticmethod
    def _ends(item: dict[str, Any]) -> list[dict[str, Any]]:
        return [*(item.get("a_terminations") or ()), *(item.get("b_terminations") or ())]

    @staticmethod
    def _end(end: dict[str, Any], found: _Found) -> tuple[str, str | None] | None:
        if end.get("object_type") != _INTERFACE:
            return None
        name = found.names.get(dig(end, "object.device.id")[1])
        return (name, text_of(dig(end, "object.name")[1]) or None) if name else None
