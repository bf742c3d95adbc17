"""Follow a MAC through the forwarding tables, and circuit-ids to their access node."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from netdiag.inventory.inventory import Inventory
from netdiag.locating.descent import Step, step
from netdiag.locating.ports import port_of
from netdiag.locating.sightings import Sighting, Way
from netdiag.model.circuit import Circuit
from netdiag.model.content import Content
from netdiag.model.errors import NetdiagError
from netdiag.model.subscriber import Attachment, Device
from netdiag.model.wire import Target
from netdiag.service import targets as whom
from netdiag.service.listing import Ask, Lister
from netdiag.service.locate.learned import Learned, Searcher, recorded_name
from netdiag.service.locate.seen import Seen, SeenEverywhere, circuits_of
from netdiag.settings import Settings

_AT_ONCE = 64  # devices of one round; each is asked one question at a time
_DEVICES = 400  # asked at most for one MAC
_PORTS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a search needs of netdiag."""

    settings: Settings
    content: Content
    inventory: Inventory
    ask: Ask


@dataclass(slots=True, kw_only=True)
class Search:
    """One search for one party; `sightings` is what it found."""

    parts: Parts
    lister: Lister
    searcher: Searcher
    expected: Attachment | None
    sightings: list[Sighting] = field(default_factory=list)
    answered: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    _visited: set[tuple[str, str]] = field(default_factory=set)
    _ports: dict[str, tuple[str, ...]] = field(default_factory=dict)

    async def follow(self, wanted: str, vlan: int | None) -> None:
        """Down the tree and up again, from the recorded device or from the top, until some port
        leads to no other device."""
        frontier = self._begin()
        while frontier and self.lister.deadline.remaining > 0.1:
            fresh = [d for d in dict.fromkeys(frontier) if (d, wanted) not in self._visited]
            fresh = fresh[: max(0, _DEVICES - len(self._visited))][:_AT_ONCE]
            self._visited.update((device, wanted) for device in fresh)
            steps = await asyncio.gather(*(self._look(d, wanted, vlan) for d in fresh))
            found = [one for one in steps if one and one.here and not one.doubtful]
            if found:
                return
            frontier = list(self._next(fresh, steps))

    def _begin(self) -> list[str]:
        """The recorded device; else everything that has something below it."""
        topology = self.parts.inventory.topology()
        at = self.expected
        if at is not None and at.device and at.device in topology:
            return [at.device]
        above = [d for d in topology.devices if topology.children(d)]
        return above or list(topology.devices)

    def _next(self, asked: list[str], steps: list[Step | None]) -> Iterator[str]:
        """Behind the port, or above; where nothing was found, above, and from the top below."""
        topology = self.parts.inventory.topology()
        for device, one in zip(asked, steps, strict=True):
            if one is not None and one.below:
                yield from one.below
            elif one is not None and (one.above or one.doubtful):
                yield from topology.parents(device)
            elif one is None:
                yield from topology.parents(device)
                if self.expected is None or device != self.expected.device:
                    yield from topology.children(device)

    async def _look(self, name: str, wanted: str, vlan: int | None) -> Step | None:
        device = await asyncio.to_thread(self.parts.inventory.device, name)
        if device is None:
            return None
        target = await self._target(device)
        self.asked.add(name)
        learned = await self.searcher.look(target, wanted, vlan)
        if learned.answered or learned.names:
            self.answered.add(name)
        if not learned.names:
            return None
        ports = await self.ports_of(name)
        names = recorded_name(
            learned, target.platform, self._all_ports(name, ports), self.parts.content
        )
        found = step(name, names, self.parts.inventory.topology().links, ports)
        if found.here and learned.at is not None:
            self.sightings.append(_by_forwarding(learned, found, wanted, learned.at))
        return found

    async def _target(self, device: Device) -> Target:
        return await asyncio.to_thread(
            whom.of_device, device, self.parts.settings, self.parts.content
        )

    async def ports_of(self, device: str) -> tuple[str, ...]:
        """Ports on which the inventory has subscribers."""
        if device not in self._ports:
            try:
                near = await asyncio.to_thread(
                    self.parts.inventory.neighbours, Attachment(device=device), _PORTS
                )
            except NetdiagError:
                near = ()
            told = (one.port.partition(":")[0] for one in near if one.port)
            self._ports[device] = tuple(dict.fromkeys(told))
        return self._ports[device]

    def _all_ports(self, device: str, ports: Iterable[str]) -> Iterator[str]:
        yield from ports
        for link in self.parts.inventory.topology().links:
            if link.device == device and link.device_port:
                yield link.device_port
            if link.parent == device and link.parent_port:
                yield link.parent_port

    async def by_circuits(self, seen: SeenEverywhere) -> None:
        """What option 82 and TR-101 say."""
        content = self.parts.content
        for one, circuit, remote in circuits_of(seen.rows, content.circuits, seen.vlans):
            device = await self._node(circuit, remote)
            named = device is not None
            if device is None and circuit.device is None and self.expected is not None:
                device = self.expected.device  # a port of nobody knows which switch
            if device is None:
                continue
            ports = await self.ports_of(device)
            port = port_of(circuit, self._all_ports(device, ports)) or circuit.port
            if port is not None:
                found = _by_circuit(one, circuit, device, port)
                self.sightings.append(replace(found, doubtful=not named))

    async def _node(self, circuit: Circuit, remote: Circuit | None) -> str | None:
        """The access node: by its name, by its MAC where the recorded device has it."""
        for name in (circuit.device, remote.device if remote else None):
            device = await asyncio.to_thread(self._named, name) if name else None
            if device is not None:
                return device
        node = circuit.mac or (remote.mac if remote else None)
        at = self.expected
        if node is None or at is None or at.device is None:
            return None
        device_of = await asyncio.to_thread(self.parts.inventory.device, at.device)
        if device_of is None:
            return None
        target = await self._target(device_of)
        probes = self.lister.probes(target, lambda p: "own.bridge_mac" in p.yields)
        tables = [one.table for one in await self.lister.all(target, probes, {}) if one.table]
        own = {value for table in tables for row in table.rows for value in row.values()}
        return at.device if node in own else None

    def _named(self, name: str) -> str | None:
        found = self.parts.inventory.device(name)
        if found is not None:
            return found.id
        wanted = name.casefold()
        devices = self.parts.inventory.devices()
        return next((d.id for d in devices if wanted in (d.id.casefold(), d.host.casefold())), None)


def _by_forwarding(learned: Learned, found: Step, wanted: str, at: datetime) -> Sighting:
    return Sighting(
        device=learned.device,
        port=found.port,
        way=Way.FORWARDING,
        source=learned.device,
        query=learned.query,
        seen_at=at,
        mac=wanted,
        vlan=learned.vlan,
        doubtful=found.doubtful,
    )


def _by_circuit(one: Seen, circuit: Circuit, device: str, port: str) -> Sighting:
    return Sighting(
        device=device,
        port=port,
        way=Way.CIRCUIT if one.open else Way.CIRCUIT_OLD,
        source=one.source,
        query=one.query,
        seen_at=one.at,
        mac=one.mac,
        vlan=circuit.vlan,
        detail=one.circuit or "",
    )
