"""Faults of switches and their ports."""

from __future__ import annotations

from netdiag.lab.change import with_device, with_home, with_port
from netdiag.lab.faults.spec import Fault
from netdiag.lab.reach import path_up, uplink_of
from netdiag.lab.things import Beat, Block, Home, PortKey, World


def switch_dead(world: World, home: Home, at: float) -> World:
    """The access switch is broken."""
    return with_device(world, home.port[0], dead=True)


def aggregation_dead(world: World, home: Home, at: float) -> World:
    """The switch above the access switch is broken."""
    return with_device(world, path_up(world, home.port[0])[1], dead=True)


def site_power(world: World, home: Home, at: float) -> World:
    """No mains at the site: switches without a battery die, the homes are dark."""
    site = world.devices[home.port[0]].site
    for device in [d for d in world.devices.values() if d.site == site]:
        world = with_device(world, device.id, mains=False)
    for other in [h for h in world.homes.values() if world.devices[h.port[0]].site == site]:
        world = with_home(world, other.id, power=False)
    return world


def reboot_loop(world: World, home: Home, at: float) -> World:
    """The switch restarts every twelve minutes."""
    return with_device(world, home.port[0], restarts=Beat(every_s=700, since=at), temp_c=68.0)


def port_shut(world: World, home: Home, at: float) -> World:
    """Somebody shut the port and forgot."""
    return with_port(world, home.port, admin_up=False)


def storm_block(world: World, home: Home, at: float) -> World:
    """Storm control has shut the port."""
    return with_port(world, home.port, block=Block.STORM)


def bpdu_block(world: World, home: Home, at: float) -> World:
    """BPDU guard has shut the port."""
    return with_port(world, home.port, block=Block.BPDU_GUARD)


def mac_limit(world: World, home: Home, at: float) -> World:
    """More devices than the port may learn: port security has shut it."""
    beat = Beat(every_s=2, since=at)
    return with_port(world, home.port, block=Block.PORT_SECURITY, mac_limit=1, violations=beat)


def queue_drops(world: World, home: Home, at: float) -> World:
    """The port's queue is too short: 6 of 1,000 frames are dropped."""
    return with_port(world, home.port, out_discards=0.006)


def storm(world: World, home: Home, at: float) -> World:
    """Broadcasts circulate in the access VLAN."""
    return with_device(world, home.port[0], storm_pps=4200.0, cpu_pct=96.0)


def overload(world: World, home: Home, at: float) -> World:
    """The switch's processor has no time left."""
    return with_device(world, home.port[0], cpu_pct=97.0)


def wrong_vlan(world: World, home: Home, at: float) -> World:
    """The port was put into the default VLAN."""
    return with_port(world, home.port, pvid=1)


def other_port(world: World, home: Home, at: float) -> World:
    """His cable was plugged into another port of the switch."""
    ports = (p for p in world.ports.values() if p.device == home.port[0] and not p.uplink)
    free = max(
        (port for port in ports if port.key not in world.plugged), key=lambda port: port.number
    )
    return with_home(world, home.id, plugged=free.key)


def poe_short(world: World, home: Home, at: float) -> World:
    """A short circuit: the switch no longer feeds the box."""
    return with_port(world, home.port, poe="short")


def _uplink(world: World, home: Home) -> PortKey:
    return uplink_of(world, home.port[0]) or home.port


def uplink_full(world: World, home: Home, at: float) -> World:
    """The switch's uplink is full."""
    return with_port(world, _uplink(world, home), fill=0.97)


def uplink_errors(world: World, home: Home, at: float) -> World:
    """The switch's uplink damages frames."""
    return with_port(world, _uplink(world, home), fcs_errors=0.0002)


FAULTS = (
    Fault(
        name="switch-dead", title="Access switch is dead",
        expected="provider.access.device-unreachable", home="100237", apply=switch_dead,
    ),
    Fault(
        name="aggregation-dead", title="Aggregation switch is dead",
        expected="provider.access.device-unreachable", home="100207", apply=aggregation_dead,
    ),
    Fault(
        name="site-power", title="No mains at the site",
        expected="provider.site.power-outage", home="100217", apply=site_power,
    ),
    Fault(
        name="reboot-loop", title="Access switch restarts again and again",
        expected="provider.access.device-reboot-loop", home="100227", apply=reboot_loop,
        ago_s=7300,
    ),
    Fault(
        name="port-shut", title="Port shut by hand",
        expected="provider.access.port-admin-down", home="100233", apply=port_shut,
    ),
    Fault(
        name="port-storm-block", title="Port err-disabled by storm control",
        expected="provider.access.port-err-disabled", home="100217", apply=storm_block,
    ),
    Fault(
        name="port-bpdu-block", title="Port err-disabled by BPDU guard",
        expected="provider.access.port-err-disabled", home="100217", apply=bpdu_block,
    ),
    Fault(
        name="mac-limit", title="Port security: too many MACs",
        expected="settings.access.mac-limit", home="100218", apply=mac_limit,
    ),
    Fault(
        name="queue-drops", title="Port queue drops frames",
        expected="provider.access.queue-drops", home="100213", apply=queue_drops,
    ),
    Fault(
        name="broadcast-storm", title="Broadcast storm in the access VLAN",
        expected="provider.access.broadcast-storm", home="100203", apply=storm,
    ),
    Fault(
        name="switch-overload", title="Access switch overloaded",
        expected="provider.access.device-overload", home="100207", apply=overload,
    ),
    Fault(
        name="wrong-vlan", title="Port in the wrong VLAN",
        expected="settings.access.wrong-vlan", home="100213", apply=wrong_vlan,
    ),
    Fault(
        name="other-port", title="Cable in another port",
        expected="settings.access.mac-on-other-port", home="100202", apply=other_port,
    ),
    Fault(
        name="poe-short", title="Short circuit on a port that feeds the box",
        expected="provider.access.poe-fault", home="100206", apply=poe_short,
    ),
    Fault(
        name="uplink-full", title="Uplink saturated",
        expected="provider.uplink.saturated", home="100212", apply=uplink_full,
    ),
    Fault(
        name="uplink-errors", title="Uplink damages frames",
        expected="provider.uplink.degraded", home="100212", apply=uplink_errors,
    ),
)  # fmt: skip
