"""Faults at home: the box, its settings, what hangs behind it."""

from __future__ import annotations

from netdiag.lab.change import with_port, with_router
from netdiag.lab.faults.spec import DHCP, PPPOE, STATIC, Fault
from netdiag.lab.things import Beat, Block, Home, Model, World


def off(world: World, home: Home, at: float) -> World:
    """The box has no power."""
    return with_router(world, home.id, powered=False)


def hung(world: World, home: Home, at: float) -> World:
    """The box hangs: link, but not one frame."""
    return with_router(world, home.id, hung=True)


def silent(world: World, home: Home, at: float) -> World:
    """The box was reset and no longer dials, or no longer asks for an address."""
    return with_router(world, home.id, asks=False)


def slow_port(world: World, home: Home, at: float) -> World:
    """The box has only 100 Mbit/s ports."""
    return with_router(world, home.id, max_mbps=100)


def loop(world: World, home: Home, at: float) -> World:
    """A cable back into the same box; switches with loop detection shut the port."""
    world = with_router(world, home.id, loops=True)
    if world.devices[home.port[0]].model is Model.GENERIC:
        return world
    return with_port(world, home.port, block=Block.LOOP)


def lan_in_wan(world: World, home: Home, at: float) -> World:
    """Our cable sits in a LAN socket: the box gives out addresses to the street."""
    return with_router(world, home.id, serves_dhcp=True)


def replaced(world: World, home: Home, at: float) -> World:
    """A new box with another MAC."""
    return with_router(world, home.id, mac=f"02:77:ee:{home.router.mac[9:]}")


def wrong_password(world: World, home: Home, at: float) -> World:
    """The password was typed in wrongly."""
    return with_router(world, home.id, wrong_password=True)


def wrong_login(world: World, home: Home, at: float) -> World:
    """The login was typed in wrongly."""
    return with_router(world, home.id, login=f"{home.login}x")


def wrong_address(world: World, home: Home, at: float) -> World:
    """Another address than the contract's was set by hand."""
    return with_router(world, home.id, address="192.168.0.2")


def mute(world: World, home: Home, at: float) -> World:
    """The box renews its lease and answers neither ARP nor ping."""
    return with_router(world, home.id, answers=False)


def drops(world: World, home: Home, at: float) -> World:
    """The session ends again and again while the link stays up."""
    return with_router(world, home.id, drops=Beat(every_s=2000, since=at))


def infected(world: World, home: Home, at: float) -> World:
    """A machine at home sends mail to hundreds of servers."""
    return with_router(world, home.id, flood_pps=24000.0, mail_targets=60)


def foreign_dns(world: World, home: Home, at: float) -> World:
    """The box asks somebody else's resolver."""
    return with_router(world, home.id, dns="192.0.2.53")


def double_nat(world: World, home: Home, at: float) -> World:
    """A second router stands behind the first."""
    return with_router(world, home.id, double_nat=True)


def bad_wifi(world: World, home: Home, at: float) -> World:
    """The cable is fine, the air is not."""
    return with_router(world, home.id, bad_wifi=True)


FAULTS = (
    Fault(
        name="router-off", title="Router has no power",
        expected="subscriber.cpe.powered-off", home="100208", apply=off,
    ),
    Fault(
        name="router-hung", title="Router hangs", expected="subscriber.cpe.hung",
        home="100210", apply=hung,
    ),
    Fault(
        name="no-padi", title="Router does not dial", expected="subscriber.cpe.no-padi",
        home="100214", apply=silent, services=PPPOE,
    ),
    Fault(
        name="no-dhcp-request", title="Router does not ask for an address",
        expected="subscriber.cpe.no-dhcp-request", home="100204", apply=silent, services=DHCP,
    ),
    Fault(
        name="router-100", title="Router has only 100 Mbit/s",
        expected="subscriber.cpe.port-limited", home="100216", apply=slow_port,
    ),
    Fault(
        name="loop", title="Loop behind the subscriber", expected="subscriber.lan.loop",
        home="100228", apply=loop,
    ),
    Fault(
        name="lan-in-wan", title="Our cable in the router's LAN socket",
        expected="subscriber.cpe.lan-in-wan", home="100205", apply=lan_in_wan,
    ),
    Fault(
        name="router-replaced", title="Router replaced, MAC unknown",
        expected="settings.access.mac-binding", home="100205", apply=replaced,
    ),
    Fault(
        name="wrong-password", title="Wrong PPPoE password",
        expected="settings.pppoe.wrong-password", home="100227", apply=wrong_password,
        services=PPPOE,
    ),
    Fault(
        name="wrong-login", title="Wrong PPPoE login", expected="settings.pppoe.wrong-login",
        home="100223", apply=wrong_login, services=PPPOE,
    ),
    Fault(
        name="wrong-static-ip", title="Wrong static address in the router",
        expected="settings.cpe.wrong-static-ip", home="100236", apply=wrong_address,
        services=STATIC,
    ),
    Fault(
        name="arp-silent", title="Lease bound, ARP incomplete",
        expected="undetermined.l3.arp-incomplete", home="100215", apply=mute, services=DHCP,
    ),
    Fault(
        name="session-drops", title="Session ends again and again",
        expected="undetermined.pppoe.peer-not-responding", home="100234", apply=drops,
        services=PPPOE, ago_s=21000,
    ),
    Fault(
        name="infected", title="Infected machine sends mail",
        expected="subscriber.host.infected", home="100224", apply=infected,
    ),
    Fault(
        name="foreign-dns", title="Router asks a foreign resolver",
        expected="settings.cpe.wrong-dns", home="100224", apply=foreign_dns,
    ),
    Fault(
        name="double-nat", title="Second router behind the first",
        expected="subscriber.cpe.double-nat", home="100224", apply=double_nat,
    ),
    Fault(
        name="bad-wifi", title="Wi-Fi only", expected="subscriber.lan.wifi-only",
        home="100214", apply=bad_wifi,
    ),
)  # fmt: skip
