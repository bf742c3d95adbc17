"""Whose address is it? Devices by the addresses from which they send."""

from __future__ import annotations

import ipaddress
import logging
import socket
from collections.abc import Iterable
from dataclasses import dataclass, field

from netdiag.model.subscriber import Device

_MOST_UNKNOWN = 256
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Senders:
    """Made of the inventory's devices; a sender whom nobody knows is named once in the log."""

    relays: frozenset[str] = frozenset()
    _by_address: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _by_name: dict[str, str] = field(default_factory=dict)
    _unknown: set[str] = field(default_factory=set)

    def learn(self, devices: Iterable[Device]) -> None:
        """Take the devices of the inventory. Names are resolved: call it in a thread."""
        by_address: dict[str, list[str]] = {}
        by_name: dict[str, str] = {}
        for device in devices:
            by_name[device.id.casefold()] = device.id
            by_name.setdefault(device.host.casefold(), device.id)
            for address in _addresses(device.host):
                by_address.setdefault(address, []).append(device.id)
        self._by_address = {address: tuple(ids) for address, ids in by_address.items()}
        self._by_name = by_name

    def device(self, address: str, called: str | None) -> str | None:
        """The device that sends from there. What it calls itself counts only behind a relay, or
        where several share the address: anybody can write a name."""
        address = _plain(address)
        here = self._by_address.get(address, ())
        if len(here) == 1 and address not in self.relays:
            return here[0]
        named = self._by_name.get((called or "").casefold())
        if named is not None and (address in self.relays or named in here):
            return named
        self._wonder(address)
        return None

    def _wonder(self, address: str) -> None:
        if address in self._unknown or len(self._unknown) >= _MOST_UNKNOWN:
            return
        self._unknown.add(address)
        _log.warning(
            "syslog from %s: no device of the inventory has this address; not kept", address
        )


def _addresses(host: str) -> list[str]:
    try:
        return [_plain(host)] if ipaddress.ip_address(host) else []
    except ValueError:
        pass
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_DGRAM)
    except OSError:
        return []
    return sorted({_plain(str(entry[4][0])) for entry in found})


def _plain(address: str) -> str:
    """Without a zone; an IPv4 address that came over an IPv6 socket is an IPv4 address."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    mapped = known.ipv4_mapped if isinstance(known, ipaddress.IPv6Address) else None
    return str(mapped or known)
