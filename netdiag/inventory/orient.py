"""Cables have two ends and no direction. Which end is nearer the core, roles and distance tell."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from netdiag.model.subscriber import Link
from netdiag.model.words import Role

_RANK = {
    Role.CORE: 0,
    Role.BNG: 1,
    Role.AGGREGATION: 2,
    Role.ACCESS: 3,
    Role.OLT: 3,
    Role.AP: 4,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cable:
    """A connection between ports of two devices."""

    a: str
    a_port: str | None
    b: str
    b_port: str | None


def orient(cables: Iterable[Cable], roles: Mapping[str, Role], source: str) -> tuple[Link, ...]:
    """Links from cables (also from LLDP neighbours): the parent is the end of the higher role.

    Between equal roles it is the end nearer to the highest role of that part of the network. When
    that is equal too (the far side of a ring, a pair of cores), each is a parent of the other.
    """
    known = [c for c in cables if c.a in roles and c.b in roles and c.a != c.b]
    depth = _depths(known, roles)
    links: list[Link] = []
    for cable in known:
        up = (_RANK[roles[cable.a]], depth[cable.a])
        down = (_RANK[roles[cable.b]], depth[cable.b])
        if up <= down:
            links.append(_link(cable.b, cable.b_port, cable.a, cable.a_port, source))
        if down <= up:
            links.append(_link(cable.a, cable.a_port, cable.b, cable.b_port, source))
    return tuple(links)


def _link(
    device: str, device_port: str | None, parent: str, parent_port: str | None, source: str
) -> Link:
    return Link(
        device=device,
        device_port=device_port,
        parent=parent,
        parent_port=parent_port,
        source=source,
    )


def _depths(cables: list[Cable], roles: Mapping[str, Role]) -> dict[str, int]:
    """Steps from the nearest device of the highest role that is connected at all."""
    beside: dict[str, list[str]] = {}
    for cable in cables:
        beside.setdefault(cable.a, []).append(cable.b)
        beside.setdefault(cable.b, []).append(cable.a)
    depth: dict[str, int] = {}
    for start in sorted(beside, key=lambda name: _RANK[roles[name]]):
        if start in depth:
            continue
        island = _reached([start], beside)
        best = min(_RANK[roles[name]] for name in island)
        depth |= _reached([name for name in island if _RANK[roles[name]] == best], beside)
    return depth


def _reached(starts: list[str], beside: Mapping[str, list[str]]) -> dict[str, int]:
    depth = dict.fromkeys(starts, 0)
    queue = deque(starts)
    while queue:
        here = queue.popleft()
        for there in beside[here]:
            if there not in depth:
                depth[there] = depth[here] + 1
                queue.append(there)
    return depth
