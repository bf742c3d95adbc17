"""Where one message of a TCP connection ends and the next begins (RFC 6587)."""

from __future__ import annotations

import asyncio

from netdiag.listeners.syslog_decode import LONGEST

_DIGITS = 6  # of the length that may stand before a message (RFC 6587, 3.4.1)
LIMIT = LONGEST + _DIGITS + 1  # of what a reader has to hold


async def next_message(reader: asyncio.StreamReader) -> bytes:
    """The next message; empty at the end. Raises ValueError for one that is too long."""
    while True:
        first = await reader.read(1)
        if first not in (b"\n", b"\r", b"\0", b" "):
            break
    if not first:
        return b""
    if not first.isdigit():
        return first + await _line(reader)
    digits = first
    while (octet := await reader.read(1)).isdigit():
        digits += octet
        if len(digits) > _DIGITS:
            break
    if octet != b" " or not 0 < int(digits) <= LONGEST:
        return digits + octet + await _line(reader)
    begin = await reader.read(1)
    if begin != b"<":  # a line that begins with a number: a message begins with its priority
        return digits + octet + begin + await _line(reader)
    return begin + await reader.readexactly(int(digits) - 1)


async def _line(reader: asyncio.StreamReader) -> bytes:
    """Up to the line feed; at the end of the connection what is left."""
    try:
        return await reader.readuntil(b"\n")
    except asyncio.IncompleteReadError as error:
        return error.partial
    except asyncio.LimitOverrunError:
        raise ValueError("longer than a message may be") from None
