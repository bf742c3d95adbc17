"""What the inventory knows and a shared recording must not tell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address

from netdiag.model.errors import NetdiagError
from netdiag.service.app import App

_SHORTEST = 3


class LeakError(NetdiagError):
    """A recording still holds something that had to be masked; it is not written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """`names` of devices, sites and people, `logins`; `addresses` are masked by their form."""

    names: tuple[str, ...]
    logins: tuple[str, ...]
    addresses: tuple[str, ...]


def known_words(app: App, place: str) -> Known:
    """Of all devices, and of the subscribers behind this one. Raises InventoryUnavailableError."""
    device = place.partition(":")[0]
    devices = app.inventory.devices()
    ids = app.inventory.behind(device).subscribers
    people = [one for ident in ids if (one := app.inventory.subscriber(ident))]
    return Known(
        names=_long(
            *(text for one in devices for text in (one.id, one.site, _name(one.host))),
            *(text for one in people for text in (one.id, one.phone)),
        ),
        logins=_long(*(one.login for one in people)),
        addresses=_long(
            *(_far(one.host) for one in devices),
            *(one.ip for one in people),
            *(mac for one in people for mac in one.macs),
        ),
    )


def refuse_leaks(lines: Iterable[str], known: Known) -> None:
    """Raises LeakError with what is still there."""
    text = "\n".join(lines)
    words = (*known.names, *known.logins, *known.addresses)
    left = [w for w in words if re.search(rf"(?<!\w){re.escape(w)}(?!\w)", text, re.IGNORECASE)]
    if left:
        raise LeakError(
            f"The recording still holds {', '.join(sorted(left)[:5])}; it is not written. Report "
            "this, or record without --scrub and mask it by hand."
        )


def _name(host: str) -> str | None:
    return None if _is_address(host) else host


def _far(host: str) -> str | None:
    """Addresses of this machine itself tell nothing, and stay."""
    return host if _is_address(host) and not ip_address(host).is_loopback else None


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _long(*texts: str | None) -> tuple[str, ...]:
    """Two letters stand everywhere; numbers alone are no names."""
    told = (text for text in texts if text and len(text) >= _SHORTEST and not text.isdecimal())
    return tuple(dict.fromkeys(told))
