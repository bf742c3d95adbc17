"""Loss and delay on the way to a home. Pure."""

from __future__ import annotations

from collections.abc import Callable

from netdiag.lab.link import link
from netdiag.lab.reach import path_up, wires_of
from netdiag.lab.things import Device, Home, World

_FULL = 0.93  # an uplink this full drops
_BUSY_CPU = 90.0


def home_loss(world: World, home: Home) -> float:
    """Share of the packets to an online home that are lost."""
    state = link(world, home.plugged)
    port, device = world.ports[home.plugged], world.devices[home.plugged[0]]
    loss = home.line.fcs_errors * 20 + port.out_discards * 5
    if not state.full:
        loss += 0.1
    if device.storm_pps > 1000:
        loss += 0.25
    elif device.cpu_pct >= _BUSY_CPU:
        loss += 0.1
    return min(0.9, loss + _uplink_loss(world, home))


def home_rtt_ms(world: World, home: Home) -> float:
    """Average round trip to an online home."""
    slow = 78.0 if _uplink_loss(world, home) else 0.0
    busy = 40.0 if world.devices[home.plugged[0]].cpu_pct >= _BUSY_CPU else 0.0
    return 1.8 + home.line.length_m / 100 + slow + busy


def _uplink_loss(world: World, home: Home) -> float:
    loss = 0.0
    path = path_up(world, home.plugged[0])
    for port in world.ports.values():
        others = {end[0] for w in wires_of(world, port.key) for end in (w.child, w.parent)}
        if port.uplink and port.device in path and others & set(path) - {port.device}:
            loss += (0.12 if port.fill >= _FULL else 0.0) + port.fcs_errors * 20
    return loss


def way_to(world: World, address: str, alive: Callable[[str], bool]) -> tuple[float, float] | None:
    """Loss (share) and delay (seconds) of a ping from the provider's own network; None is silence.
    Homes cannot be reached from there: only their router pings them."""
    for device in world.devices.values():
        if device.host == address:
            return _to_device(world, device) if alive(device.id) else None
    if address.endswith(".0.53"):
        return (0.0, 0.001) if world.net.dns_up else None
    if address in world.net.anchors and alive("core-1"):
        return None if address in world.net.silent_hosts else (world.net.internet_loss, 0.012)
    return None


def _to_device(world: World, device: Device) -> tuple[float, float]:
    full = any(port.fill >= _FULL for port in world.ports.values() if port.device == device.id)
    loss = (0.12 if full else 0.0) + (0.2 if device.storm_pps > 1000 else 0.0)
    return loss, 0.08 if full else 0.0008
