"""A UDP agent whose every octet a test decides, with just enough BER to read and write SNMP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

NO_SUCH_OBJECT, NO_SUCH_INSTANCE, END_OF_MIB, NULL = b"\x80\0", b"\x81\0", b"\x82\0", b"\x05\0"
GET, NEXT, BULK = 0xA0, 0xA1, 0xA5


def tlv(tag: int, content: bytes) -> bytes:
    """Tag, length, contents."""
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    octets = size.to_bytes(2, "big")
    return bytes([tag, 0x82]) + octets + content


def integer(value: int, tag: int = 2) -> bytes:
    """INTEGER, or with a tag Counter32 (0x41), Gauge32 (0x42)."""
    return tlv(tag, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def octets(value: bytes) -> bytes:
    """OCTET STRING."""
    return tlv(4, value)


def oid(text: str) -> bytes:
    """OBJECT IDENTIFIER."""
    first, second, *rest = map(int, text.split("."))
    out = bytes([first * 40 + second])
    for number in rest:
        part = bytes([number & 0x7F])
        while number > 0x7F:
            number >>= 7
            part = bytes([0x80 | number & 0x7F]) + part
        out += part
    return tlv(6, out)


@dataclass
class Request:
    """A decoded request of v1 or v2c; `repetitions` of a GETBULK."""

    version: int
    community: bytes
    kind: int
    id: int
    repetitions: int
    oids: list[str]

    def reply(
        self,
        binds: Iterable[tuple[str, bytes]],
        error: int = 0,
        index: int = 0,
        id: int | None = None,
    ) -> bytes:
        """A GetResponse to it."""
        listed = tlv(0x30, b"".join(tlv(0x30, oid(name) + value) for name, value in binds))
        number = self.id if id is None else id
        pdu = integer(number) + integer(error) + integer(index) + listed
        return tlv(0x30, integer(self.version) + octets(self.community) + tlv(0xA2, pdu))

    def failure(self, error: int, index: int = 0) -> bytes:
        """A reply with an error status, the request's objects with NULL."""
        return self.reply([(name, NULL) for name in self.oids], error, index)


def _take(data: bytes) -> tuple[int, bytes, bytes]:
    length, at = data[1], 2
    if length & 0x80:
        at = 2 + (length & 0x7F)
        length = int.from_bytes(data[2:at], "big")
    return data[0], data[at : at + length], data[at + length :]


def _number(data: bytes) -> tuple[int, bytes]:
    _, content, rest = _take(data)
    return int.from_bytes(content, "big", signed=True), rest


def _dotted(content: bytes) -> str:
    numbers, value = [content[0] // 40, content[0] % 40], 0
    for octet in content[1:]:
        value = value << 7 | octet & 0x7F
        if not octet & 0x80:
            numbers.append(value)
            value = 0
    return ".".join(map(str, numbers))


def read(data: bytes) -> Request:
    """Decode a request."""
    _, message, _ = _take(data)
    version, rest = _number(message)
    _, community, rest = _take(rest)
    kind, pdu, _ = _take(rest)
    request_id, pdu = _number(pdu)
    _, pdu = _number(pdu)
    repetitions, pdu = _number(pdu)
    _, listed, _ = _take(pdu)
    oids = []
    while listed:
        _, bind, listed = _take(listed)
        oids.append(_dotted(_take(bind)[1]))
    return Request(version, community, kind, request_id, repetitions, oids)


def ordered(text: str) -> tuple[int, ...]:
    """An OID as numbers, to compare."""
    return tuple(map(int, text.split(".")))


def behind(mib: dict[str, bytes], start: str, count: int) -> list[tuple[str, bytes]]:
    """The next objects of a MIB, as GETNEXT and GETBULK want them."""
    names = sorted((n for n in mib if ordered(n) > ordered(start)), key=ordered)
    found = [(name, mib[name]) for name in names[:count]]
    return found or [(start, END_OF_MIB)]


def honest(request: Request, mib: dict[str, bytes]) -> bytes:
    """What a good v2c agent with that MIB says."""
    if request.kind == GET:
        return request.reply([(n, mib.get(n, NO_SUCH_INSTANCE)) for n in request.oids])
    count = request.repetitions if request.kind == BULK else 1
    return request.reply(behind(mib, request.oids[0], count))


Handler = Callable[[Request], Any]


@dataclass
class Peer(asyncio.DatagramProtocol):
    """Answers each request with what the handler returns: datagrams, or (seconds, datagram)."""

    handler: Handler
    requests: list[Request] = field(default_factory=list)
    port: int = 0
    transport: Any = None
    other: Any = None  # a second socket, for replies from elsewhere

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        request = read(data)
        self.requests.append(request)
        replies = self.handler(request)
        for item in replies if isinstance(replies, list) else [replies]:
            if item is None:
                continue
            delay, datagram = item if isinstance(item, tuple) else (0.0, item)
            asyncio.get_running_loop().call_later(delay, self._send, datagram, addr)

    def _send(self, datagram: bytes, addr: tuple[str, int]) -> None:
        if not self.transport.is_closing():
            self.transport.sendto(datagram, addr)


@asynccontextmanager
async def agent(handler: Handler) -> AsyncIterator[Peer]:
    """An agent on a free port of 127.0.0.1."""
    loop = asyncio.get_running_loop()
    transport, peer = await loop.create_datagram_endpoint(
        lambda: Peer(handler), local_addr=("127.0.0.1", 0)
    )
    peer.port = transport.get_extra_info("sockname")[1]
    try:
        yield peer
    finally:
        transport.close()
        await asyncio.sleep(0)
