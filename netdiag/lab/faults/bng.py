"""Faults of the border router, its pools and sessions, and of the VLAN behind it."""

from __future__ import annotations

from dataclasses import replace

from netdiag.lab.change import with_device, with_home, with_net, with_router
from netdiag.lab.faults.spec import DHCP, IPOE, PPPOE, Fault
from netdiag.lab.service import pool_key, pool_of
from netdiag.lab.things import Home, Session, World


def dead(world: World, home: Home, at: float) -> World:
    """The border router is dead."""
    return with_device(world, home.bng, dead=True)


def radius_down(world: World, home: Home, at: float) -> World:
    """RADIUS does not answer: who has a session keeps it, who dials gets none."""
    return with_net(_redial(world, home), radius_up=False, radius_down_at=at)


def pool_full(world: World, home: Home, at: float) -> World:
    """No address is left in the pool of his service."""
    full = world.net.pools_full | {pool_key(home.bng, pool_of(home))}
    return with_net(_redial(world, home), pools_full=full)


def pool_missing(world: World, home: Home, at: float) -> World:
    """RADIUS names a pool that the router no longer has."""
    gone = world.net.pools_missing | {pool_key(home.bng, pool_of(home))}
    return with_net(_redial(world, home), pools_missing=gone)


def _redial(world: World, home: Home) -> World:
    """His box was restarted after it began."""
    return with_home(world, home.id, must_dial=True)


def stale_session(world: World, home: Home, at: float) -> World:
    """The router keeps a session whose peer has gone; the new one is refused."""
    ghost = Session(started=home.online_since, mac=home.router.mac, ghost_since=at)
    return with_home(world, home.id, session=ghost)


def duplicate_login(world: World, home: Home, at: float) -> World:
    """Somebody else uses his login, and was first."""
    other = Session(started=at, mac="02:77:dd:00:00:07", foreign=True)
    return with_home(world, home.id, session=other)


def rogue_dhcp(world: World, home: Home, at: float) -> World:
    """A neighbour's router answers DHCP in the VLAN; his box took its address."""
    ports = (p for p in world.ports.values() if p.device == home.port[0] and not p.uplink)
    free = min((p for p in ports if p.key not in world.plugged), key=lambda port: port.number)
    rogues = (*world.net.rogues, (home.vlan, "02:77:bb:00:00:01", free.key))
    world = with_router(world, home.id, lured=True)
    return replace(world, net=replace(world.net, rogues=rogues))


def ip_conflict(world: World, home: Home, at: float) -> World:
    """A neighbour set the same address by hand."""
    return with_home(world, home.id, ip_stolen_by="02:77:aa:00:00:02")


FAULTS = (
    Fault(
        name="bng-dead", title="Border router is dead", expected="provider.bng.unreachable",
        home="100231", apply=dead,
    ),
    Fault(
        name="radius-down", title="RADIUS does not answer",
        expected="provider.aaa.radius-down", home="100210", apply=radius_down, services=PPPOE,
    ),
    Fault(
        name="dhcp-pool-full", title="DHCP pool exhausted",
        expected="provider.bng.dhcp-pool-exhausted", home="100211", apply=pool_full, services=DHCP,
    ),
    Fault(
        name="pppoe-no-address", title="PPPoE pool exhausted",
        expected="provider.bng.pppoe-no-address", home="100210", apply=pool_full, services=PPPOE,
    ),
    Fault(
        name="pppoe-pool-missing", title="Pool named by RADIUS is missing",
        expected="provider.bng.pppoe-no-address", home="100227", apply=pool_missing,
        services=PPPOE,
    ),
    Fault(
        name="stale-session", title="Stale session on the router",
        expected="provider.bng.stale-session", home="100234", apply=stale_session, services=PPPOE,
    ),
    Fault(
        name="duplicate-login", title="Somebody else uses the login",
        expected="settings.pppoe.duplicate-login", home="100224", apply=duplicate_login,
        services=PPPOE,
    ),
    Fault(
        name="rogue-dhcp", title="Foreign DHCP server in the VLAN",
        expected="provider.l2.rogue-dhcp", home="100226", apply=rogue_dhcp, services=DHCP,
    ),
    Fault(
        name="ip-conflict", title="Address used twice", expected="settings.ip.conflict",
        home="100206", apply=ip_conflict, services=IPOE,
    ),
)  # fmt: skip
