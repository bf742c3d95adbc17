"""The routeros transport against the lab's faithful server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from routeros_peer import api_server, router, tables

from netdiag.lab.routeros_api import NO_SUCH_COMMAND, NOT_ALLOWED, Command, Trap
from netdiag.model.wire import Answer, Deadline, NoAnswer, RouterosCall
from netdiag.model.words import AbsenceReason as Why
from netdiag.transports.routeros import RouterosTransport

PPP = [
    {".id": "*1", "name": "1", "caller-id": "AA:BB:CC:00:00:01", "uptime": "2d01:15:03"},
    {".id": "*2", "name": "000123", "caller-id": "", "uptime": "14s"},
    {".id": "*3", "name": "yes", "comment": "no", "uptime": "5h49m36s"},
    {".id": "*4", "name": "абонент-7", "comment": "квартира 12", "uptime": "1w"},
]
ACTIVE = RouterosCall(path="/ppp/active/print", proplist=("name", "caller-id", "comment"))


@pytest.fixture
async def transport() -> AsyncIterator[RouterosTransport]:
    made = RouterosTransport(idle_s=5)
    yield made
    await made.close()


def soon(seconds: float = 3.0) -> Deadline:
    return Deadline.after(seconds)


async def pings(command: Command) -> AsyncIterator[dict[str, str]]:
    for number in range(int(command.attributes["count"])):
        yield {"seq": str(number), "time": "1ms53us", "sent": str(number + 1), "packet-loss": "0"}
        await asyncio.sleep(0.01)


async def test_values_come_back_as_text_exactly_as_on_the_wire(
    transport: RouterosTransport,
) -> None:
    async with api_server(tables({"/ppp/active/print": PPP})) as server:
        answer = await transport.ask(router(server.port), ACTIVE, soon())
    assert isinstance(answer, Answer)
    assert [row["name"] for row in answer.rows] == ["1", "000123", "yes", "абонент-7"]
    assert answer.rows[1]["caller-id"] == ""
    assert answer.rows[2]["comment"] == "no"
    assert answer.rows[3] == {"name": "абонент-7", "comment": "квартира 12"}
    assert not answer.cut
    assert answer.duration_s > 0


async def test_only_named_properties_and_matching_rows_are_fetched(
    transport: RouterosTransport,
) -> None:
    question = RouterosCall(
        path="/ppp/active/print", proplist=("uptime",), where={"name": "1", "uptime": "2d01:15:03"}
    )
    async with api_server(tables({"/ppp/active/print": PPP})) as server:
        answer = await transport.ask(router(server.port), question, soon())
        (command,) = server.commands
    assert isinstance(answer, Answer)
    assert answer.rows == ({"uptime": "2d01:15:03"},)
    assert command.query == ("?name=1", "?uptime=2d01:15:03", "?#&")
    assert command.proplist == ("uptime",)


@pytest.mark.parametrize("version", ["6.49.17", "7.16", "7.20"])
async def test_no_rows_is_an_answer(transport: RouterosTransport, version: str) -> None:
    async with api_server(tables({"/ppp/active/print": []}), version=version) as server:
        answer = await transport.ask(router(server.port), ACTIVE, soon())
    assert isinstance(answer, Answer)
    assert answer.rows == ()


async def test_empty_attribute_values_and_counts(transport: RouterosTransport) -> None:
    rows = {
        "/interface/ethernet/monitor": [{"name": "ether7", "status": "link-ok", "rate": "1Gbps"}],
        "/ppp/active/print": PPP,
    }
    monitor = RouterosCall(
        path="/interface/ethernet/monitor",
        attributes={"numbers": "ether7", "once": ""},
        proplist=("status", "rate"),
    )
    count = RouterosCall(path="/ppp/active/print", attributes={"count-only": ""})
    async with api_server(tables(rows)) as server:
        target = router(server.port)
        first = await transport.ask(target, monitor, soon())
        second = await transport.ask(target, count, soon())
        assert server.commands[0].attributes == {"numbers": "ether7", "once": ""}
    assert isinstance(first, Answer)
    assert first.rows == ({"status": "link-ok", "rate": "1Gbps"},)
    assert isinstance(second, Answer)
    assert second.rows == ({"ret": "4"},)


async def test_rows_that_stream_in_are_collected(transport: RouterosTransport) -> None:
    question = RouterosCall(
        path="/tool/ping",
        attributes={"address": "10.0.0.7", "count": "3"},
        proplist=("seq", "time"),
    )
    async with api_server(pings) as server:
        answer = await transport.ask(router(server.port), question, soon())
    assert isinstance(answer, Answer)
    assert [row["seq"] for row in answer.rows] == ["0", "1", "2"]


async def test_one_login_serves_many_questions(transport: RouterosTransport) -> None:
    async with api_server(tables({"/ppp/active/print": PPP})) as server:
        target = router(server.port)
        for _ in range(5):
            assert isinstance(await transport.ask(target, ACTIVE, soon()), Answer)
        assert server.logins == [("netdiag", True)]


async def test_questions_at_once_take_turns_on_one_connection(transport: RouterosTransport) -> None:
    running = most = 0

    async def slow(command: Command) -> list[dict[str, str]]:
        nonlocal running, most
        running, most = running + 1, max(most, running + 1)
        await asyncio.sleep(0.02)
        running -= 1
        return [{"name": name} for _, name in [q.split("=", 1) for q in command.query]]

    names = [f"user-{number}" for number in range(12)]
    async with api_server(slow) as server:
        target = router(server.port)
        asked = [
            transport.ask(
                target,
                RouterosCall(path="/ppp/active/print", proplist=("name",), where={"name": name}),
                soon(),
            )
            for name in names
        ]
        answers = await asyncio.gather(*asked)
        assert len(server.logins) == 1
    assert [a.rows[0]["name"] for a in answers if isinstance(a, Answer)] == names
    assert most == 1


async def test_limits_allow_more_sessions(transport: RouterosTransport) -> None:
    async def slow(command: Command) -> list[dict[str, str]]:
        await asyncio.sleep(0.05)
        return []

    async with api_server(slow) as server:
        target = router(server.port, sessions="3")
        await asyncio.gather(*(transport.ask(target, ACTIVE, soon()) for _ in range(6)))
        assert len(server.logins) == 3


async def test_a_rebooted_router_is_asked_again_over_a_new_session(
    transport: RouterosTransport,
) -> None:
    async with api_server(tables({"/ppp/active/print": PPP})) as server:
        target = router(server.port)
        await transport.ask(target, ACTIVE, soon())
        server.drop_clients()
        assert isinstance(await transport.ask(target, ACTIVE, soon()), Answer)
        assert len(server.logins) == 2


async def test_idle_sessions_are_closed() -> None:
    transport = RouterosTransport(idle_s=0.05)
    async with api_server(tables({"/ppp/active/print": PPP})) as server:
        await transport.ask(router(server.port), ACTIVE, soon())
        assert server.connected == 1
        await asyncio.sleep(0.2)
        assert server.connected == 0
    await transport.close()


async def test_close_ends_all_sessions(transport: RouterosTransport) -> None:
    async with api_server(tables({"/ppp/active/print": PPP})) as server:
        await transport.ask(router(server.port), ACTIVE, soon())
        await transport.close()
        await asyncio.sleep(0.05)
        assert server.connected == 0


async def test_rows_above_the_cap_are_left_out_and_the_session_ends(
    transport: RouterosTransport,
) -> None:
    many = [{"name": f"user-{number}", ".id": f"*{number:X}"} for number in range(1000)]
    whole = RouterosCall(path="/ppp/active/print", proplist=("name",), max_rows=1000)
    some = RouterosCall(path="/ppp/active/print", proplist=("name",), max_rows=10)
    async with api_server(tables({"/ppp/active/print": many})) as server:
        target = router(server.port)
        cut = await transport.ask(target, some, soon())
        exact = await transport.ask(target, whole, soon())
        assert len(server.logins) == 2, "the rest of the first reply must not be read by the second"
    assert isinstance(cut, Answer)
    assert cut.cut
    assert [row["name"] for row in cut.rows] == [f"user-{number}" for number in range(10)]
    assert isinstance(exact, Answer)
    assert not exact.cut
    assert len(exact.rows) == 1000


@pytest.mark.parametrize(
    ("trap", "why"),
    [
        (NO_SUCH_COMMAND, Why.NOT_SUPPORTED),
        (Trap("no such command prefix"), Why.NOT_SUPPORTED),
        (Trap("unknown parameter"), Why.NOT_SUPPORTED),
        (NOT_ALLOWED, Why.ACCESS_DENIED),
        (Trap("failure: not allowed by device-mode"), Why.ACCESS_DENIED),
        (Trap("no such item"), Why.UNREADABLE),
        (Trap("input does not match any value of interface", 1), Why.UNREADABLE),
    ],
)
async def test_what_the_router_refuses(transport: RouterosTransport, trap: Trap, why: Why) -> None:
    async def refuse(command: Command) -> Trap:
        return trap

    async with api_server(refuse) as server:
        target = router(server.port)
        answer = await transport.ask(target, ACTIVE, soon())
        await transport.ask(target, ACTIVE, soon())
        assert len(server.logins) == 1, "a refused command does not cost the session"
    assert isinstance(answer, NoAnswer)
    assert not answer.at_the_door
    assert answer.why is why
    assert trap.message in answer.detail


async def test_encoding_is_chosen_per_device(transport: RouterosTransport) -> None:
    question = RouterosCall(
        path="/ppp/active/print", proplist=("comment",), where={"comment": "квартира 12"}
    )
    async with api_server(tables({"/ppp/active/print": PPP}), encoding="cp1251") as server:
        right = await transport.ask(router(server.port, encoding="cp1251"), question, soon())
        wrong = await transport.ask(
            router(server.port, password="ascii"),
            RouterosCall(path="/ppp/active/print", proplist=("comment",)),
            soon(),
        )
    assert isinstance(right, Answer)
    assert right.rows == ({"comment": "квартира 12"},)
    assert isinstance(wrong, NoAnswer)


async def test_letters_of_another_encoding_stay_visible(transport: RouterosTransport) -> None:
    rows = tables({"/ppp/active/print": [{"comment": "кв. 7"}]})
    async with api_server(rows, encoding="cp1251") as server:
        server.users = {"netdiag": "ascii"}
        target = router(server.port, password="ascii")
        answer = await transport.ask(target, ACTIVE, soon())
    assert isinstance(answer, Answer)
    assert answer.rows == ({"comment": r"\xea\xe2. 7"},)


async def test_text_that_the_encoding_cannot_write_is_not_asked(
    transport: RouterosTransport,
) -> None:
    question = RouterosCall(path="/ppp/active/print", proplist=("name",), where={"name": "خانه"})
    async with api_server(tables({"/ppp/active/print": PPP})) as server:
        answer = await transport.ask(router(server.port, encoding="cp1251"), question, soon())
        assert server.logins == []
    assert isinstance(answer, NoAnswer)
    assert answer.why is Why.NOT_ASKED
    assert "cp1251" in answer.detail
