"""Which device an address belongs to, and what proves that it is the device."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address

from netdiag.listeners.traps import Sender
from netdiag.model.secret import Secret
from netdiag.model.subscriber import Device
from netdiag.settings import Credentials

_RESOLVERS = 16  # names that are looked up at once


def senders(
    devices: Iterable[Device],
    credentials: Mapping[str, Credentials],
    communities: Iterable[Secret],
) -> dict[str, Sender]:
    """Devices by address. An address that several devices share (behind a NAT, say) is nobody's:
    it cannot be told who sent. Blocking: names are looked up."""
    everywhere = frozenset(communities)
    found: dict[str, Sender | None] = {}
    listed = list(devices)
    with ThreadPoolExecutor(_RESOLVERS) as pool:
        resolved = list(pool.map(lambda device: _addresses(device.host), listed))
    for device, addresses in zip(listed, resolved, strict=True):
        own = credentials.get(device.credentials, Credentials()).secrets.get("snmp.community")
        sender = Sender(
            device=device.id, communities=everywhere | ({own} if own is not None else set())
        )
        for address in addresses:
            found[address] = None if address in found else sender
    return {address: sender for address, sender in found.items() if sender is not None}


def _addresses(host: str) -> tuple[str, ...]:
    try:
        return (str(ip_address(host)),)
    except ValueError:
        pass
    try:
        return tuple({str(info[4][0]) for info in socket.getaddrinfo(host, None)})
    except OSError:
        return ()
