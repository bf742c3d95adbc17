"""The inventory as inference sees it: an access tree, and the names by which events speak of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from netdiag.inventory.inventory import Inventory
from netdiag.locating.ports import find_port
from netdiag.model.subscriber import Device, Link, Subscriber
from netdiag.outages.tree import AccessTree
from netdiag.service.watch.resources import resources, shared_ports
from netdiag.service.watch.ways import Way, ways_of

_STALE = timedelta(days=7)  # a discovered link that was not seen for so long explains nothing


@dataclass(frozen=True, slots=True)
class Person:
    """Where a subscriber is to be asked, and the name by which sessions know him."""

    device: str
    port: str
    ip: str
    login: str = ""


@dataclass(slots=True, kw_only=True)
class Known:
    """The tree, and who is meant by what. `ports`: device → port → what hangs on it: subscribers,
    shared ports (`DEVICE:PORT`), devices that have no other path."""

    tree: AccessTree
    devices: Mapping[str, Device]
    people: dict[str, Person] = field(default_factory=dict)
    logins: dict[str, str] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    ports: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    ways: dict[str, dict[str, Way]] = field(default_factory=dict)
    stamp: tuple[object, ...] = ()

    def subjects(self, subject: str) -> tuple[str, ...]:
        """Leaves of the tree that a subject of an event means; none when it is not known."""
        if subject in self.tree:
            return (subject,)
        login = self.logins.get(subject.casefold())
        if login is not None:
            return (login,)
        device, colon, port = subject.partition(":")
        return self.on_port(device, port) if colon else ()

    def on_port(self, device: str, *names: str) -> tuple[str, ...]:
        """What hangs on the port of one of these names; a shared port alone, without its
        subscribers."""
        known = self.ports.get(device)
        port = find_port(names, known) if known else None
        if known is None or port is None:
            return ()
        shared = f"{device}:{port}"
        return (shared,) if shared in self.tree else tuple(known[port])


def known_of(inventory: Inventory, now: datetime) -> Known:
    """Read the whole inventory. Blocking. Raises InventoryUnavailableError."""
    topology = inventory.topology()
    devices = {device.id: device for device in inventory.devices()}
    links = [k for k in topology.links if k.seen_at is None or now - k.seen_at < _STALE]
    people: list[Subscriber] = []
    for device in topology.devices:
        people += inventory.on_device(device)
    shared = shared_ports(people)
    tree = AccessTree(resources(topology, links, people, shared))
    known = Known(tree=tree, devices=devices, ways=ways_of(links))
    for subscriber in people:
        _name(known, subscriber, shared)
    _name_links(known, links)
    return known


def _name(known: Known, subscriber: Subscriber, shared: Mapping[str, str]) -> None:
    at = subscriber.attachment
    if at is None or not at.device:
        return
    port = at.port or ""
    known.people[subscriber.id] = Person(
        at.device, port, subscriber.ip or "", subscriber.login or ""
    )
    if subscriber.login:
        known.logins[subscriber.login.casefold()] = subscriber.id
    for mark in (at.onu_sn, at.radio_mac, *subscriber.macs):
        if mark:
            known.marks[mark.casefold()] = subscriber.id
    if port:
        known.ports.setdefault(at.device, {}).setdefault(port, []).append(subscriber.id)


def _name_links(known: Known, links: Iterable[Link]) -> None:
    """A port that leads down stands for the device below it, where that has no other path: with a
    ring or a second uplink one dead link cuts nobody off."""
    paths: dict[str, int] = {}
    listed = list(links)
    for link in listed:
        paths[link.device] = paths.get(link.device, 0) + 1
    for link in listed:
        if link.parent_port:
            below = [link.device] if paths[link.device] == 1 else []
            known.ports.setdefault(link.parent, {}).setdefault(link.parent_port, []).extend(below)
