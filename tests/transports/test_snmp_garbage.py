"""Agents that send damage, replies of others or none of what was asked."""

from __future__ import annotations

import os
import socket
from dataclasses import replace
from typing import Any

import pytest
from snmp_asking import DESCR, IN_OCTETS, MIB, NAME, ONE, TABLE, THREE, Make, absence, answer, both
from snmp_peer import Request, agent, honest, integer, octets, tlv

from netdiag.model.wire import Answer, Deadline, NoAnswer
from netdiag.model.words import AbsenceReason
from netdiag.transports import SnmpTransport
from netdiag.transports.snmp.failure import AgentError
from netdiag.transports.snmp.gufo_session import GufoSession
from netdiag.transports.snmp.header import Head
from netdiag.transports.snmp.settings import read_settings


@both
async def test_an_empty_reply_is_unreadable_not_an_empty_table(
    snmp: SnmpTransport, target: Make, backend: str
) -> None:
    async with agent(lambda request: request.reply([])) as peer:
        asked = target(peer.port, snmp_backend=backend)
        get = await absence(snmp, asked, ONE)
        walk = await absence(snmp, asked, TABLE)
    assert get.why is walk.why is AbsenceReason.UNREADABLE


@both
async def test_answers_about_something_else_are_unreadable(
    snmp: SnmpTransport, target: Make, backend: str
) -> None:
    async with agent(lambda request: request.reply([("1.3.6.1.9.9.9.0", octets(b"x"))])) as peer:
        reply = await absence(snmp, target(peer.port, snmp_backend=backend), ONE)
    assert reply.why is AbsenceReason.UNREADABLE


GARBAGE = {
    "forty times ff": lambda request: b"\xff" * 40,
    "truncated": lambda request: honest(request, MIB)[:-5],
    "text": lambda request: b"HTTP/1.0 400 Bad Request\r\n",
    "one octet": lambda request: b"0",
    "nothing": lambda request: b"",
    "torn inside": lambda request: request.reply([(NAME, b"\x04\x7fsw-1")]),
    "endless tag inside": lambda request: request.reply([(NAME, b"\x1f\xff\xff\xff")]),
    "absurd length inside": lambda request: request.reply([(NAME, b"\x04\xfe\x01\x02")]),
    "trap": lambda request: tlv(0x30, integer(1) + octets(b"public") + tlv(0xA7, b"")),
}


@pytest.mark.parametrize("kind", GARBAGE)
async def test_after_garbage_the_good_reply_still_counts(
    snmp: SnmpTransport, target: Make, kind: str, capfd: pytest.CaptureFixture[str]
) -> None:
    async with agent(lambda r: [GARBAGE[kind](r), (0.05, honest(r, MIB))]) as peer:
        found = await answer(snmp, target(peer.port), ONE)
    assert found == ({"name": "sw-1"},)
    if kind == "forty times ff":
        assert "panicked" not in capfd.readouterr().err


@both
@pytest.mark.parametrize("kind", ["forty times ff", "torn inside"])
async def test_nothing_but_garbage_is_never_an_answer_nor_a_crash(
    snmp: SnmpTransport, target: Make, kind: str, backend: str
) -> None:
    async with agent(GARBAGE[kind]) as peer:
        asked = target(peer.port, snmp_backend=backend, timeout_s=0.4)
        for question in (ONE, TABLE):
            reply = await absence(snmp, asked, question)
            assert reply.why is AbsenceReason.UNREADABLE


async def test_a_thousand_damaged_replies_never_raise(snmp: SnmpTransport, target: Make) -> None:
    """Random damage to a good reply: an answer or an absence, but no exception."""
    rounds = iter(range(10**9))

    def damaged(request: Request) -> list[bytes]:
        replies = []
        for _ in range(40):
            good = bytearray(honest(request, MIB))
            for _ in range(1 + next(rounds) % 4):
                at = int.from_bytes(os.urandom(2), "big") % len(good)
                good[at] = os.urandom(1)[0]
            replies.append(bytes(good))
        return replies

    async with agent(damaged) as peer:
        for question in (ONE, THREE, TABLE) * 9:
            asked = target(peer.port, timeout_s=0.1)
            reply = await snmp.ask(asked, question, Deadline.after(0.3))
            assert isinstance(reply, Answer | NoAnswer)


