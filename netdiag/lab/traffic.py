"""How fast every counter grows. Pure; numbers are per second."""

from __future__ import annotations

from dataclasses import dataclass, fields
from zlib import crc32

from netdiag.lab.link import Link, home_at, link
from netdiag.lab.reach import path_up, wires_of
from netdiag.lab.service import online
from netdiag.lab.things import Home, Port, PortKey, World

HOME = "@home"  # meters of a home's session are kept under (HOME, id)
FRAME_UP, FRAME_DOWN = 220, 900  # octets of an average frame from and to a home


@dataclass(frozen=True, slots=True)
class Rates:
    """Growth of the counters of one port; `in` is what the device receives."""

    in_octets: float = 0.0
    in_ucast: float = 0.0
    in_mcast: float = 0.0
    in_bcast: float = 0.0
    out_octets: float = 0.0
    out_ucast: float = 0.0
    out_mcast: float = 0.0
    out_bcast: float = 0.0
    fcs: float = 0.0
    align: float = 0.0
    late: float = 0.0
    in_discards: float = 0.0
    out_discards: float = 0.0

    def plus(self, other: Rates) -> Rates:
        """Both together."""
        return Rates(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Rates)))

    def turned(self) -> Rates:
        """The same traffic, seen from the other end of the wire; errors stay behind."""
        return Rates(
            self.out_octets, self.out_ucast, self.out_mcast, self.out_bcast,
            self.in_octets, self.in_ucast, self.in_mcast, self.in_bcast,
        )  # fmt: skip


COUNTERS = tuple(f.name for f in fields(Rates))


def usage(home: Home) -> Rates:
    """What a home sends and receives while online, before its port has a say."""
    sold = home.account.down_mbps
    spread = 0.6 + crc32(home.id.encode()) % 80 / 100
    down = sold * 0.98 if home.loads_fully else min(sold * 0.5, 18.0 * spread)
    out_ucast = down * 1e6 / 8 / FRAME_DOWN
    in_ucast = out_ucast * 0.8 + home.router.flood_pps
    return Rates(
        in_octets=in_ucast * FRAME_UP, in_ucast=in_ucast, in_mcast=0.4, in_bcast=0.3,
        out_octets=out_ucast * FRAME_DOWN, out_ucast=out_ucast, out_mcast=1.5, out_bcast=2.0,
    )  # fmt: skip


def rates(world: World, key: PortKey, now: float) -> Rates:
    """Growth of one port's counters, or of one home's session."""
    if key[0] == HOME:
        home = world.homes[key[1]]
        return usage(home) if online(world, home, now) else Rates()
    port, state = world.ports[key], link(world, key)
    if not state.up:
        return Rates()
    return _uplink(world, port, now) if port.uplink else _edge(world, port, state, now)


def _edge(world: World, port: Port, state: Link, now: float) -> Rates:
    home = home_at(world, port.key)
    storm = world.devices[port.device].storm_pps
    idle = Rates(200, 1.0, 0.1, 0.4, 300 + storm * 64, 1.0, 1.0, 2.0 + storm)
    if home is None or home.router.hung:
        return idle
    flow = usage(home) if online(world, home, now) else idle
    echo = 4000.0 if home.router.loops else 0.0
    frames_in = flow.in_ucast + flow.in_mcast + flow.in_bcast
    bad = home.line.fcs_errors + (0.0008 if not state.full else 0.0)
    return flow.plus(
        Rates(
            in_bcast=echo,
            in_octets=echo * 64,
            out_bcast=storm,
            fcs=bad * frames_in,
            align=bad * frames_in * 0.1,
            late=0.0 if state.full else flow.out_ucast * 0.0004,
            out_discards=port.out_discards * flow.out_ucast,
        )
    )


def _uplink(world: World, port: Port, now: float) -> Rates:
    total = Rates()
    for wire in wires_of(world, port.key):
        upward = wire.child == port.key
        for flow in _behind(world, wire.child[0], wire.parent[0], now):
            total = total.plus(flow.turned() if upward else flow)
    total = total.plus(_transit(port)).plus(_broadcasts(world, port))
    for peer in _peers(world, port):
        total = total.plus(_transit(peer).turned())
    frames = total.in_ucast + total.in_bcast + total.in_mcast
    return total.plus(
        Rates(fcs=port.fcs_errors * frames, out_discards=port.out_discards * total.out_ucast)
    )


def _transit(port: Port) -> Rates:
    """What an uplink receives that belongs to nobody in the lab."""
    octets = port.fill * port.max_mbps * 1e6 / 8
    return Rates(in_octets=octets + 2000, in_ucast=octets / FRAME_DOWN + 20, in_mcast=6.0)


def _broadcasts(world: World, port: Port) -> Rates:
    storm = max(world.devices[end].storm_pps for end in _ends(world, port))
    return Rates(in_octets=storm * 64, in_bcast=14.0 + storm, out_bcast=10.0, out_mcast=4.0)


def _peers(world: World, port: Port) -> list[Port]:
    """The ports at the other ends of its wires."""
    ends = {end for wire in wires_of(world, port.key) for end in (wire.child, wire.parent)}
    return [world.ports[end] for end in sorted(ends - {port.key})]


def _ends(world: World, port: Port) -> list[str]:
    return [port.device, *(peer.device for peer in _peers(world, port))]


def _behind(world: World, child: str, parent: str, now: float) -> list[Rates]:
    """Traffic of every home whose way up leads from `child` to `parent`."""
    found = []
    for home in world.homes.values():
        path = path_up(world, home.plugged[0])
        if child in path and parent in path and online(world, home, now):
            found.append(usage(home))
    return found
