"""The routeros transport against routers that are gone, silent, broken or malicious."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from routeros_peer import (
    after_login,
    api_server,
    hostile,
    router,
    row,
    saying,
    sentence,
)

from netdiag.lab.routeros_api import Command
from netdiag.lab.routeros_sentence import read_sentence
from netdiag.model.wire import Answer, Deadline, NoAnswer, RouterosCall, Target
from netdiag.model.words import AbsenceReason as Why
from netdiag.transports.routeros import RouterosTransport
from netdiag.transports.routeros_options import read_options
from netdiag.transports.routeros_session import BREATHE_ROWS, Session
from tests.patience import BUSY_S

ACTIVE = RouterosCall(path="/ppp/active/print", proplist=("name",), max_rows=64)


@pytest.fixture
async def transport() -> AsyncIterator[RouterosTransport]:
    made = RouterosTransport()
    yield made
    await made.close()


async def refused(
    transport: RouterosTransport, target: Target, seconds: float, why: Why
) -> NoAnswer:
    """Asks, and checks reason, bounded time and that the detail is a sentence."""
    started = time.monotonic()
    answer = await transport.ask(target, ACTIVE, Deadline.after(seconds))
    took = time.monotonic() - started
    assert isinstance(answer, NoAnswer), answer
    assert answer.why is why, answer
    assert took < seconds + BUSY_S
    assert answer.detail.endswith((".", "?"))
    return answer


async def test_nobody_listens(transport: RouterosTransport) -> None:
    answer = await refused(transport, router(1), 2, Why.NOT_REACHABLE)
    assert "port 1" in answer.detail


async def test_unknown_name(transport: RouterosTransport) -> None:
    good = router(8728)
    target = Target(
        device="bng-1", host="bng-1.invalid", port=1, options=good.options, secrets=good.secrets
    )
    answer = await refused(transport, target, 5, Why.NOT_REACHABLE)
    assert "bng-1.invalid" in answer.detail


async def test_silence_after_connecting(transport: RouterosTransport) -> None:
    async with hostile(saying(b"")) as peer:
        await refused(transport, router(peer.port), 0.3, Why.TIMED_OUT)
        await refused(transport, router(peer.port, tls="true"), 0.3, Why.TIMED_OUT)


async def test_silence_after_the_login(transport: RouterosTransport) -> None:
    async with hostile(after_login(saying(b""))) as peer:
        await refused(transport, router(peer.port), 0.3, Why.TIMED_OUT)
        await refused(transport, router(peer.port), 0.3, Why.TIMED_OUT)
        assert len(peer.connections) == 2, "a session that timed out is not used again"


async def test_closed_before_a_word(transport: RouterosTransport) -> None:
    async with hostile(saying(b"", then_wait=False)) as peer:
        answer = await refused(transport, router(peer.port), 2, Why.NOT_REACHABLE)
    assert "addresses" in answer.detail


async def test_closed_in_the_middle_of_a_reply(transport: RouterosTransport) -> None:
    async with hostile(after_login(saying(row(name="a") + b"\x03!r", then_wait=False))) as peer:
        await refused(transport, router(peer.port), 2, Why.UNREADABLE)


async def test_word_that_never_gets_whole(transport: RouterosTransport) -> None:
    async with hostile(after_login(saying(row(name="a") + b"\x80\xff!re"))) as peer:
        await refused(transport, router(peer.port), 0.3, Why.TIMED_OUT)


@pytest.mark.parametrize(
    "junk",
    [
        b"\xef\xff\xff\xff" + b"x" * 100,  # 268 MB follow, it says
        b"\xf0\x7f\xff\xff\xff",
        b"\xff" * 40,
        b"HTTP/1.1 400 Bad Request\r\n\r\n" + b"x" * 200 + b"\x00",
        b"SSH-2.0-OpenSSH_9.2\r\n" + b"y" * 200 + b"\x00",
        sentence("!what", "=ret=1"),
        sentence("!done", "=ret=not hexadecimal"),
    ],
)
async def test_something_else_than_the_api(transport: RouterosTransport, junk: bytes) -> None:
    async with hostile(saying(junk)) as peer:
        await refused(transport, router(peer.port), 2, Why.UNREADABLE)


async def test_sentence_without_end(transport: RouterosTransport) -> None:
    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\x03!re")
        while True:
            writer.write(b"\x7f=" + b"k" * 126)
            await writer.drain()

    async with hostile(after_login(endless)) as peer:
        await refused(transport, router(peer.port), 5, Why.UNREADABLE)


async def test_rows_without_end_are_cut(transport: RouterosTransport) -> None:
    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(row(name="a") * 100)
            await writer.drain()

    async with hostile(after_login(endless)) as peer:
        answer = await transport.ask(router(peer.port), ACTIVE, Deadline.after(30))
    assert isinstance(answer, Answer)
    assert answer.cut
    assert len(answer.rows) == 64


async def test_rows_without_end_and_without_cap_stop_at_the_deadline(
    transport: RouterosTransport,
) -> None:
    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(row(name="a") * 100)
            await writer.drain()

    question = RouterosCall(path="/ppp/active/print", proplist=("name",), max_rows=10**9)
    async with hostile(after_login(endless)) as peer:
        started = time.monotonic()
        answer = await transport.ask(router(peer.port), question, Deadline.after(0.3))
        assert time.monotonic() - started < BUSY_S
    assert isinstance(answer, NoAnswer)
    assert answer.why is Why.TIMED_OUT


async def test_a_byte_a_moment_ends_at_the_deadline(transport: RouterosTransport) -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for byte in sentence("!done", "=ret=" + "0" * 250):
            writer.write(bytes([byte]))
            await asyncio.sleep(0.1)

    async with hostile(drip) as peer:
        await refused(transport, router(peer.port), 0.5, Why.TIMED_OUT)
    async with hostile(after_login(drip)) as peer:
        await refused(transport, router(peer.port), 0.5, Why.TIMED_OUT)


async def test_trap_after_rows_is_no_answer(transport: RouterosTransport) -> None:
    data = row(name="a") + sentence("!trap", "=message=action timed out (13)") + sentence("!done")
    async with hostile(after_login(saying(data))) as peer:
        answer = await refused(transport, router(peer.port), 2, Why.UNREADABLE)
    assert "action timed out (13)" in answer.detail


async def test_several_traps_are_all_told(transport: RouterosTransport) -> None:
    traps = sentence("!trap", "=message=first") + sentence("!trap", "=message=second")
    async with hostile(after_login(saying(traps + sentence("!done")))) as peer:
        answer = await refused(transport, router(peer.port), 2, Why.UNREADABLE)
    assert "first; second" in answer.detail


@pytest.mark.parametrize("words", [("!fatal", "too many sessions"), ("!fatal",)])
async def test_fatal_ends_the_session(transport: RouterosTransport, words: tuple[str, ...]) -> None:
    async with hostile(after_login(saying(sentence(*words)))) as peer:
        answer = await refused(transport, router(peer.port), 2, Why.UNREADABLE)
        await refused(transport, router(peer.port), 2, Why.UNREADABLE)
        assert len(peer.connections) == 2
    assert " ".join(words[1:]) in answer.detail


async def test_empty_sentences_tags_and_odd_words_are_ignored(
    transport: RouterosTransport,
) -> None:
    data = b"\x00\x00" + sentence("!re", ".tag=7", "=name=a=b", "odd") + sentence("!done")
    async with hostile(after_login(saying(data))) as peer:
        answer = await transport.ask(router(peer.port), ACTIVE, Deadline.after(30))
    assert isinstance(answer, Answer)
    assert answer.rows == ({"name": "a=b"},)


async def test_no_time_left_is_not_silence_of_the_router(transport: RouterosTransport) -> None:
    async with hostile(after_login(saying(b""))) as peer:
        target = router(peer.port)
        first = asyncio.create_task(transport.ask(target, ACTIVE, Deadline.after(0.8)))
        await asyncio.sleep(0.1)
        second = await transport.ask(target, ACTIVE, Deadline.after(0.2))
        late = await transport.ask(target, ACTIVE, Deadline.after(0))
        assert isinstance(await first, NoAnswer)
    for answer in (second, late):
        assert isinstance(answer, NoAnswer)
        assert answer.why is Why.NOT_ASKED


async def test_cancelled_question_does_not_leave_its_rows_to_the_next(
    transport: RouterosTransport,
) -> None:
    async def large(command: Command) -> list[dict[str, str]]:
        if command.query:
            return [{"name": "mine"}]
        return [{"name": f"user-{number}", "comment": "x" * 50} for number in range(5000)]

    whole = RouterosCall(path="/ppp/active/print", proplist=("name", "comment"), max_rows=10**6)
    mine = RouterosCall(path="/ppp/active/print", proplist=("name",), where={"name": "mine"})
    async with api_server(large) as server:
        target = router(server.port)
        await transport.ask(target, mine, Deadline.after(30))
        task = asyncio.create_task(transport.ask(target, whole, Deadline.after(5)))
        await asyncio.sleep(0.03)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        timed_out = await transport.ask(target, whole, Deadline.after(0.03))
        answer = await transport.ask(target, mine, Deadline.after(30))
    assert isinstance(timed_out, NoAnswer)
    assert timed_out.why is Why.TIMED_OUT
    assert isinstance(answer, Answer)
    assert answer.rows == ({"name": "mine"},)


async def test_a_large_reply_leaves_the_event_loop_to_others() -> None:
    reader = asyncio.StreamReader()
    reader.feed_data(row(name="a") * 5000 + sentence("!done"))  # it need not be waited for
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async with hostile(saying(b"")) as peer:
        _, writer = await asyncio.open_connection("127.0.0.1", peer.port)
        waiting = asyncio.create_task(others())
        words = ["/ppp/active/print"]
        reply = await Session(reader, writer, "utf-8").call(words, 10**6, Deadline.after(60))
        waiting.cancel()
        writer.close()
    assert len(reply.rows) == 5000
    assert turns >= 5000 // BREATHE_ROWS


async def test_session_sends_nothing_after_an_abort() -> None:
    async with hostile(after_login(saying(b""))) as peer:
        session = await Session.open(read_options(router(peer.port)), Deadline.after(30))
        session.abort()
        assert not session.usable


async def test_unasked_words_of_an_idle_router_do_not_become_an_answer(
    transport: RouterosTransport,
) -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_sentence(reader)
        writer.write(sentence("!done"))
        await read_sentence(reader)
        writer.write(row(name="asked") + sentence("!done"))
        await writer.drain()
        await asyncio.sleep(0.1)
        writer.write(sentence("!fatal", "router is rebooting"))
        await writer.drain()
        await asyncio.sleep(5)

    async with hostile(script) as peer:
        for _ in range(2):
            answer = await transport.ask(router(peer.port), ACTIVE, Deadline.after(30))
            assert isinstance(answer, Answer)
            assert answer.rows == ({"name": "asked"},)
            await asyncio.sleep(0.2)
        assert len(peer.connections) == 2
