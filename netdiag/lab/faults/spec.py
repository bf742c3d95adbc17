"""What a fault is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from netdiag.lab.things import Home, Service, World

# The world, the home that suffers, when it began (Unix) → the other world
Apply = Callable[[World, Home, float], World]

ANY = (Service.PPPOE, Service.DHCP, Service.STATIC)
PPPOE = (Service.PPPOE,)
DHCP = (Service.DHCP,)
STATIC = (Service.STATIC,)
IPOE = (Service.DHCP, Service.STATIC)
HALF_HOUR = 1800.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """`expected` is a label for whoever compares; no server of the lab reads it. `home` is who
    suffers when nobody is named; `ago_s` how long it has been going on when it is switched on."""

    name: str
    title: str
    expected: str
    home: str
    apply: Apply
    services: tuple[Service, ...] = ANY
    ago_s: float = HALF_HOUR
