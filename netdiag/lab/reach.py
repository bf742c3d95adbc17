"""What hangs on what: who runs, who can be reached, which wires carry. Pure."""

from __future__ import annotations

from netdiag.lab.things import PortKey, Wire, World


def wire_up(world: World, wire: Wire) -> bool:
    """Both devices run and neither has its end shut."""
    ends = (wire.child, wire.parent)
    return all(
        world.devices[key[0]].runs and world.ports[key].admin_up and world.ports[key].block is None
        for key in ends
    )


def reachable(world: World, device: str) -> bool:
    """It runs, and something above it carries; several wires up are redundant."""
    if not world.devices[device].runs:
        return False
    above = [wire for wire in world.wires if wire.child[0] == device]
    if not above:
        return True
    return any(wire_up(world, wire) and reachable(world, wire.parent[0]) for wire in above)


def path_up(world: World, device: str) -> list[str]:
    """The device and those above it, nearest first, over wires that carry."""
    path = [device]
    while True:
        above = [w for w in world.wires if w.child[0] == path[-1]]
        carrying = [w for w in above if wire_up(world, w) and reachable(world, w.parent[0])]
        if not (carrying or above):
            return path
        path.append((carrying or above)[0].parent[0])


def uplink_of(world: World, device: str) -> PortKey | None:
    """The port of the device that leads up now."""
    above = [wire for wire in world.wires if wire.child[0] == device]
    carrying = [wire for wire in above if wire_up(world, wire)]
    return (carrying or above)[0].child if above else None


def below(world: World, device: str) -> set[str]:
    """The device and every device whose way up leads over it now."""
    return {other for other in world.devices if device in path_up(world, other)}


def wires_of(world: World, port: PortKey) -> list[Wire]:
    """Wires that end in this port."""
    return [wire for wire in world.wires if port in (wire.child, wire.parent)]
