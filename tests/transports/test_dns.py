"""DNS queries against a real dnsmasq and against resolvers that misbehave."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from netdiag.model.wire import Answer, Deadline, DnsLookup, NoAnswer, Ping, Target
from netdiag.model.words import AbsenceReason
from netdiag.transports import DnsTransport, dns_query

TARGET = Target(device="resolver", host="127.0.0.1")
NAME = "ns.town.test"


async def ask(question: DnsLookup, seconds: float = 1.0) -> Answer | NoAnswer:
    return await DnsTransport().ask(TARGET, question, Deadline.after(seconds))


async def row(question: DnsLookup, seconds: float = 1.0) -> dict[str, Any]:
    reply = await ask(question, seconds)
    assert isinstance(reply, Answer), reply
    return dict(reply.rows[0])


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "kind", "rcode", "answers"),
    [
        (NAME, "A", "NOERROR", 1),
        (NAME, "AAAA", "NOERROR", 0),
        ("www.town.test", "A", "NOERROR", 1),
        ("nobody.test", "A", "NXDOMAIN", 0),
        ("example.com", "A", "REFUSED", 0),
        ("many.town.test", "TXT", "NOERROR", 40),
    ],
    ids=["found", "no such type", "alias", "no such name", "refused", "too long for UDP"],
)
async def test_a_real_resolver_is_read_right(
    dnsmasq: int, name: str, kind: str, rcode: str, answers: int
) -> None:
    found = await row(DnsLookup(resolver=f"127.0.0.1:{dnsmasq}", name=name, type=kind))
    assert 0 < found.pop("rtt_ms") < 1000
    assert found == {"rcode": rcode, "answers": answers}


Handler = Callable[[dns.message.Message], Any]


class Resolver(asyncio.DatagramProtocol):
    def __init__(self, handler: Handler) -> None:
        self.handler = handler
        self.queries = 0
        self.transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.queries += 1
        for delay, reply in self.handler(dns.message.from_wire(data)):
            asyncio.get_running_loop().call_later(delay, self._send, reply, addr)

    def _send(self, reply: bytes, addr: Any) -> None:
        if not self.transport.is_closing():
            self.transport.sendto(reply, addr)


@asynccontextmanager
async def resolver(handler: Handler) -> AsyncIterator[tuple[str, Resolver]]:
    transport, protocol = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: Resolver(handler), local_addr=("127.0.0.1", 0)
    )
    try:
        yield f"127.0.0.1:{transport.get_extra_info('sockname')[1]}", protocol
    finally:
        transport.close()


def good(query: dns.message.Message, rcode: int = 0) -> bytes:
    reply = dns.message.make_response(query)
    reply.set_rcode(dns.rcode.Rcode(rcode))
    if not rcode:
        reply.answer.append(dns.rrset.from_text(f"{NAME}.", 60, "IN", "A", "198.51.100.7"))
    return reply.to_wire()


async def test_silence_is_timed_out_within_the_deadline() -> None:
    async with resolver(lambda query: []) as (where, peer):
        reply = await ask(DnsLookup(resolver=where, name=NAME), 0.4)
        assert peer.queries == 3
    assert isinstance(reply, NoAnswer)
    assert reply.why is AbsenceReason.TIMED_OUT


async def test_servfail_is_an_answer() -> None:
    async with resolver(lambda query: [(0, good(query, 2))]) as (where, _):
        found = await row(DnsLookup(resolver=where, name=NAME))
    assert (found["rcode"], found["answers"]) == ("SERVFAIL", 0)


async def test_a_slow_resolver_is_heard_though_the_query_was_resent() -> None:
    async with resolver(lambda query: [(0.5, good(query))]) as (where, _):
        found = await row(DnsLookup(resolver=where, name=NAME), 0.9)
    assert found["answers"] == 1
    assert found["rtt_ms"] >= 490


async def test_a_lost_query_does_not_cost_the_answer() -> None:
    lost: list[Any] = []

    def once_deaf(query: dns.message.Message) -> list[tuple[float, bytes]]:
        if not lost:
            lost.append(query)
            return []
        return [(0, good(query))]

    async with resolver(once_deaf) as (where, _):
        assert (await row(DnsLookup(resolver=where, name=NAME), 0.6))["answers"] == 1


async def test_garbage_and_foreign_replies_are_ignored() -> None:
    def rude(query: dns.message.Message) -> list[tuple[float, bytes]]:
        other = dns.message.make_query(NAME, "A")
        return [(0, b"\xff" * 40), (0, good(other, 3)), (0, b""), (0.05, good(query))]

    async with resolver(rude) as (where, _):
        assert (await row(DnsLookup(resolver=where, name=NAME)))["rcode"] == "NOERROR"


async def test_a_closed_port_is_not_reachable_at_once() -> None:
    async with resolver(lambda query: []) as (where, _):
        pass
    reply = await ask(DnsLookup(resolver=where, name=NAME), 2)
    assert isinstance(reply, NoAnswer)
    assert reply.why is AbsenceReason.NOT_REACHABLE


async def test_that_we_cannot_send_says_nothing_about_the_resolver(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def no_route(*_: object) -> None:
        raise OSError(errno.ENETUNREACH, "Network is unreachable")

    monkeypatch.setattr(dns_query, "query", no_route)
    reply = await ask(DnsLookup(resolver="127.0.0.1:5", name=NAME, type="A"))
    assert isinstance(reply, NoAnswer)
    assert reply.why is AbsenceReason.NOT_ASKED


async def test_a_cut_reply_without_tcp_is_not_believed() -> None:
    def cut(query: dns.message.Message) -> list[tuple[float, bytes]]:
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.TC
        return [(0, reply.to_wire())]

    async with resolver(cut) as (where, _):
        reply = await ask(DnsLookup(resolver=where, name=NAME))
    assert isinstance(reply, NoAnswer)


@pytest.mark.parametrize(
    "question",
    [
        DnsLookup(resolver="127.0.0.1:1", name="x" * 70 + ".test"),
        DnsLookup(resolver="127.0.0.1:1", name=NAME, type="BOGUS"),
        DnsLookup(resolver="no-such-host.invalid..", name=NAME),
        Ping(address="127.0.0.1"),
    ],
    ids=["bad name", "bad type", "unknown resolver", "another transport"],
)
async def test_what_cannot_be_asked_was_not_asked(question: DnsLookup) -> None:
    reply = await ask(question)
    assert isinstance(reply, NoAnswer)
    assert reply.why is AbsenceReason.NOT_ASKED


async def test_no_time_left_asks_nobody() -> None:
    async with resolver(lambda query: []) as (where, peer):
        reply = await ask(DnsLookup(resolver=where, name=NAME), -1)
        assert peer.queries == 0
    assert isinstance(reply, NoAnswer)
    assert reply.why is AbsenceReason.NOT_ASKED


async def test_cancelling_leaves_nothing_behind() -> None:
    asked = asyncio.Event()
    async with resolver(lambda query: [asked.set()][:0]) as (where, peer):
        task = asyncio.create_task(ask(DnsLookup(resolver=where, name=NAME), 0.6))
        await asked.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.sleep(0.3)
        assert peer.queries == 1
        assert len(asyncio.all_tasks()) == 1
