"""Receives syslog over UDP (RFC 5426) and TCP (RFC 6587), and hands each message to a sink.

Receiving is bounded: a message has a longest length, a connection a longest silence, the
number of connections a most; what is more is refused and counted, never queued without end.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from netdiag.listeners.syslog_decode import Message, decode
from netdiag.listeners.syslog_frames import LIMIT, next_message
from netdiag.model.errors import NetdiagError

T = TypeVar("T")
Sink = Callable[[str, datetime, Message], None]

CONNECTIONS = 256
_IDLE_S = 3600.0
_log = logging.getLogger(__name__)


class ListenError(NetdiagError):
    """The listener cannot be opened; the text says where, why and what to do."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(slots=True)
class Counts:
    """What came in since the start."""

    received: int = 0
    unreadable: int = 0
    refused: int = 0  # connections over the limit


@dataclass(slots=True, kw_only=True)
class SyslogListener:
    """`sink` gets the sender's address, the time of receipt and the message, in the event loop; it
    must not wait. Use `open` and `close`."""

    sink: Sink
    udp: Address | None = None
    tcp: Address | None = None
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    counts: Counts = field(default_factory=Counts)
    _transport: asyncio.DatagramTransport | None = None
    _server: asyncio.Server | None = None
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    async def open(self) -> None:
        """Bind. Raises ListenError."""
        if self.udp is not None:
            udp = self.udp
            loop = asyncio.get_running_loop()
            made = loop.create_datagram_endpoint(
                lambda: _Datagrams(self), local_addr=(udp.host, udp.port)
            )
            self._transport = (await _bound(made, udp, "UDP"))[0]
        if self.tcp is not None:
            tcp = self.tcp
            started = asyncio.start_server(self._connected, tcp.host, tcp.port, limit=LIMIT)
            self._server = await _bound(started, tcp, "TCP")

    @property
    def ports(self) -> tuple[int, ...]:
        """The ports that are open, UDP first (for port 0, those that were given)."""
        found = [self._transport.get_extra_info("sockname")[1]] if self._transport else []
        found += [self._server.sockets[0].getsockname()[1]] if self._server else []
        return tuple(found)

    async def close(self) -> None:
        """Stop listening; connections are closed."""
        if self._transport is not None:
            self._transport.close()
        if self._server is not None:
            self._server.close()
        for writer in list(self._open):
            writer.close()
        self._transport = self._server = None

    def take(self, sender: str, octets: bytes) -> None:
        """One message as it came."""
        message = decode(octets)
        if message is None:
            self.counts.unreadable += 1
            return
        self.counts.received += 1
        self.sink(sender, self.clock(), message)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._open) >= CONNECTIONS:
            self.counts.refused += 1
            writer.close()
            return
        self._open.add(writer)
        peer = str(writer.get_extra_info("peername", ("?",))[0])
        try:
            await self._read(reader, peer)
        except (OSError, ValueError, TimeoutError, asyncio.IncompleteReadError) as error:
            _log.info("syslog connection from %s ended: %s", peer, type(error).__name__)
        finally:
            self._open.discard(writer)
            writer.close()

    async def _read(self, reader: asyncio.StreamReader, peer: str) -> None:
        """Messages of one connection: with their length before them, or one a line."""
        while octets := await asyncio.wait_for(next_message(reader), _IDLE_S):
            self.take(peer, octets)


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, listener: SyslogListener) -> None:
        self._listener = listener

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._listener.take(addr[0], data)


async def _bound(opening: Awaitable[T], where: Address, kind: str) -> T:
    try:
        return await opening
    except OSError as error:
        text = error.strerror or type(error).__name__
        raise ListenError(
            f"Syslog cannot be received on {where} ({kind}): {text}. Ports below 1024 need "
            "CAP_NET_BIND_SERVICE; choose another address or port in serve.syslog."
        ) from None
