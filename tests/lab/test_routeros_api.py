"""The lab's API server, asked by librouteros' own client as a user would write it."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from librouteros import async_connect, async_token
from librouteros.api import AsyncApi
from librouteros.exceptions import FatalError, TrapError
from librouteros.query import And, Key, Or

from netdiag.lab.routeros_api import (
    NO_SUCH_COMMAND,
    Command,
    RouterosApiServer,
    Trap,
)
from netdiag.lab.routeros_query import passes
from netdiag.lab.routeros_sentence import encode_length, encode_sentence, read_sentence

ARP = [
    {".id": "*1", "address": "10.0.0.1", "mac-address": "AA:BB:CC:00:00:01", "complete": "true"},
    {".id": "*2", "address": "10.0.0.2", "mac-address": "AA:BB:CC:00:00:02", "complete": "false"},
    {".id": "*3", "address": "10.0.0.3", "comment": "абонент 7", "complete": "true"},
]


async def tables(command: Command) -> list[dict[str, str]] | Trap:
    if command.path == "/ip/arp/print":
        return ARP
    if command.path == "/ppp/active/print":
        return []
    return NO_SUCH_COMMAND


async def pings(command: Command) -> AsyncIterator[dict[str, str]]:
    for number in range(int(command.attributes.get("count", "1000"))):
        yield {"seq": str(number), "host": command.attributes["address"]}
        await asyncio.sleep(0.01)


def handler(command: Command) -> object:
    return pings(command) if command.path == "/tool/ping" else tables(command)


@asynccontextmanager
async def running(**options: object) -> AsyncIterator[RouterosApiServer]:
    server = RouterosApiServer(users={"netdiag": "wört"}, handler=handler, **options)  # type: ignore[arg-type]
    await server.start()
    try:
        yield server
    finally:
        await server.close()


@asynccontextmanager
async def client(server: RouterosApiServer, **options: object) -> AsyncIterator[AsyncApi]:
    api = await async_connect(
        "127.0.0.1",
        username="netdiag",
        password="wört",
        port=server.port,
        encoding="utf-8",
        timeout=3,
        **options,  # type: ignore[arg-type]
    )
    try:
        yield api
    finally:
        await api.close()


async def rows(api: AsyncApi, command: str, *words: str) -> list[dict[str, object]]:
    return [row async for row in api.rawCmd(command, *words)]


async def test_stock_client_reads_a_whole_table() -> None:
    async with running() as server, client(server) as api:
        found = [row async for row in api.path("ip", "arp")]
    assert [row["address"] for row in found] == ["10.0.0.1", "10.0.0.2", "10.0.0.3"]
    assert found[2]["comment"] == "абонент 7"
    assert server.logins == [("netdiag", True)]


async def test_stock_client_selects_properties_and_rows() -> None:
    address, complete = Key("address"), Key("complete")
    async with running() as server, client(server) as api:
        arp = api.path("ip", "arp")
        one = [
            r async for r in arp.select(address).where(Key("mac-address") == ARP[0]["mac-address"])
        ]
        both = [
            r
            async for r in arp.select(address).where(
                And(complete == "true", address == "10.0.0.3")  # type: ignore[arg-type]
            )
        ]
        either = [
            r
            async for r in arp.select(address).where(
                Or(address == "10.0.0.1", address == "10.0.0.2")  # type: ignore[arg-type]
            )
        ]
        others = [r async for r in arp.select(address).where(address != "10.0.0.1")]
    assert one == [{"address": "10.0.0.1"}]
    assert both == [{"address": "10.0.0.3"}]
    assert [r["address"] for r in either] == ["10.0.0.1", "10.0.0.2"]
    assert [r["address"] for r in others] == ["10.0.0.2", "10.0.0.3"]


async def test_wrong_password_is_refused_in_the_routers_words() -> None:
    async with running() as server:
        with pytest.raises(TrapError, match="invalid user name or password"):
            await async_connect("127.0.0.1", username="netdiag", password="x", port=server.port)
    assert server.logins == [("netdiag", False)]


async def test_challenge_login_of_old_versions() -> None:
    server = RouterosApiServer(users={"old": "pw"}, handler=handler, version="6.42", old_login=True)
    await server.start()
    api = await async_connect(
        "127.0.0.1", username="old", password="pw", port=server.port, login_method=async_token
    )
    assert len(await rows(api, "/ip/arp/print")) == 3
    await api.close()
    with pytest.raises(TrapError, match="cannot log in"):
        await async_connect(
            "127.0.0.1", username="old", password="no", port=server.port, login_method=async_token
        )
    await server.close()


async def test_count_only_and_unknown_commands() -> None:
    async with running() as server, client(server) as api:
        assert await rows(api, "/ip/arp/print", "=count-only=", "?complete=true") == [{"ret": 2}]
        with pytest.raises(TrapError, match="no such command"):
            await rows(api, "/ip/nonsense/print")
        assert len(await rows(api, "/ip/arp/print")) == 3, "the connection goes on after a trap"


async def test_commands_before_login_are_refused() -> None:
    async with running() as server:
        assert await talk(server, ["/ip/arp/print", ".tag=3"], 2) == [
            ["!trap", ".tag=3", "=message=not logged in"],
            ["!done", ".tag=3"],
        ]


async def test_empty_is_said_from_718_on() -> None:
    login = ["/login", "=name=netdiag", "=password=wört"]
    for version, expected in (("7.17", ["!done"]), ("7.18", ["!empty"]), ("7.20.6", ["!empty"])):
        async with running(version=version) as server:
            assert await talk(server, login, 1, ["/ppp/active/print"], 1) == [expected]


async def test_ping_streams_and_cancel_interrupts_it() -> None:
    async with running() as server, client(server) as api:
        answers = await rows(api, "/tool/ping", "=address=10.0.0.1", "=count=3")
        assert [row["seq"] for row in answers] == [0, 1, 2]
        await api.protocol.writeSentence("/tool/ping", "=address=10.0.0.1", ".tag=9")
        assert (await api.protocol.readSentence())[0] == "!re"
        await api.protocol.writeSentence("/cancel", "=tag=9", ".tag=10")
        seen = []
        while len([s for s in seen if s[0] == "!done"]) < 2:
            seen.append(await api.protocol.readSentence())
    assert ("!trap", (".tag=9", "=category=2", "=message=interrupted")) in seen
    assert ("!done", (".tag=10",)) in seen


async def test_quit_ends_with_fatal() -> None:
    async with running() as server, client(server) as api:
        await api.protocol.writeSentence("/quit")
        with pytest.raises(FatalError, match="session terminated on request"):
            await api.protocol.readSentence()


async def test_cp1251_router() -> None:
    async with running(encoding="cp1251") as server:
        server.users = {"netdiag": "пароль"}
        api = await async_connect(
            "127.0.0.1", "netdiag", "пароль", port=server.port, encoding="cp1251", timeout=3
        )
        found = await rows(api, "/ip/arp/print", "?comment=абонент 7")
        await api.close()
    assert [row["comment"] for row in found] == ["абонент 7"]


async def test_nonsense_ends_the_connection() -> None:
    async with running() as server:
        for junk in (b"\xff\xff\xff", b"\xf0\xff\xff\xff\xff", b"\xe7\xff\xff\xff"):
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(junk)
            with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                await asyncio.wait_for(reader.readexactly(1), 2)
            await gone(writer)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ([], True),
        (["?address=10.0.0.1"], True),
        (["?=address=10.0.0.2"], False),
        (["?comment"], False),
        (["?-comment"], True),
        (["?>mtu=999"], True),
        (["?<mtu=1499"], False),
        (["?mtu=1500", "?address=no"], False),
        (["?mtu=1500", "?address=no", "?#|"], True),
        (["?mtu=1500", "?#!"], False),
        (["?mtu=1500", "?address=no", "?#!&"], True),
        (["?mtu=1500", "?address=no", "?#1"], True),
        (["?address=no", "?#.|"], False),
        (["?address=no", "?#0!"], False),
    ],
)
def test_query_words(query: list[str], expected: bool) -> None:
    row = {"address": "10.0.0.1", "mtu": "1500"}
    assert passes(row, query) is expected


@pytest.mark.parametrize("length", [0, 0x7F, 0x80, 0x3FFF, 0x4000, 0x1FFFFF, 0x200000])
async def test_lengths_agree_with_librouteros(length: int) -> None:
    from librouteros.protocol import encode_length as theirs

    assert encode_length(length) == theirs(length)
    if 0 < length < 0x10000:
        reader = asyncio.StreamReader()
        reader.feed_data(encode_sentence(["x" * length], "utf-8"))
        assert [len(word) for word in await read_sentence(reader)] == [length]


async def test_challenge_is_answered_over_exactly_the_challenge() -> None:
    async with running(old_login=True) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(encode_sentence(["/login", "=name=netdiag", "=password=wört"], "utf-8"))
        done = [word.decode() for word in await read_sentence(reader)]
        challenge = bytes.fromhex(done[1].removeprefix("=ret="))
        digest = hashlib.md5(b"\x00" + "wört".encode() + challenge).hexdigest()
        writer.write(encode_sentence(["/login", "=name=netdiag", f"=response=00{digest}"], "utf-8"))
        assert [word.decode() for word in await read_sentence(reader)] == ["!done"]
        await gone(writer)


async def talk(server: RouterosApiServer, *steps: list[str] | int) -> list[list[str]]:
    """Sentences out, so many sentences in; gives what came for the last one."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    got: list[list[str]] = []
    for step in steps:
        if isinstance(step, list):
            writer.write(encode_sentence(step, "utf-8"))
        else:
            got = [[w.decode() for w in await read_sentence(reader)] for _ in range(step)]
    await gone(writer)
    return got


async def gone(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()
