"""UDP queries with resending: the first answer wins, however late it was asked for."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import dns.asyncbackend
import dns.asyncquery
import dns.flags
import dns.message

from netdiag.model.wire import Deadline


async def query(
    message: dns.message.Message, address: str, port: int, deadline: Deadline, tries: int
) -> dns.message.Message:
    """The reply to a query. A lost datagram must not cost the answer, nor may a slow resolver's
    first reply be thrown away: every try stays open until the deadline.

    Raises dns.exception.Timeout, other DNSExceptions, OSError.
    """
    pause = deadline.remaining / tries
    running: set[asyncio.Task[dns.message.Message]] = set()
    try:
        for left in range(tries, 0, -1):
            running.add(asyncio.create_task(_once(message, address, port, deadline)))
            wait = pause if left > 1 else None
            done, running = await asyncio.wait(
                running, timeout=wait, return_when=asyncio.FIRST_COMPLETED
            )
            if done:
                return _best(done)
        raise TimeoutError  # pragma: no cover (the last wait has no limit but the deadline)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def _best(done: set[asyncio.Task[dns.message.Message]]) -> dns.message.Message:
    good = [task for task in done if task.exception() is None]
    return (good or list(done))[0].result()


async def _once(
    message: dns.message.Message, address: str, port: int, deadline: Deadline
) -> dns.message.Message:
    backend: Any = dns.asyncbackend.get_default_backend()
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    # Connected: other sources are refused, and a closed port is reported instead of waited for.
    sock = await backend.make_socket(family, socket.SOCK_DGRAM, 0, None, (address, port))
    async with sock:
        reply = await dns.asyncquery.udp(
            message,
            address,
            timeout=deadline.remaining,
            port=port,
            ignore_unexpected=True,
            ignore_errors=True,
            sock=sock,
        )
    if not reply.flags & dns.flags.TC:
        return reply
    return await dns.asyncquery.tcp(message, address, timeout=deadline.remaining, port=port)
