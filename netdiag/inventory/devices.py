"""Devices of all sources merged, and the topology made of them."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import replace

from netdiag.inventory.keys import fold
from netdiag.inventory.pool import Asking, Pool
from netdiag.inventory.records import DeviceRow, LinkRow, Part, Problem
from netdiag.inventory.topology import Topology
from netdiag.model.subscriber import Device
from netdiag.model.words import Role


class Devices:
    """Looks devices up by id, and holds the topology until a source changes."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._lock = threading.Lock()
        self._stamp: tuple[object, ...] = ()
        self._topology: Topology | None = None

    def one(self, ident: str) -> Device | None:
        """A device by id; upper and lower case are the same. Raises InventoryUnavailableError."""
        asking = self._pool.asking()
        rows = [row for _, row in asking.each(lambda s: s.device(ident)) if row]
        device = merged(rows) if rows else None
        if device is None:
            asking.must_know()
        return device

    def all(self) -> tuple[Device, ...]:
        """Every device that can be listed and used. Raises InventoryUnavailableError."""
        asking = self._pool.asking()
        devices = tuple(d for some in self.rows(asking).values() if (d := merged(some)))
        if not devices:
            asking.must_know()
        return devices

    def rows(self, asking: Asking) -> dict[str, list[DeviceRow]]:
        """What the sources say, by folded id."""
        found: dict[str, list[DeviceRow]] = {}
        for _, devices in asking.each(lambda s: s.devices()):
            for row in devices:
                found.setdefault(fold(row.id), []).append(row)
        return found

    def all_listed(self, asking: Asking) -> bool:
        """Is a device that nobody lists really unknown?"""
        return not asking.notes and all(s.lists(Part.DEVICES) for s in self._pool.sources)

    def topology(self) -> Topology:
        """The graph; kept until the stamps of the sources change. Raises
        InventoryUnavailableError when no source at all could be asked."""
        asking = self._pool.asking()
        stamp = tuple((s.name, mark) for s, mark in asking.each(lambda s: s.stamp()))
        with self._lock:
            if self._topology is None or stamp != self._stamp:
                topology = self._build(asking)
                # What was known of a source that is down now is better than nothing.
                if self._topology is None or not asking.notes:
                    self._topology = topology
                self._stamp = stamp
            return self._topology

    def _build(self, asking: Asking) -> Topology:
        rows = self.rows(asking)
        links = self.link_rows(asking)
        if not rows and not links:
            asking.must_know()
        known = None if not self.all_listed(asking) else rows
        return Topology(roles_of(rows), [row.link for row in usable(links, rows, known)])

    def link_rows(self, asking: Asking) -> list[LinkRow]:
        """All links of all sources."""
        return [row for _, links in asking.each(lambda s: s.links()) for row in links]


def merged(rows: list[DeviceRow]) -> Device | None:
    """One device of what several sources say; the first that says something is believed.

    None when nobody says its address or its role.
    """
    first = rows[0]
    host = next((r.host for r in rows if r.host), None)
    role = next((r.role for r in rows if r.role), None)
    if host is None or role is None:
        return None
    options: dict[str, str] = {}
    for row in reversed(rows):
        options |= row.options
    return Device(
        id=first.id,
        host=host,
        role=Role(role),
        platform=next((r.platform for r in rows if r.platform), ""),
        site=next((r.site for r in rows if r.site), None),
        credentials=next((r.credentials for r in rows if r.credentials), "default"),
        options=options,
    )


def roles_of(rows: Mapping[str, list[DeviceRow]]) -> dict[str, Role]:
    """Id → role, for devices whose role is known."""
    roles: dict[str, Role] = {}
    for some in rows.values():
        role = next((r.role for r in some if r.role), None)
        if role:
            roles[some[0].id] = Role(role)
    return roles


def usable(
    links: Iterable[LinkRow],
    rows: Mapping[str, list[DeviceRow]],
    known: Mapping[str, list[DeviceRow]] | None,
) -> list[LinkRow]:
    """Links between known devices, with the devices' own spelling of their ids. When `known` is
    None not every device can be listed, and links to unlisted ones are kept."""
    found: list[LinkRow] = []
    for row in links:
        if known is not None and any(end not in known for end in ends(row)):
            continue
        device, parent = (
            rows[end][0].id if end in rows else text
            for end, text in zip(ends(row), (row.link.device, row.link.parent), strict=True)
        )
        found.append(replace(row, link=replace(row.link, device=device, parent=parent)))
    return found


def ends(row: LinkRow) -> tuple[str, str]:
    """Folded ids of both ends."""
    return fold(row.link.device), fold(row.link.parent)


def incomplete(source: str, rows: list[DeviceRow]) -> Problem | None:
    """A device that cannot be used because nobody gives its address or role."""
    missing = [
        name
        for name, values in (("host", [r.host for r in rows]), ("role", [r.role for r in rows]))
        if not any(values)
    ]
    if not missing:
        return None
    text = f"device {rows[0].id}: no source gives its {' and '.join(missing)}. It cannot be asked."
    return Problem(source=source, place=rows[0].place, text=text)
