"""The use case: ask all devices whom they hear, and propose links. Nothing is adopted here."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from netdiag.inventory.orient import Cable, orient
from netdiag.inventory.topology import Topology
from netdiag.locating.links import Heard, Stranger, heard
from netdiag.locating.neighbours import own_of
from netdiag.locating.proposals import Directed, Edge, Proposal, proposals
from netdiag.locating.recognise import Known
from netdiag.model.errors import UnknownSubscriberError
from netdiag.model.subscriber import Device
from netdiag.model.verdict import ProbeRun
from netdiag.model.wire import Deadline
from netdiag.model.words import Role
from netdiag.service.discover.ask import Progress, Told, ask_all
from netdiag.service.locate.search import Parts
from netdiag.service.patience import look_up

SOURCE = "discovery"


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """Whom to ask; everything empty: all."""

    site: str | None = None
    device: str | None = None
    role: Role | None = None

    def has(self, device: Device) -> bool:
        """Is it one of them?"""
        return (
            (self.site is None or (device.site or "").casefold() == self.site.casefold())
            and (self.device is None or device.id.casefold() == self.device.casefold())
            and (self.role is None or device.role is self.role)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What was heard. `quiet` are devices that told of no neighbour, and why."""

    proposals: tuple[Proposal, ...]
    strangers: tuple[Stranger, ...]
    asked: tuple[str, ...]
    quiet: tuple[tuple[str, str], ...]
    runs: tuple[ProbeRun, ...]
    notes: tuple[str, ...]
    duration_s: float


async def discover(
    parts: Parts, which: Which, deadline: Deadline, progress: Progress = lambda done, of: None
) -> Discovery:
    """Ask, join, compare. Raises UnknownSubscriberError when nobody is meant,
    InventoryUnavailableError."""
    begun = time.monotonic()
    devices = await look_up(parts.inventory.devices, parts.inventory, deadline)
    topology = await look_up(parts.inventory.topology, parts.inventory, deadline)
    chosen = [device for device in devices if which.has(device)]
    if not chosen:
        raise UnknownSubscriberError(
            "No device of the inventory is meant. `netdiag check` shows what it holds."
        )
    told = await ask_all(parts, chosen, deadline, progress)
    known = [_known(device, told.get(device.id)) for device in devices]
    near = [one for asked in told.values() for one in asked.neighbours]
    links, strangers = heard(near, known)
    found = proposals(
        _directed(links, {d.id: d.role for d in devices}),
        _recorded(topology, {device.id for device in chosen}),
        known,
    )
    return Discovery(
        proposals=found,
        strangers=strangers,
        asked=tuple(device.id for device in chosen),
        quiet=tuple((name, asked.why) for name, asked in told.items() if not asked.neighbours),
        runs=tuple(run for asked in told.values() for run in asked.runs),
        notes=parts.inventory.unavailable(),
        duration_s=round(time.monotonic() - begun, 3),
    )


def _known(device: Device, told: Told | None) -> Known:
    if told is None:
        return Known(id=device.id, host=device.host)
    return Known(
        id=device.id,
        host=device.host,
        own=own_of(told.tables),
        answered=bool(told.neighbours),
    )


def _directed(links: Iterable[Heard], roles: dict[str, Role]) -> list[Directed]:
    """Which end is nearer the core, roles and distance tell."""
    by_cable: dict[tuple[str, str | None, str, str | None], Heard] = {}
    cables = []
    for one in links:
        a, b = one.a, one.b
        cables.append(Cable(a=a.device, a_port=a.port, b=b.device, b_port=b.port))
        by_cable[a.device, a.port, b.device, b.port] = one
        by_cable[b.device, b.port, a.device, a.port] = one
    found: dict[int, Directed] = {}
    for link in orient(cables, roles, SOURCE):
        one = by_cable[link.device, link.device_port, link.parent, link.parent_port]
        edge = Edge(
            device=link.device,
            parent=link.parent,
            device_port=link.device_port,
            parent_port=link.parent_port,
        )
        found.setdefault(id(one), Directed(heard=one, edge=edge))
    return list(found.values())


def _recorded(topology: Topology, chosen: set[str]) -> list[Edge]:
    """Recorded links with an end among those that were asked; of a ring's two directions one."""
    found: dict[frozenset[tuple[str, str | None]], Edge] = {}
    for link in topology.links:
        if link.device not in chosen and link.parent not in chosen:
            continue
        ends = frozenset([(link.device, link.device_port), (link.parent, link.parent_port)])
        edge = Edge(
            device=link.device,
            parent=link.parent,
            device_port=link.device_port,
            parent_port=link.parent_port,
        )
        found.setdefault(ends, edge)
    return list(found.values())
