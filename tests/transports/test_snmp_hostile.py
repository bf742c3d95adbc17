"""Agents that misbehave, as real ones do. Each backend must end in time with the right absence."""

from __future__ import annotations

import asyncio
import socket
import time

import pytest
from snmp_asking import DESCR, MIB, NAME, ONE, TABLE, THREE, Make, absence, answer, both
from snmp_peer import GET, NEXT, NULL, Request, agent, honest, integer, octets, oid, tlv

from netdiag.model.wire import Answer, Deadline, SnmpColumns, SnmpGet, Target
from netdiag.model.words import AbsenceReason
from netdiag.transports import SnmpTransport
from tests.patience import BUSY_S


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
        reply = await absence(snmp, asked, ONE, seconds=60)
    assert reply.why is AbsenceReason.TIMED_OUT
    assert 0.5 < reply.duration_s < 0.6 + BUSY_S
    assert len(peer.requests) == 3


@both
async def test_the_deadline_is_kept_though_the_timeout_is_longer(
    snmp: SnmpTransport, target: Make, backend: str
) -> None:
    async with agent(lambda request: None) as peer:
        asked = target(peer.port, snmp_backend=backend, timeout_s=60)
        reply = await absence(snmp, asked, ONE, seconds=0.4)
    assert reply.why is AbsenceReason.TIMED_OUT
    assert reply.duration_s < 0.4 + BUSY_S


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
        found = await answer(snmp, target(peer.port, snmp_backend=backend, timeout_s=3), ONE)
    assert found == ({"name": "sw-1"},)


@both
async def test_an_agent_slower_than_a_resend_is_still_heard(
    snmp: SnmpTransport, target: Make, backend: str
) -> None:
    """Its reply to the first request comes when the second was already sent."""
    async with agent(lambda request: (1.2, honest(request, MIB))) as peer:
        found = await answer(snmp, target(peer.port, snmp_backend=backend, timeout_s=3), ONE)
        assert len(peer.requests) > 1
    assert found == ({"name": "sw-1"},)


async def test_a_closed_port_is_not_waited_for(snmp: SnmpTransport, target: Make) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    reply = await absence(snmp, target(port, timeout_s=60), ONE, seconds=60)
    assert reply.why is AbsenceReason.NOT_REACHABLE
    assert reply.duration_s < BUSY_S


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
async def test_cancelling_the_question_stops_it(
    snmp: SnmpTransport, target: Make, backend: str
) -> None:
    asked_once = asyncio.Event()
    async with agent(lambda request: asked_once.set()) as peer:
        asked = target(peer.port, snmp_backend=backend, timeout_s=0.9)
        task = asyncio.create_task(snmp.ask(asked, ONE, Deadline.after(30)))
        await asyncio.wait_for(asked_once.wait(), 60)
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
            snmp.ask(target(peer.port, snmp_backend="pysnmp"), ONE, Deadline.after(60))
        )
        while not task.done():
            before = time.thread_time()  # of the loop's own thread, however busy the machine is
            await asyncio.sleep(0.005)
            stalls.append(time.thread_time() - before)
    assert isinstance(task.result(), Answer)
    assert max(stalls) < 0.3
