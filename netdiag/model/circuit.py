"""How access nodes write a subscriber's port into DHCP option 82 and RADIUS attributes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Notation:
    """One notation. `pattern` is searched in the text, or with `octets` in the hex digits.

    Its named groups say what they hold: `device` (name of the access node), `mac` (of the node),
    `port` (name), `unit` and `number` (of the port), `vlan`, `onu`. In hex, `unit`, `number` and
    `vlan` are hex digits, `device` and `port` text.
    """

    name: str
    pattern: str
    octets: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circuit:
    """What a circuit-id or remote-id tells; None where it does not."""

    notation: str
    device: str | None = None
    mac: str | None = None  # aa:bb:cc:dd:ee:ff of the access node
    port: str | None = None
    unit: int | None = None
    number: int | None = None
    vlan: int | None = None
    onu: str | None = None
