"""Agents that misbehave, as real ones do. Each backend must end in time with the right absence."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from snmp_peer import BULK, GET, NEXT, NULL, Request, agent, honest, integer, octets, oid, tlv

from netdiag.model.wire import Answer, Deadline, NoAnswer, SnmpColumns, SnmpGet, Target
from netdiag.model.words import AbsenceReason
from netdiag.transports import SnmpTransport
from netdiag.transports.snmp.failure import AgentError
from netdiag.transports.snmp.gufo_session import GufoSession
from netdiag.transports.snmp.header import Head
from netdiag.transports.snmp.settings import read_settings

Make = Callable[..., Target]
NAME = "1.3.6.1.2.1.1.5.0"
IN_OCTETS = "1.3.6.1.2.1.2.2.1.10"
DESCR = "1.3.6.1.2.1.2.2.1.2"
ONE = SnmpGet(oids={"name": NAME})
THREE = SnmpGet(oids={"name": NAME, "sick": f"{IN_OCTETS}.1", "other": f"{IN_OCTETS}.2"})
TABLE = SnmpColumns(oids={"descr": DESCR, "octets": IN_OCTETS}, max_rows=5)
MIB = {
    NAME: octets(b"sw-1"),
    **{f"{DESCR}.{i}": octets(f"port {i}".encode()) for i in (1, 2, 3, 10)},
    **{f"{IN_OCTETS}.{i}": integer(i * 1000, 0x41) for i in (1, 2, 10)},
    "1.3.6.1.2.1.3.0": integer(1),
}
both = pytest.mark.parametrize("backend", ["gufo", "pysnmp"])


async def answer(
    snmp: SnmpTransport, target: Target, question: Any, seconds: float = 3
) -> tuple[Any, ...]:
    reply = await snmp.ask(target, question, Deadline.after(seconds))
    assert isinstance(reply, Answer), reply
    return reply.rows


async def absence(
    snmp: SnmpTransport, target: Target, question: Any, seconds: float = 3
) -> NoAnswer:
    reply = await snmp.ask(target, question, Deadline.after(seconds))
    assert isinstance(reply, NoAnswer), reply
    assert reply.detail.endswith(".")
    assert "public" not in reply.detail
    return reply


@both
async def test_a_good_agent_gives_rows_in_the_order_of_the_index(
    snmp: SnmpTransport, target: Make, backend: str
) -> None:
    async with agent(lambda request: honest(request, MIB)) as peer:
        found = await answer(snmp, target(peer.port, snmp_backend=backend), TABLE)
    assert found == (
        {"index": "1", "descr": "port 1", "octets": 1000},
        {"index": "2", "descr": "port 2", "octets": 2000},
        {"index": "3", "descr": "port 3"},
        {"index": "10", "descr": "port 10", "octets": 10000},
    )


@both
async def test_an_agent_without_any_of_the_objects_gives_one_empty_row(
    snmp: SnmpTransport, target: Make, backend: str
) -> None:
    async with agent(lambda request: honest(request, {})) as peer:
        asked = target(peer.port, snmp_backend=backend)
        assert await answer(snmp, asked, THREE) == ({},)
        assert await answer(snmp, asked, TABLE) == ()


@both
async def test_silence_is_timed_out_and_was_asked_three_times(
    snmp: SnmpTransport, target: Make, backend: str
) -> None:
    async with agent(lambda request: None) as peer:
        asked = target(peer.port, snmp_backend=backend, timeout_s=0.6)
        reply = await absence(snmp, asked, ONE)
    assert reply.why is AbsenceReason.TIMED_OUT
    assert 0.5 < reply.duration_s < 1.6
    assert len(peer.requests) == 3


@both
async def test_the_deadline_is_kept_though_the_timeout_is_longer(
    snmp: SnmpTransport, target: Make, backend: str
) -> None:
    async with agent(lambda request: None) as peer:
        asked = target(peer.port, snmp_backend=backend, timeout_s=30)
        reply = await absence(snmp, asked, ONE, seconds=0.4)
    assert reply.why is AbsenceReason.TIMED_OUT
    assert reply.duration_s < 1.0


@both
async def test_a_lost_datagram_does_not_cost_the_answer(
    snmp: SnmpTransport, target: Make, backend: str
) -> None:
    lost: list[Request] = []

    def once_deaf(request: Request) -> bytes | None:
        if len(lost) < 2:
            lost.append(request)
            return None
        return honest(request, MIB)

    async with agent(once_deaf) as peer:
        found = await answer(snmp, target(peer.port, snmp_backend=backend, timeout_s=0.9), ONE)
    assert found == ({"name": "sw-1"},)


@both
async def test_an_agent_slower_than_a_resend_is_still_heard(
    snmp: SnmpTransport, target: Make, backend: str
) -> None:
    """Its reply to the first request comes when the second was already sent."""
    async with agent(lambda request: (0.5, honest(request, MIB))) as peer:
        found = await answer(snmp, target(peer.port, snmp_backend=backend, timeout_s=0.9), ONE)
    assert found == ({"name": "sw-1"},)


async def test_a_closed_port_is_not_reachable_at_once(snmp: SnmpTransport, target: Make) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    reply = await absence(snmp, target(port), ONE)
    assert reply.why is AbsenceReason.NOT_REACHABLE
    assert reply.duration_s < 0.5


async def test_no_route_is_not_reachable(snmp: SnmpTransport, target: Make) -> None:
    broadcast = Target(
        device="sw-1", host="255.255.255.255", secrets=target().secrets, options=target().options
    )
    reply = await absence(snmp, broadcast, ONE)
    assert reply.why is AbsenceReason.NOT_REACHABLE


@both
async def test_gen_err_for_everything_is_unreadable_not_missing(
    snmp: SnmpTransport, target: Make, backend: str
) -> None:
    async with agent(lambda request: request.failure(5, 1)) as peer:
        asked = target(peer.port, snmp_backend=backend)
        get = await absence(snmp, asked, THREE)
        walk = await absence(snmp, asked, TABLE)
    assert get.why is walk.why is AbsenceReason.UNREADABLE
    assert "genErr" in get.detail
    assert "genErr" in walk.detail


@both
async def test_gen_err_for_one_object_leaves_the_others(
    snmp: SnmpTransport, target: Make, backend: str
) -> None:
    def one_sick(request: Request) -> bytes:
        if THREE.oids["sick"] in request.oids:
            return request.failure(5, request.oids.index(THREE.oids["sick"]) + 1)
        return honest(request, MIB)

    async with agent(one_sick) as peer:
        found = await answer(snmp, target(peer.port, snmp_backend=backend), THREE)
    assert found == ({"name": "sw-1", "other": 2000},)


@both
async def test_too_big_is_asked_again_in_smaller_pieces(
    snmp: SnmpTransport, target: Make, backend: str
) -> None:
    def small(request: Request) -> bytes:
        size = request.repetitions if request.kind == BULK else len(request.oids)
        return request.failure(1) if size > 2 else honest(request, MIB)

    async with agent(small) as peer:
        asked = target(peer.port, snmp_backend=backend)
        assert await answer(snmp, asked, THREE) == ({"name": "sw-1", "sick": 1000, "other": 2000},)
        assert len(await answer(snmp, asked, TABLE)) == 4


async def test_a_reply_longer_than_the_library_reads_is_asked_for_in_pieces(
    snmp: SnmpTransport, target: Make
) -> None:
    """gufo-snmp reads 4080 octets of a datagram and calls the rest damage."""
    mib = {f"{DESCR}.{i}": octets(b"x" * 900) for i in range(1, 9)}
    question = SnmpGet(oids={f"c{i}": f"{DESCR}.{i}" for i in range(1, 9)})
    async with agent(lambda request: honest(request, mib)) as peer:
        [row] = await answer(snmp, target(peer.port), question)
        rows = await answer(snmp, target(peer.port), SnmpColumns(oids={"descr": DESCR}))
    assert len(row) == 8
    assert len(rows) == 8


@both
@pytest.mark.parametrize(("status", "name"), [(6, "noAccess"), (16, "authorizationError")])
async def test_a_forbidden_object_is_access_denied(
    snmp: SnmpTransport, target: Make, status: int, name: str, backend: str
) -> None:
    async with agent(lambda request: request.failure(status, 1)) as peer:
        reply = await absence(snmp, target(peer.port, snmp_backend=backend), ONE)
    assert reply.why is AbsenceReason.ACCESS_DENIED
    assert name in reply.detail
    assert not reply.at_the_door


@both
async def test_v1_names_a_missing_object_and_the_rest_is_asked_again(
    snmp: SnmpTransport, target: Make, backend: str
) -> None:
    def v1(request: Request) -> bytes:
        assert request.version == 0
        for at, name in enumerate(request.oids, 1):
            if request.kind == GET and name not in MIB:
                return request.failure(2, at)
        if request.kind == NEXT and request.oids[0] == "1.3.6.1.2.1.3.0":
            return request.failure(2, 1)
        return honest(request, MIB)

    question = SnmpGet(oids={"a": f"{DESCR}.7", "name": NAME, "b": f"{DESCR}.8"})
    async with agent(v1) as peer:
        asked = target(peer.port, snmp_version="1", snmp_backend=backend)
        assert await answer(snmp, asked, question) == ({"name": "sw-1"},)
        assert await answer(snmp, asked, SnmpGet(oids={"a": f"{DESCR}.7"})) == ({},)
        assert len(await answer(snmp, asked, TABLE)) == 4
        last = SnmpColumns(oids={"x": "1.3.6.1.2.1.3"})
        assert await answer(snmp, asked, last) == ({"index": "0", "x": 1},)


@both
async def test_v1_without_an_index_finds_the_missing_object_by_halves(
    snmp: SnmpTransport, target: Make, backend: str
) -> None:
    def vague(request: Request) -> bytes:
        missing = [name for name in request.oids if name not in MIB]
        return request.failure(2, 0) if missing else honest(request, MIB)

    question = SnmpGet(oids={"a": f"{DESCR}.7", "name": NAME, "b": f"{DESCR}.1"})
    async with agent(vague) as peer:
        asked = target(peer.port, snmp_version="1", snmp_backend=backend)
        assert await answer(snmp, asked, question) == ({"name": "sw-1", "b": "port 1"},)


@both
async def test_a_walk_in_a_circle_is_unreadable(
    snmp: SnmpTransport, target: Make, backend: str
) -> None:
    def circle(request: Request) -> bytes:
        return request.reply([(f"{DESCR}.{i}", octets(b"port")) for i in (1, 2, 3, 1)])

    async with agent(circle) as peer:
        reply = await absence(snmp, target(peer.port, snmp_backend=backend), TABLE)
        assert len(peer.requests) == 1
    assert reply.why is AbsenceReason.UNREADABLE
    assert "circle" in reply.detail


@both
async def test_an_endless_walk_is_cut_at_the_cap(
    snmp: SnmpTransport, target: Make, backend: str
) -> None:
    def endless(request: Request) -> bytes:
        *_, last = request.oids[0].split(".")
        column = request.oids[0].startswith(f"{DESCR}.")
        start = int(last) if column else 0
        binds = [(f"{DESCR}.{start + i}", octets(b"p")) for i in range(1, request.repetitions + 1)]
        return request.reply(binds)

    async with agent(endless) as peer:
        asked = target(peer.port, snmp_backend=backend)
        question = SnmpColumns(oids={"descr": DESCR}, max_rows=50)
        reply = await snmp.ask(asked, question, Deadline.after(3))
        assert len(peer.requests) == 3
    assert isinstance(reply, Answer)
    assert reply.cut
    assert [row["index"] for row in reply.rows] == [str(i) for i in range(1, 51)]


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


async def test_a_counter_at_its_end_sent_as_a_negative_number_reads_right(
    snmp: SnmpTransport, target: Make
) -> None:
    """Cheap agents send Counter32 4294967295 in four octets."""
    mib = {NAME: tlv(0x41, b"\xff\xff\xff\xff")}
    async with agent(lambda request: honest(request, mib)) as peer:
        assert await answer(snmp, target(peer.port), ONE) == ({"name": 4294967295},)
        # pysnmp cannot read it and says so, rather than that the device is silent.
        asked = target(peer.port, snmp_backend="pysnmp", timeout_s=0.3)
        reply = await absence(snmp, asked, ONE)
        assert reply.why is AbsenceReason.UNREADABLE


@both
async def test_values_keep_their_kind(snmp: SnmpTransport, target: Make, backend: str) -> None:
    mib = {
        f"{DESCR}.1": octets("чердак".encode()),
        f"{DESCR}.2": octets(bytes.fromhex("02fc00000001")),
        f"{DESCR}.3": tlv(0x40, bytes([198, 51, 100, 7])),
        f"{DESCR}.4": oid("1.3.6.1.4.1.8072"),
        f"{DESCR}.5": integer(-5),
        f"{DESCR}.6": integer(2**63, 0x46),
        f"{DESCR}.7": octets(b""),
        f"{DESCR}.8": octets(b"two\r\nlines"),
        f"{DESCR}.9": octets(b"pad\0\0"),
        f"{DESCR}.10": NULL,
    }
    question = SnmpGet(oids={str(i): f"{DESCR}.{i}" for i in range(1, 11)})
    async with agent(lambda request: honest(request, mib)) as peer:
        [row] = await answer(snmp, target(peer.port, snmp_backend=backend), question)
    assert row == {
        "1": "чердак",
        "2": b"\x02\xfc\x00\x00\x00\x01",
        "3": "198.51.100.7",
        "4": "1.3.6.1.4.1.8072",
        "5": -5,
        "6": 2**63,
        "7": "",
        "8": "two\r\nlines",
        "9": b"pad\0\0",
    }


@both
async def test_silence_in_the_middle_of_a_walk_is_no_dead_device(
    snmp: SnmpTransport, target: Make, backend: str
) -> None:
    def tired(request: Request) -> bytes | None:
        return honest(request, MIB) if request.oids[0] == DESCR else None

    async with agent(tired) as peer:
        asked = target(peer.port, snmp_backend=backend, timeout_s=0.3, snmp_max_repetitions="1")
        reply = await absence(snmp, asked, TABLE)
    assert reply.why is AbsenceReason.UNREADABLE
    assert "middle" in reply.detail


@both
async def test_large_gets_are_split(snmp: SnmpTransport, target: Make, backend: str) -> None:
    mib = {f"{DESCR}.{i}": integer(i) for i in range(1, 46)}
    question = SnmpGet(oids={f"c{i}": f"{DESCR}.{i}" for i in range(1, 46)})
    async with agent(lambda request: honest(request, mib)) as peer:
        [row] = await answer(snmp, target(peer.port, snmp_backend=backend), question)
        assert [len(request.oids) for request in peer.requests] == [20, 20, 5]
    assert row == {f"c{i}": i for i in range(1, 46)}


@both
async def test_repetitions_are_gentle_and_do_not_overshoot_later_columns(
    snmp: SnmpTransport, target: Make, backend: str
) -> None:
    async with agent(lambda request: honest(request, MIB)) as peer:
        await answer(snmp, target(peer.port, snmp_backend=backend), SnmpColumns(oids=TABLE.oids))
        assert [request.repetitions for request in peer.requests] == [20, 9]
        assert {request.kind for request in peer.requests} == {BULK}


async def test_getnext_agents_are_never_asked_in_bulk(snmp: SnmpTransport, target: Make) -> None:
    async with agent(lambda request: honest(request, MIB)) as peer:
        asked = target(peer.port, snmp_walk="getnext")
        assert len(await answer(snmp, asked, TABLE)) == 4
        assert {request.kind for request in peer.requests} == {NEXT}


@both
async def test_cancelling_the_question_stops_it(
    snmp: SnmpTransport, target: Make, backend: str
) -> None:
    asked_once = asyncio.Event()
    async with agent(lambda request: asked_once.set()) as peer:
        asked = target(peer.port, snmp_backend=backend, timeout_s=0.9)
        task = asyncio.create_task(snmp.ask(asked, ONE, Deadline.after(30)))
        await asyncio.wait_for(asked_once.wait(), 3)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.sleep(0.5)  # a resend would have come after 0.3 s
        assert len(peer.requests) == 1


async def test_the_fallback_never_blocks_the_loop_of_a_diagnosis(
    snmp: SnmpTransport, target: Make
) -> None:
    """Importing pysnmp and making an engine takes most of a second of CPU."""
    stalls = []
    async with agent(lambda request: honest(request, MIB)) as peer:
        task = asyncio.create_task(
            snmp.ask(target(peer.port, snmp_backend="pysnmp"), ONE, Deadline.after(5))
        )
        loop = asyncio.get_running_loop()
        while not task.done():
            before = loop.time()
            await asyncio.sleep(0.005)
            stalls.append(loop.time() - before)
    assert isinstance(task.result(), Answer)
    assert max(stalls) < 0.3


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
