"""Where somebody is seen, and how surely. Pure.

A forwarding table that learned the address on a port which leads to no other device tells of now. A
circuit-id that came with a session or lease tells of the moment of that request. Both together are
sure; two places that nobody else speaks for are a choice for a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from netdiag.locating.ports import same_port


class Way(StrEnum):
    """What told of the place."""

    FORWARDING = "forwarding"  # the address is learned on the port
    CIRCUIT = "circuit"  # option 82 or TR-101, with a session or lease that stands
    CIRCUIT_OLD = "circuit_old"  # the same, of one that ended


_WEIGHT = {Way.FORWARDING: 6, Way.CIRCUIT: 5, Way.CIRCUIT_OLD: 1}
_DOUBTFUL = 2  # weight of a port of which nobody says that it is no uplink
_MARGIN = 3  # by so much the first place must lead to be no choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One source that saw him on one port. `doubtful`: the port may be an uplink."""

    device: str
    port: str
    way: Way
    source: str  # the device or database that told
    query: str
    seen_at: datetime
    mac: str | None = None
    vlan: int | None = None
    doubtful: bool = False
    detail: str = ""

    @property
    def weight(self) -> int:
        """How much it counts."""
        return _DOUBTFUL if self.doubtful else _WEIGHT[self.way]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A port with everybody who saw him there."""

    device: str
    port: str
    sightings: tuple[Sighting, ...]

    @property
    def weight(self) -> int:
        """Two ways add up; the same way twice does not."""
        best: dict[Way, int] = {}
        for one in self.sightings:
            best[one.way] = max(best.get(one.way, 0), one.weight)
        return sum(best.values())


def ranked(sightings: Iterable[Sighting]) -> tuple[Place, ...]:
    """Places, the surest first."""
    groups: list[list[Sighting]] = []
    for one in sightings:
        for group in groups:
            if group[0].device == one.device and same_port(group[0].port, one.port):
                group.append(one)
                break
        else:
            groups.append([one])
    places = [Place(device=g[0].device, port=g[0].port, sightings=tuple(g)) for g in groups]
    return tuple(sorted(places, key=lambda place: -place.weight))


def certain(places: Sequence[Place]) -> bool:
    """Does the first place lead the others clearly?"""
    if not places:
        return False
    second = places[1].weight if len(places) > 1 else 0
    return places[0].weight - second >= _MARGIN
