"""Faults behind the border router, and what is none."""

from __future__ import annotations

from netdiag.lab.change import with_home, with_net
from netdiag.lab.faults.spec import Fault
from netdiag.lab.things import Home, World
from netdiag.lab.town import SHOP


def route_lost(world: World, home: Home, at: float) -> World:
    """The border router has lost its default route."""
    return with_net(world, no_default=world.net.no_default | {home.bng})


def debtor_left(world: World, home: Home, at: float) -> World:
    """He has paid and is still on the debtors' list."""
    return with_home(world, home.id, left_on_list=True)


def dns_down(world: World, home: Home, at: float) -> World:
    """Our resolver is down."""
    return with_net(world, dns_up=False)


def mtu_hole(world: World, home: Home, at: float) -> World:
    """Packets over 1380 octets vanish without a word."""
    return with_home(world, home.id, path_mtu=1380)


def nat_full(world: World, home: Home, at: float) -> World:
    """The table of connections is full."""
    return with_net(world, nat_used=0.985)


def shop_down(world: World, home: Home, at: float) -> World:
    """One service on the Internet is down, the rest is fine."""
    return with_net(world, silent_hosts=world.net.silent_hosts | {SHOP})


def full_rate(world: World, home: Home, at: float) -> World:
    """He uses all that he pays for."""
    return with_home(world, home.id, loads_fully=True)


FAULTS = (
    Fault(
        name="route-lost", title="Border router lost its default route",
        expected="provider.core.routing-fault", home="100232", apply=route_lost,
    ),
    Fault(
        name="debtor-left", title="Paid, still on the debtors' list",
        expected="provider.core.routing-fault", home="100235", apply=debtor_left,
    ),
    Fault(
        name="dns-down", title="Resolver does not answer",
        expected="provider.core.dns-failing", home="100202", apply=dns_down,
    ),
    Fault(
        name="mtu-hole", title="Large packets vanish",
        expected="provider.core.mtu-blackhole", home="100222", apply=mtu_hole,
    ),
    Fault(
        name="nat-full", title="NAT table full", expected="provider.core.cgnat-exhausted",
        home="100202", apply=nat_full,
    ),
    Fault(
        name="shop-down", title="One service on the Internet is down",
        expected="remote.service.single-site", home="100202", apply=shop_down,
    ),
    Fault(
        name="full-rate", title="Speed as sold, used up",
        expected="none.speed-within-tariff", home="100222", apply=full_rate,
    ),
)  # fmt: skip
