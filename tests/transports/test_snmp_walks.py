"""Tables and large questions: in pieces, to their end and no further."""

from __future__ import annotations

from snmp_asking import DESCR, MIB, TABLE, THREE, Make, absence, answer, both
from snmp_peer import BULK, NEXT, Request, agent, honest, integer, octets

from netdiag.model.wire import Answer, Deadline, SnmpColumns, SnmpGet
from netdiag.model.words import AbsenceReason
from netdiag.transports import SnmpTransport


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
