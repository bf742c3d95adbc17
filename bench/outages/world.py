"""Generated access networks: how they are wired, and how the inventory believes they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from netdiag.outages.resource import Resource


@dataclass(slots=True)
class World:
    """Nodes by number, each over one stretch `lo[n]:hi[n]` of subscribers by number."""

    names: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    up: list[int] = field(default_factory=list)
    lo: list[int] = field(default_factory=list)
    hi: list[int] = field(default_factory=list)
    home: list[int] = field(default_factory=list)  # per subscriber, the node he hangs on
    polled: list[int] = field(default_factory=list)  # nodes that answer questions themselves
    gasps: bool = False

    def add(self, name: str, kind: str, up: int, polled: bool = False) -> int:
        """A new node below `up` (-1: none)."""
        self.names.append(name)
        self.kinds.append(kind)
        self.up.append(up)
        self.lo.append(len(self.home))
        self.hi.append(len(self.home))
        if polled:
            self.polled.append(len(self.names) - 1)
        return len(self.names) - 1

    def fill(self, node: int, count: int) -> None:
        """Connect so many subscribers to a node."""
        self.home.extend([node] * count)
        while node >= 0:
            self.hi[node] = len(self.home)
            node = self.up[node]

    def path(self, node: int) -> list[int]:
        """The node and all above it."""
        found = []
        while node >= 0:
            found.append(node)
            node = self.up[node]
        return found

    def resources(self, rng: Random, wrong: float) -> Iterator[Resource]:
        """What the inventory says; it has that share of subscribers in a wrong place."""
        for name, kind, up in zip(self.names, self.kinds, self.up, strict=True):
            yield Resource(name, kind, (self.names[up],) if up >= 0 else ())
        for number, home in enumerate(self.home):
            if rng.random() < wrong:
                home = self.home[rng.randrange(len(self.home))]
            yield Resource(f"u{number}", "subscriber", (self.names[home],))


def ethernet(subscribers: int, rng: Random) -> World:
    """A core, aggregations with 20 switches each, three port groups a switch."""
    world = World()
    core = world.add("core", "core", -1, polled=True)
    while len(world.home) < subscribers:
        agg = world.add(f"agg{len(world.names)}", "aggregation", core, polled=True)
        for _ in range(20):
            switch = world.add(f"sw{len(world.names)}", "access", agg, polled=True)
            for _ in range(3):
                group = world.add(f"pg{len(world.names)}", "port_group", switch)
                world.fill(group, rng.choice((5, 6, 7, 7, 8, 8)))
    return world


def passive(subscribers: int, rng: Random) -> World:
    """OLTs with cards, PON trees and splitters; ONUs gasp when they lose power."""
    world = World(gasps=True)
    core = world.add("core", "core", -1, polled=True)
    while len(world.home) < subscribers:
        agg = world.add(f"agg{len(world.names)}", "aggregation", core, polled=True)
        for _ in range(2):
            olt = world.add(f"olt{len(world.names)}", "access", agg, polled=True)
            for _ in range(4):
                card = world.add(f"card{len(world.names)}", "card", olt)
                for _ in range(8):
                    pon = world.add(f"pon{len(world.names)}", "pon", card)
                    for _ in range(4):
                        splitter = world.add(f"spl{len(world.names)}", "splitter", pon)
                        world.fill(splitter, rng.choice((5, 6, 7, 8)))
    return world


WORLDS = {"ethernet": ethernet, "pon": passive}
