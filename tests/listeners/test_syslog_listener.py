"""What comes in over UDP and TCP, and how much of it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from netdiag.listeners import syslog
from netdiag.listeners.syslog import Address, ListenError, SyslogListener
from netdiag.listeners.syslog_decode import LONGEST, Message

HERE = "127.0.0.1"


class Heard(list[tuple[str, Message]]):
    """What the listener gave, and a way to wait for it."""

    def __call__(self, sender: str, at: datetime, message: Message) -> None:
        assert at.tzinfo is not None
        self.append((sender, message))

    async def texts(self, count: int) -> list[str]:
        async with asyncio.timeout(5):
            while len(self) < count:
                await asyncio.sleep(0.01)
        return [message.text for _, message in self]


@pytest.fixture
async def heard() -> AsyncIterator[tuple[Heard, SyslogListener]]:
    sink = Heard()
    listener = SyslogListener(sink=sink, udp=Address(HERE, 0), tcp=Address(HERE, 0))
    await listener.open()
    yield sink, listener
    await listener.close()


async def test_datagrams_come_with_their_sender(heard: tuple[Heard, SyslogListener]) -> None:
    sink, listener = heard
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.bind(("127.0.0.9", 0))
        out.sendto(b"<30>interface,info ether3 link down", (HERE, listener.ports[0]))
        out.sendto(b"", (HERE, listener.ports[0]))
    assert await sink.texts(1) == ["interface,info ether3 link down"]
    assert sink[0][0] == "127.0.0.9"
    assert listener.counts.received == 1


@pytest.mark.parametrize(
    ("sent", "texts"),
    [
        (b"<30>one\n\r\n<30>two\r\n<30>last", ["one", "two", "last"]),
        (b"7 <30>one11 <30>two\nsec8 <30>last", ["one", "two sec", "last"]),
        (b"17 switches\n4711 is no length\n", ["17 switches", "4711 is no length"]),
    ],
    ids=["a line each", "with the length before it", "lines that begin with a number"],
)
async def test_a_connection_brings_messages_in_each_framing(
    heard: tuple[Heard, SyslogListener], sent: bytes, texts: list[str]
) -> None:
    sink, listener = heard
    _, writer = await asyncio.open_connection(HERE, listener.ports[1])
    for octet in sent:  # however it is cut on the way
        writer.write(bytes((octet,)))
        await writer.drain()
    writer.close()
    assert await sink.texts(len(texts)) == texts


async def test_a_message_that_is_too_long_ends_its_connection_and_nobody_elses(
    heard: tuple[Heard, SyslogListener],
) -> None:
    sink, listener = heard
    reader, writer = await asyncio.open_connection(HERE, listener.ports[1])
    writer.write(b"<30>" + b"x" * (2 * LONGEST))
    await writer.drain()
    assert await asyncio.wait_for(reader.read(), 5) == b""
    writer.close()
    _, other = await asyncio.open_connection(HERE, listener.ports[1])
    other.write(b"<30>still here\n")
    await other.drain()
    assert await sink.texts(1) == ["still here"]
    other.close()


async def test_more_connections_than_it_can_bear_are_refused(
    monkeypatch: pytest.MonkeyPatch, heard: tuple[Heard, SyslogListener]
) -> None:
    monkeypatch.setattr(syslog, "CONNECTIONS", 2)
    _, listener = heard
    writers = [(await asyncio.open_connection(HERE, listener.ports[1]))[1] for _ in range(2)]
    await asyncio.sleep(0.05)
    reader, third = await asyncio.open_connection(HERE, listener.ports[1])
    assert await asyncio.wait_for(reader.read(), 5) == b""
    assert listener.counts.refused == 1
    for writer in (*writers, third):
        writer.close()


async def test_a_port_in_use_is_a_sentence_with_the_way_out(
    heard: tuple[Heard, SyslogListener],
) -> None:
    _, listener = heard
    second = SyslogListener(sink=Heard(), udp=Address(HERE, listener.ports[0]))
    with pytest.raises(ListenError, match=r"serve\.syslog"):
        await second.open()
