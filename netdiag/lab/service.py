"""Has a home its service, and if not, at which gate does it stop? Pure."""

from __future__ import annotations

from enum import StrEnum

from netdiag.lab.link import link
from netdiag.lab.reach import reachable
from netdiag.lab.things import Home, Service, World


class Reject(StrEnum):
    """Why RADIUS says no."""

    UNKNOWN_USER = "unknown user"
    WRONG_PASSWORD = "wrong password"  # noqa: S105
    BLOCKED = "account blocked"
    OTHER_MAC = "other MAC"
    OTHER_PORT = "other port"
    SECOND_SESSION = "already online"


def login_of(home: Home) -> str:
    """The login that his box really sends."""
    return home.router.login or home.login


def pool_of(home: Home) -> str:
    """The pool that his address comes from."""
    return f"{home.service}-pool"


def pool_key(bng: str, pool: str) -> str:
    """How a pool is named in the world: each router has its own."""
    return f"{bng}/{pool}"


def heard(world: World, home: Home) -> bool:
    """Frames of his box reach the router that serves him."""
    port = world.ports[home.plugged]
    return (
        link(world, home.plugged).up
        and not home.router.hung
        and port.pvid == home.vlan
        and reachable(world, home.plugged[0])
        and reachable(world, home.bng)
    )


def asks(home: Home) -> bool:
    """His box dials, sends DISCOVER, or just uses its address."""
    return home.router.asks and not home.router.serves_dhcp


def paid(home: Home, now: float) -> bool:
    """Billing lets him in."""
    return home.account.state == "active" and home.account.paid_until > now


def reject(world: World, home: Home, now: float) -> Reject | None:
    """What RADIUS would answer to his PPPoE login now; None is an Access-Accept."""
    tried = login_of(home)
    checks = (
        (not home.account.provisioned or tried != home.login, Reject.UNKNOWN_USER),
        (home.router.wrong_password, Reject.WRONG_PASSWORD),
        (not paid(home, now), Reject.BLOCKED),
        (home.router.mac not in home.macs, Reject.OTHER_MAC),
        (home.plugged != home.port, Reject.OTHER_PORT),
        (home.session is not None, Reject.SECOND_SESSION),
    )
    return next((reason for wrong, reason in checks if wrong), None)


def reserved(home: Home) -> bool:
    """His lease is a fixed entry of the DHCP server; the others come and go."""
    return home.service is Service.DHCP and int(home.id) % 2 == 0


def address_left(world: World, home: Home) -> bool:
    """The pool of his service has an address for him, or he still holds one."""
    pool = pool_key(home.bng, pool_of(home))
    gone = pool in world.net.pools_full or pool in world.net.pools_missing
    return not (gone and home.must_dial and not reserved(home))


def dials(world: World, home: Home) -> bool:
    """Calls at the router that it hears."""
    return heard(world, home) and asks(home)


def bound(home: Home) -> bool:
    """The DHCP server or the address filter knows this box at this port."""
    return home.router.mac in home.macs and home.plugged == home.port and home.account.provisioned


def online(world: World, home: Home, now: float) -> bool:
    """The service stands: session, lease or a static address that answers."""
    if not dials(world, home) or not address_left(world, home):
        return False
    if home.service is Service.PPPOE:
        known = world.net.radius_up or not home.must_dial
        return known and reject(world, home, now) is None
    if home.service is Service.DHCP:
        return bound(home) and not home.router.lured
    return bound(home) and home.router.address is None


def passes(world: World, home: Home, now: float) -> bool:
    """His packets go on to the Internet: no debtors' list, no lost route."""
    lost = home.bng in world.net.no_default
    return not (home.left_on_list or lost or not paid(home, now))
