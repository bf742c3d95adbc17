"""Devices, shared ports and subscribers of the inventory as resources that can fail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from netdiag.inventory.topology import Topology
from netdiag.model.subscriber import Link, Subscriber
from netdiag.model.words import AccessKind, Role
from netdiag.outages.resource import SUBSCRIBER, Resource

_KINDS = {
    Role.CORE: "core",
    Role.BNG: "core",
    Role.AGGREGATION: "aggregation",
    Role.ACCESS: "access",
    Role.OLT: "access",
    Role.AP: "sector",
}


def resources(
    topology: Topology,
    links: Iterable[Link],
    people: Iterable[Subscriber],
    shared: Mapping[str, str],
) -> Iterator[Resource]:
    """All of them; `shared` are the ports that several subscribers share, with their kinds."""
    yield from _devices(topology, links)
    yield from _ports(shared)
    yield from _people(people, shared)


def _devices(topology: Topology, links: Iterable[Link]) -> Iterator[Resource]:
    parents: dict[str, dict[str, None]] = {}
    for link in links:
        parents.setdefault(link.device, {})[link.parent] = None
    for device in topology.devices:
        role = topology.role(device)
        yield Resource(device, _KINDS[role] if role else "access", tuple(parents.get(device, ())))


def shared_ports(people: Iterable[Subscriber]) -> dict[str, str]:
    """`DEVICE:PORT` → kind, of ports with several subscribers: a PON, a building behind a port."""
    on: dict[str, int] = {}
    kinds: dict[str, str] = {}
    for subscriber in people:
        at = subscriber.attachment
        if at is None or not at.device or not at.port or subscriber.access is AccessKind.WIRELESS:
            continue
        place = f"{at.device}:{at.port}"
        on[place] = on.get(place, 0) + 1
        kinds[place] = "pon" if subscriber.access is AccessKind.PON else "port"
    return {place: kinds[place] for place, count in on.items() if count > 1}


def _ports(shared: Mapping[str, str]) -> Iterator[Resource]:
    for place, kind in shared.items():
        yield Resource(place, kind, (place.partition(":")[0],))


def _people(people: Iterable[Subscriber], shared: Mapping[str, str]) -> Iterator[Resource]:
    for subscriber in people:
        at = subscriber.attachment
        if at is not None and at.device:
            place = f"{at.device}:{at.port}"
            yield Resource(subscriber.id, SUBSCRIBER, (place if place in shared else at.device,))