async def test_a_reply_from_another_address_is_refused_by_gufo_and_heard_by_pysnmp(
    snmp: SnmpTransport, target: Make
) -> None:
    """A router may answer from another of its addresses: the fallback is the way out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as elsewhere:
        elsewhere.bind(("127.0.0.2", 0))
        async with agent(lambda request: honest(request, MIB)) as peer:
            peer._send = lambda datagram, addr: elsewhere.sendto(datagram, addr)  # type: ignore[method-assign]
            gufo = await absence(snmp, target(peer.port, timeout_s=0.3), ONE)
            heard = await answer(snmp, target(peer.port, snmp_backend="pysnmp"), ONE)
    assert gufo.why is AbsenceReason.TIMED_OUT
    assert heard == ({"name": "sw-1"},)


async def test_late_duplicates_do_not_answer_the_next_request(
    snmp: SnmpTransport, target: Make
) -> None:
    """Every reply comes three times; a walk sends its next request in between."""

    def thrice(request: Request) -> list[Any]:
        reply = honest(request, MIB)
        return [reply, reply, (0.02, reply)]

    async with agent(thrice) as peer:
        asked = target(peer.port, snmp_max_repetitions="1")
        assert len(await answer(snmp, asked, TABLE)) == 4


async def test_a_late_error_of_an_earlier_request_is_not_taken_for_the_next(
    snmp: SnmpTransport, target: Make
) -> None:
    seen: list[Request] = []

    def mean(request: Request) -> list[Any]:
        replies = [honest(request, MIB)]
        if seen:
            replies.insert(0, seen[-1].failure(5, 1))
        seen.append(request)
        return replies

    async with agent(mean) as peer:
        asked = target(peer.port, snmp_max_repetitions="1")
        assert len(await answer(snmp, asked, TABLE)) == 4


@both
async def test_a_foreign_request_id_or_community_is_ignored(
    snmp: SnmpTransport, target: Make, backend: str
) -> None:
    def foreign(request: Request) -> list[Any]:
        lie = {NAME: octets(b"somebody else")}
        other = Request(1, b"other", request.kind, request.id, 0, request.oids)
        first = request.reply([(NAME, lie[NAME])], id=request.id ^ 1)
        replies = [first, (0.05, honest(request, MIB))]
        return replies if backend == "pysnmp" else [honest(other, lie), *replies]

    async with agent(foreign) as peer:
        found = await answer(snmp, target(peer.port, snmp_backend=backend), ONE)
    assert found == ({"name": "sw-1"},)


@pytest.mark.parametrize(
    ("handler", "expected"),
    [
        (lambda request: request.failure(5, 1), "genErr"),
        (lambda request: honest(request, {}), {}),
        (
            lambda r: r.failure(1) if len(r.oids) > 1 else honest(r, MIB),
            {NAME: b"sw-1", f"{IN_OCTETS}.1": 1000},
        ),
    ],
    ids=["genErr", "nothing there", "tooBig"],
)
async def test_an_empty_reply_of_v3_is_looked_into(
    target: Make, handler: Any, expected: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Encrypted, the error status cannot be seen, and gufo-snmp gives an empty result for it."""
    monkeypatch.setattr("netdiag.transports.snmp.gufo_line.read_head", lambda data, size: Head())
    async with agent(handler) as peer:
        settings = read_settings(target(peer.port))
        session = GufoSession(settings, "127.0.0.1", Deadline.after(2))
        session.settings = replace(settings, version="3")
        try:
            if expected == "genErr":
                with pytest.raises(AgentError, match=expected):
                    await session.get([NAME, f"{IN_OCTETS}.1"])
                with pytest.raises(AgentError, match=expected):
                    await session.walk(DESCR, 5).more()
            else:
                assert await session.get([NAME, f"{IN_OCTETS}.1"]) == expected
        finally:
            session.close()
