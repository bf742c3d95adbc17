"""Which device hangs below which. Several parents are redundant; rings are allowed."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from netdiag.model.subscriber import Link
from netdiag.model.words import Role

_TOP = (Role.CORE, Role.BNG)  # with nothing known above them, the network ends there
_EDGE = (Role.ACCESS, Role.OLT, Role.AP)  # nothing of _TOP hangs below these


class Topology:
    """The graph of managed devices. Immutable; every walk is safe against loops."""

    def __init__(self, roles: Mapping[str, Role], links: Iterable[Link]) -> None:
        self._roles = dict(roles)
        self._up: dict[str, list[Link]] = {}
        self._down: dict[str, list[Link]] = {}
        self._upside_down: list[Link] = []
        for link in dict.fromkeys(links):
            if link.device == link.parent or self._is_upside_down(link):
                self._upside_down.append(link)
                continue
            self._up.setdefault(link.device, []).append(link)
            self._down.setdefault(link.parent, []).append(link)
        self._tops = {n for n, role in self._roles.items() if role in _TOP and self._ends_at(n)}

    def __contains__(self, device: object) -> bool:
        return device in self._roles or device in self._up or device in self._down

    @property
    def devices(self) -> tuple[str, ...]:
        """Every device that is listed or linked."""
        return tuple(dict.fromkeys([*self._roles, *self._up, *self._down]))

    @property
    def links(self) -> tuple[Link, ...]:
        """Every link that is used, with its source and when it was seen."""
        return tuple(link for links in self._up.values() for link in links)

    @property
    def tops(self) -> tuple[str, ...]:
        """Cores and BNGs at which every path may end."""
        return tuple(n for n in self._roles if n in self._tops)

    @property
    def upside_down(self) -> tuple[Link, ...]:
        """Links that were left out: a core or BNG below an access device, a device below itself."""
        return tuple(self._upside_down)

    def role(self, device: str) -> Role | None:
        """Role of a device, if it is known."""
        return self._roles.get(device)

    def parents(self, device: str) -> tuple[str, ...]:
        """Devices directly above, in the order of the sources."""
        return tuple(dict.fromkeys(link.parent for link in self._up.get(device, ())))

    def children(self, device: str) -> tuple[str, ...]:
        """Devices directly below."""
        return tuple(dict.fromkeys(link.device for link in self._down.get(device, ())))

    def ancestors(self, device: str) -> tuple[str, ...]:
        """All devices above, the nearest first."""
        return tuple(self._walk(device, self.parents))[1:]

    def below(self, device: str) -> tuple[str, ...]:
        """All devices below on any path, the nearest first; itself not among them."""
        return tuple(self._walk(device, self.children))[1:]

    def path(self, device: str) -> tuple[str, ...]:
        """One canonical path from the core down to the device: the shortest, of equal ones that
        over the links listed first. Where no core is known it begins at the farthest known
        device. Empty for an unknown device."""
        if device not in self:
            return ()
        came: dict[str, str] = {}
        last = device
        for here in self._walk(device, self.parents, came):
            last = here
            if here in self._tops:
                break
        path = [last]
        while path[-1] != device:
            path.append(came[path[-1]])
        return tuple(path)

    def complete(self, device: str) -> bool:
        """Does the path begin at a core or BNG?"""
        return self.path(device)[:1] != () and self.path(device)[0] in self._tops

    def uplink_port(self, device: str) -> str | None:
        """The device's own port on its canonical path, if it is known."""
        path = self.path(device)
        if len(path) < 2:
            return None
        ports = (k.device_port for k in self._up.get(device, ()) if k.parent == path[-2])
        return next((port for port in ports if port), None)

    def reachable_without(
        self, device: str, dead: Collection[str], cut: Collection[Link] = ()
    ) -> bool | None:
        """Can the device be reached while those devices (and links) are dead?

        True: some path to a core is whole. False: every known path is broken. None: what is above
        it is not known, and nothing may be excused by it.
        """
        if device in dead:
            return False
        if device not in self:
            return None
        broken = unknown = False

        def alive_above(here: str) -> Iterator[str]:
            nonlocal broken, unknown
            unknown |= here not in self._up
            for link in self._up.get(here, ()):
                if link.parent in dead or link in cut:
                    broken = True
                else:
                    yield link.parent

        for here in self._walk(device, alive_above):
            if here in self._tops:
                return True
        return None if unknown or not broken else False

    def cut_off(self, dead: Collection[str], cut: Collection[Link] = ()) -> tuple[str, ...]:
        """Devices below dead ones (or cut links) that no path reaches any more."""
        starts = [*dead, *(link.device for link in cut)]
        touched = dict.fromkeys(n for s in starts for n in self._walk(s, self.children))
        return tuple(
            n for n in touched if n not in dead and self.reachable_without(n, dead, cut) is False
        )

    def links_of_port(self, device: str, port: str) -> tuple[Link, ...]:
        """Links that leave the device downwards through that port."""
        wanted = port.casefold()
        return tuple(
            k for k in self._down.get(device, ()) if (k.parent_port or "").casefold() == wanted
        )

    def loops(self) -> tuple[tuple[str, ...], ...]:
        """Groups of devices that are above one another where that is no plain redundancy.

        Two devices that name each other as parents (a ring's far side) are fine as long as a core
        is above them; longer circles, and any without a way to a core, are not.
        """
        import networkx as nx

        graph: nx.DiGraph[str] = nx.DiGraph((link.device, link.parent) for link in self.links)
        one_way = graph.edge_subgraph([(a, b) for a, b in graph.edges if not graph.has_edge(b, a)])
        found = [set(c) for c in nx.strongly_connected_components(one_way) if len(c) > 1]
        for group in nx.strongly_connected_components(graph):
            if len(group) > 1 and not self.complete(next(iter(group))):
                found.append(set(group))
        return tuple(sorted({tuple(sorted(group)) for group in found}))

    def _is_upside_down(self, link: Link) -> bool:
        return self._roles.get(link.device) in _TOP and self._roles.get(link.parent) in _EDGE

    def _ends_at(self, device: str) -> bool:
        """Nothing is above it but its own ring of cores."""
        return all(device in self.ancestors(above) for above in self.ancestors(device))

    def _walk(
        self,
        start: str,
        following: Callable[[str], Iterable[str]],
        came: dict[str, str] | None = None,
    ) -> Iterator[str]:
        """Breadth first, each device once; `came` learns from where each was reached."""
        seen = {start}
        queue = deque([start])
        while queue:
            here = queue.popleft()
            yield here
            for there in following(here):
                if there not in seen:
                    seen.add(there)
                    queue.append(there)
                    if came is not None:
                        came[there] = here
