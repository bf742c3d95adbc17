"""Names of hosts to addresses, without blocking and within a deadline."""

from __future__ import annotations

import asyncio
import ipaddress
import socket

from netdiag.model.wire import Deadline, NoAnswer
from netdiag.model.words import AbsenceReason


async def address_of(host: str, deadline: Deadline) -> str | NoAnswer:
    """The address of a host; an address is its own. Could not be resolved: `not_asked`, since
    our resolver's trouble says nothing about the device."""
    bare = host.strip("[]")
    try:
        return str(ipaddress.ip_address(bare))
    except ValueError:
        pass
    try:
        async with asyncio.timeout(deadline.remaining):
            found = await asyncio.get_running_loop().getaddrinfo(bare, 0, type=socket.SOCK_DGRAM)
    except TimeoutError:
        return _unresolved(host, "the name service of this host is silent")
    except (OSError, UnicodeError) as error:
        return _unresolved(host, getattr(error, "strerror", None) or "it is no valid name")
    return str(found[0][4][0])


def _unresolved(host: str, why: str) -> NoAnswer:
    return NoAnswer(
        why=AbsenceReason.NOT_ASKED,
        detail=f"The name {host!r} cannot be resolved: {why}. Correct the host in the inventory "
        "or write its address there.",
    )
