"""Links out of what devices hear of one another, and how they fit the inventory. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from netdiag.locating.neighbours import Neighbour
from netdiag.locating.ports import same_port
from netdiag.locating.recognise import Known, recognised

_DIRECT = ("lldp", "cdp")  # bridges do not pass these on; MNDP goes through a whole VLAN


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """One end of a cable; `ports` are names of its port, the best first; none where not told."""

    device: str
    ports: tuple[str, ...] = ()

    @property
    def port(self) -> str | None:
        """The best of its names."""
        return self.ports[0] if self.ports else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A cable between two devices of the inventory. `by`: protocols, and which ends heard the
    other; `direct`: at least one of them is not passed on by bridges."""

    a: End
    b: End
    by: tuple[str, ...]
    ends: tuple[str, ...]
    direct: bool
    seen_at: datetime
    queries: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """A neighbour that the inventory does not have."""

    device: str
    port: str | None
    called: str
    address: str | None
    chassis: str | None
    by: str
    seen_at: datetime
    descr: str | None = None


def heard(
    neighbours: Iterable[Neighbour], devices: Sequence[Known]
) -> tuple[tuple[Heard, ...], tuple[Stranger, ...]]:
    """Cables, told by one end or by both, and neighbours whom nobody knows."""
    found: list[Heard] = []
    strangers: dict[tuple[str, str | None, str], Stranger] = {}
    for one in neighbours:
        other, doubts = recognised(one, devices)
        if other == one.device:
            continue  # it hears itself: a loop, or a cable between two ports of its own
        if other is None:
            stranger = _stranger(one)
            strangers.setdefault((one.device, stranger.port, stranger.called), stranger)
            continue
        _add(found, _one_sided(one, other, doubts))
    return tuple(_with_conflicts(found)), tuple(strangers.values())


def _one_sided(one: Neighbour, other: str, doubts: tuple[str, ...]) -> Heard:
    return Heard(
        a=End(device=one.device, ports=one.ports),
        b=End(device=other, ports=one.remote_ports),
        by=(one.protocol,),
        ends=(one.device,),
        direct=one.protocol in _DIRECT,
        seen_at=one.seen_at,
        queries=(f"{one.device}: {one.query}",),
        conflicts=doubts,
    )


def _add(found: list[Heard], fresh: Heard) -> None:
    for place, known in enumerate(found):
        merged = _merged(known, fresh) or _merged(known, _turned(fresh))
        if merged is not None:
            found[place] = merged
            return
    found.append(fresh)


def _turned(one: Heard) -> Heard:
    return replace(one, a=one.b, b=one.a)


def _merged(known: Heard, fresh: Heard) -> Heard | None:
    """One cable told twice; None when they are two cables."""
    if (known.a.device, known.b.device) != (fresh.a.device, fresh.b.device):
        return None
    if not _may_be_one(known.a.ports, fresh.a.ports):
        return None
    if not _may_be_one(known.b.ports, fresh.b.ports):
        return None
    return replace(
        known,
        a=_both(known.a, fresh.a, own=fresh.a.device in fresh.ends),
        b=_both(known.b, fresh.b, own=fresh.b.device in fresh.ends),
        by=tuple(dict.fromkeys((*known.by, *fresh.by))),
        ends=tuple(dict.fromkeys((*known.ends, *fresh.ends))),
        direct=known.direct or fresh.direct,
        seen_at=max(known.seen_at, fresh.seen_at),
        queries=tuple(dict.fromkeys((*known.queries, *fresh.queries))),
        conflicts=tuple(dict.fromkeys((*known.conflicts, *fresh.conflicts))),
    )


def _may_be_one(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return not one or not other or any(same_port(a, b) for a in one for b in other)


def _both(known: End, fresh: End, *, own: bool) -> End:
    """The device's own words for its port stand first."""
    ports = (*fresh.ports, *known.ports) if own else (*known.ports, *fresh.ports)
    return replace(known, ports=tuple(dict.fromkeys(ports)))


def _with_conflicts(found: Sequence[Heard]) -> Iterator[Heard]:
    """A port holds one cable: several devices behind it stand behind something that is no device
    of ours, or one of them is told wrongly."""
    for one in found:
        told = list(one.conflicts)
        for end in (one.a, one.b):
            others = sorted(
                {
                    other.device
                    for rest in found
                    if rest is not one and rest.direct and one.direct
                    for mine, other in ((rest.a, rest.b), (rest.b, rest.a))
                    if mine.device == end.device and _is(mine, end)
                }
                - {one.a.device, one.b.device}
            )
            if others:
                told.append(f"{end.device}:{end.port} also hears {', '.join(others)}")
        yield replace(one, conflicts=tuple(told))


def _is(one: End, other: End) -> bool:
    return any(same_port(a, b) for a in one.ports for b in other.ports)


def _stranger(one: Neighbour) -> Stranger:
    return Stranger(
        device=one.device,
        port=one.ports[0] if one.ports else None,
        called=one.called,
        address=one.address,
        chassis=one.chassis,
        by=one.protocol,
        seen_at=one.seen_at,
        descr=one.descr,
    )
