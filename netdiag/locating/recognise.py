"""Which device of the inventory a neighbour is. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from netdiag.locating.neighbours import Neighbour, Own


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A device of the inventory, and what it told of itself."""

    id: str
    host: str
    own: Own = field(default_factory=Own)
    answered: bool = False  # its tables of neighbours could be read


def recognised(one: Neighbour, devices: Sequence[Known]) -> tuple[str | None, tuple[str, ...]]:
    """The device that a neighbour is, and what speaks against it. Its MAC is surest, then its
    address, then the name that it gives itself."""
    by_mac = {d.id for d in devices if one.chassis and one.chassis in d.own.macs}
    by_address = {d.id for d in devices if one.address and d.host == one.address}
    by_name = {d.id for d in devices if one.name and _named(one.name, d)}
    for found in (by_mac, by_address, by_name):
        if len(found) == 1:
            ident = next(iter(found))
            others = (by_mac | by_address | by_name) - {ident}
            told = ", ".join(sorted(others))
            doubt = (f"{one.called} is {ident} by one mark and {told} by another",) if told else ()
            return ident, doubt
    several = by_mac or by_address or by_name
    if several:
        return None, (f"{one.called} may be each of {', '.join(sorted(several))}",)
    return None, ()


def _named(name: str, device: Known) -> bool:
    """Agents write a domain behind the name, or a serial number in brackets (CDP)."""
    short = name.casefold().partition("(")[0]
    own = {device.id.casefold(), device.host.casefold(), *(n.casefold() for n in device.own.names)}
    return short in own or short.partition(".")[0] in {
        n.partition(".")[0] for n in own if not _ip(n)
    }


def _ip(text: str) -> bool:
    return text.replace(".", "").isdigit()
