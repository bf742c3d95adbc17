"""The link of a port: state, speed, duplex, who is heard on it, what a cable test finds. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from netdiag.lab.reach import wire_up, wires_of
from netdiag.lab.things import Home, PairState, Port, PortKey, World

FAST, GIGABIT = 100, 1000
LOOP_MACS = 28  # addresses of the whole VLAN come back over a loop


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """State of a port's link. `partner_mbps`: what the far end offers, 0 when it does not tell."""

    up: bool
    mbps: int = 0
    full: bool = True
    negotiated: bool = True
    partner_mbps: int = 0


DOWN = Link(up=False, full=False, negotiated=False)


@dataclass(frozen=True, slots=True)
class Pair:
    """One pair of a tested cable; metres to the fault, or the length of a whole pair."""

    state: PairState
    metres: float


def home_at(world: World, key: PortKey) -> Home | None:
    """Who is plugged in there in fact."""
    home = world.plugged.get(key)
    return world.homes[home] if home else None


def link(world: World, key: PortKey) -> Link:
    """The link of a port now."""
    port = world.ports[key]
    if not world.devices[port.device].runs or not port.admin_up or port.block is not None:
        return DOWN
    if port.dead or port.stuck:
        return DOWN
    if port.looped:
        return Link(up=True, mbps=port.max_mbps, partner_mbps=port.max_mbps)
    if port.uplink:
        return _trunk(world, key)
    home = home_at(world, key)
    if home is not None:
        return _copper(port, home)
    rogue = any(place == key for _, _, place in world.net.rogues)
    return Link(up=True, mbps=FAST, partner_mbps=FAST) if rogue else DOWN


def _trunk(world: World, key: PortKey) -> Link:
    """A link between devices: as fast as the slower end."""
    wires = [wire for wire in wires_of(world, key) if wire_up(world, wire)]
    if not wires:
        return DOWN
    speeds = [world.ports[end].max_mbps for wire in wires for end in (wire.child, wire.parent)]
    return Link(up=True, mbps=min(speeds), partner_mbps=max(speeds))


def _copper(port: Port, home: Home) -> Link:
    line, router = home.line, home.router
    broken = line.cut_at_m is not None or line.short_at_m is not None or line.unplugged
    if broken or not router.powered or not home.power or port.poe == "short":
        return DOWN
    if router.forced:  # parallel detection finds the speed, never the duplex (IEEE 802.3, 28.2.3.1)
        return Link(up=True, mbps=FAST, full=False, negotiated=False)
    common = min(port.max_mbps, router.max_mbps)
    damaged = line.broken_pair_at_m is not None
    speed = min(common, FAST) if damaged else common
    return Link(up=True, mbps=speed, partner_mbps=router.max_mbps)


def macs(world: World, key: PortKey) -> tuple[tuple[str, int], ...]:
    """MACs learned on a home's port, each with its VLAN."""
    if not link(world, key).up or world.ports[key].looped:
        return ()
    port, home = world.ports[key], home_at(world, key)
    found = [mac for _, mac, place in world.net.rogues if place == key]
    if home is not None and not home.router.hung:
        found += [home.router.mac, *home.router.other_macs]
        if home.router.loops:
            found += [f"02:4c:00:00:{key[1][-1:].encode().hex()}:{n:02x}" for n in range(LOOP_MACS)]
    return tuple((mac, port.pvid) for mac in dict.fromkeys(found))


def cable(world: World, key: PortKey) -> tuple[Pair, ...]:
    """What a time-domain reflectometer finds: two pairs on a 100 Mbit/s port, else four."""
    port, home = world.ports[key], home_at(world, key)
    count = 2 if port.max_mbps <= FAST else 4
    if home is None:
        return (Pair(PairState.OPEN, 0.0),) * count
    line = home.line
    if line.cut_at_m is not None:
        return (Pair(PairState.OPEN, line.cut_at_m),) * count
    if line.short_at_m is not None:
        return (Pair(PairState.SHORT, line.short_at_m),) * count
    if line.unplugged:
        return (Pair(PairState.OPEN, line.length_m),) * count
    live = home.power and home.router.powered
    whole = Pair(PairState.OK if live else PairState.OFF, line.length_m)
    if line.broken_pair_at_m is None:
        return (whole,) * count
    return (*(whole,) * (count - 1), Pair(PairState.OPEN, line.broken_pair_at_m))
