"""Links that are one of several ways to a device: which are dead, by the word of either end. Pure.

One dead link of a ring cuts nobody off, so inference over devices does not see it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from netdiag.locating.ports import find_port
from netdiag.model.event import Event
from netdiag.model.subscriber import Link
from netdiag.outages.change import RedundancyLost

_KINDS = ("trap", "probe")


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A link to `device`, which has another one. `name`: the port by which it is told of."""

    device: str
    parent: str
    name: str


def ways_of(links: Iterable[Link]) -> dict[str, dict[str, Way]]:
    """Device → port → the way that ends there, of both ends."""
    listed = list(links)
    paths = Counter(link.device for link in listed)
    found: dict[str, dict[str, Way]] = {}
    for link in listed:
        ends = ((link.parent, link.parent_port), (link.device, link.device_port))
        known = [(device, port) for device, port in ends if port]
        if paths[link.device] > 1 and known:
            way = Way(device=link.device, parent=link.parent, name=":".join(known[0]))
            for device, port in known:
                found.setdefault(device, {})[port] = way
    return found


class Ways:
    """Events in, dead ways out. What is older than what was heard last changes nothing."""

    def __init__(self, known: dict[str, dict[str, Way]]) -> None:
        self._known = known
        self._heard: dict[str, float] = {}
        self._dead: dict[str, float] = {}

    def recall(self, dead: Iterable[tuple[str, float]]) -> None:
        """Names of ways that were dead before a restart, and since when (Unix seconds)."""
        names = {way.name for ports in self._known.values() for way in ports.values()}
        self._dead |= {name: since for name, since in dead if name in names}

    def take(self, event: Event) -> None:
        """A port that its device says is down, or up, by itself or when it was asked."""
        device, colon, port = event.subject.partition(":")
        ports = self._known.get(device, {})
        name = find_port((port,), ports) if colon and ports and event.kind in _KINDS else None
        if name is None or event.state not in ("up", "down"):
            return
        way, at = ports[name], event.at.timestamp()
        if at < self._heard.get(way.name, 0.0):
            return
        self._heard[way.name] = at
        if event.state == "down":
            self._dead.setdefault(way.name, at)
        else:
            self._dead.pop(way.name, None)

    def dead(self) -> list[str]:
        """Names of dead ways, the oldest first."""
        return sorted(self._dead, key=lambda name: self._dead[name])

    def lost(self, gone: Collection[str]) -> Iterator[RedundancyLost]:
        """Dead ways between devices that are both there; `gone` are those that are not: what is
        lost with them is told by them."""
        ways = {way.name: way for ports in self._known.values() for way in ports.values()}
        for name, since in sorted(self._dead.items()):
            way = ways[name]
            if way.device not in gone and way.parent not in gone:
                yield RedundancyLost(since=since, resource=name, dependents=(way.device,))
