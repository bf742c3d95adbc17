"""The ssh transport against devices that are gone, silent, broken or slow."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator

import pytest
from ssh_server import fake_switch, switch, tcp_peer

from netdiag.model.wire import Answer, Deadline, NoAnswer, SshCommand, Target
from netdiag.model.words import AbsenceReason as Why
from netdiag.transports.ssh import SshTransport
from tests.patience import BUSY_S

SHOW = SshCommand(command="show version")


@pytest.fixture
async def transport() -> AsyncIterator[SshTransport]:
    made = SshTransport(workers=4)
    await made.prepare()
    yield made
    await made.close()


async def refused(transport: SshTransport, target: Target, seconds: float, why: Why) -> NoAnswer:
    """Asks, and checks reason, bounded time and that the detail is a sentence."""
    started = time.monotonic()
    answer = await transport.ask(target, SHOW, Deadline.after(seconds))
    took = time.monotonic() - started
    assert isinstance(answer, NoAnswer), answer
    assert answer.why is why, answer
    assert took < seconds + BUSY_S
    assert answer.detail.endswith((".", "?"))
    return answer


async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(30)


async def test_nobody_listens(transport: SshTransport) -> None:
    answer = await refused(transport, switch(1), 3, Why.NOT_REACHABLE)
    assert "port 1" in answer.detail


async def test_unknown_name(transport: SshTransport) -> None:
    good = switch(22)
    target = Target(device="sw-1", host="sw-1.invalid", options=good.options, secrets=good.secrets)
    answer = await refused(transport, target, 5, Why.NOT_REACHABLE)
    assert "sw-1.invalid" in answer.detail


async def test_silence_after_connecting(transport: SshTransport) -> None:
    async with tcp_peer(silence) as port:
        await refused(transport, switch(port), 0.5, Why.TIMED_OUT)


async def test_banner_and_nothing_more(transport: SshTransport) -> None:
    async def banner(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-Cisco-1.25\r\n")
        await silence(reader, writer)

    async with tcp_peer(banner) as port:
        await refused(transport, switch(port), 0.5, Why.TIMED_OUT)


async def test_banner_letter_by_letter(transport: SshTransport) -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for letter in b"SSH-2.0-Cisco-1.25 and a long comment":
            writer.write(bytes([letter]))
            await asyncio.sleep(0.1)

    async with tcp_peer(drip) as port:
        await refused(transport, switch(port), 0.6, Why.TIMED_OUT)


async def test_something_else_than_ssh(transport: SshTransport) -> None:
    async def web(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 200)
        await silence(reader, writer)

    async with tcp_peer(web) as port:
        await refused(transport, switch(port), 3, Why.UNREADABLE)


async def test_nonsense_after_the_banner(transport: SshTransport) -> None:
    async def noise(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-x\r\n" + b"\xff" * 4000)
        await silence(reader, writer)

    async with tcp_peer(noise) as port:
        await refused(transport, switch(port), 3, Why.UNREADABLE)


async def test_closed_before_a_word(transport: SshTransport) -> None:
    async def close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        return

    async with tcp_peer(close) as port:
        await refused(transport, switch(port), 3, Why.NOT_REACHABLE)


async def test_a_command_that_never_ends(transport: SshTransport) -> None:
    async def never(line: str) -> str:
        await asyncio.sleep(30)
        return ""

    async with fake_switch(never) as box:
        answer = await refused(transport, switch(box.port), 1.5, Why.TIMED_OUT)
        assert "reply" in answer.detail
        box.answer = lambda line: "fine\n"
        again = await transport.ask(switch(box.port), SHOW, Deadline.after(5))
        assert len(box.logins) == 2, "a session that timed out is not used again"
    assert isinstance(again, Answer)
    assert str(again.rows[0]["output"]).strip() == "fine"


async def test_closed_in_the_middle_of_a_reply(transport: SshTransport) -> None:
    async def drop(line: str) -> str:
        box.drop_all()
        return ""

    async with fake_switch(drop) as box:
        # Waited for, it would have timed out.
        await refused(transport, switch(box.port), 60, Why.UNREADABLE)


async def test_a_reply_without_end_stops(
    transport: SshTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("netdiag.transports.ssh_netmiko.MOST_TEXT", 100_000)
    async with fake_switch(lambda line: "x" * 79 + "\n" * 2 + "y" * 300_000) as box:
        await refused(transport, switch(box.port), 6, Why.UNREADABLE)


async def test_a_prompt_that_nobody_knows(transport: SshTransport) -> None:
    async with fake_switch(lambda line: "", prompt="") as box:
        await refused(transport, switch(box.port), 1.5, Why.TIMED_OUT)


async def test_stuck_devices_do_not_keep_others_waiting(transport: SshTransport) -> None:
    async with tcp_peer(silence) as port, fake_switch(lambda line: "fine\n") as box:
        stuck = [
            Target(
                device=f"sw-{number}",
                host="127.0.0.1",
                port=port,
                options=switch(port).options,
                secrets=switch(port).secrets,
            )
            for number in range(1, 4)
        ]
        waiting = [
            asyncio.create_task(transport.ask(target, SHOW, Deadline.after(120)))
            for target in stuck
        ]
        await asyncio.sleep(0.1)
        assert isinstance(await transport.ask(switch(box.port), SHOW, Deadline.after(60)), Answer)
        assert not any(one.done() for one in waiting)
        for one in waiting:
            one.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def test_no_free_thread_is_not_silence_of_the_device() -> None:
    transport = SshTransport(workers=1)
    await transport.prepare()
    async with tcp_peer(silence) as port:
        first = asyncio.create_task(transport.ask(switch(port), SHOW, Deadline.after(1)))
        await asyncio.sleep(0.1)
        target = switch(port, device_type="linux")
        second = await transport.ask(target, SHOW, Deadline.after(0.2))
        await first
    await transport.close()
    assert isinstance(second, NoAnswer)
    assert second.why is Why.NOT_ASKED


async def test_threads_end_when_their_question_is_late_or_cancelled(
    transport: SshTransport,
) -> None:
    async with tcp_peer(silence) as port:
        await transport.ask(switch(port), SHOW, Deadline.after(0.3))
        task = asyncio.create_task(transport.ask(switch(port), SHOW, Deadline.after(30)))
        await asyncio.sleep(0.3)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        for _ in range(40):
            names = [t.name for t in threading.enumerate() if t.name == "netdiag-ssh"]
            if not names:
                break
            await asyncio.sleep(0.05)
    assert names == []


def test_a_stuck_device_does_not_keep_the_process_alive() -> None:
    script = """
import asyncio, socket
from netdiag.model.secret import Secret
from netdiag.model.wire import Deadline, SshCommand, Target
from netdiag.transports.ssh import SshTransport
listening = socket.create_server(("127.0.0.1", 0))
target = Target(device="d", host="127.0.0.1", port=listening.getsockname()[1],
    options={"ssh.username": "u", "ssh.device_type": "linux"},
    secrets={"ssh.password": Secret("p")})
async def main():
    asyncio.get_running_loop().call_later(1.5, lambda: asyncio.current_task())
    task = asyncio.create_task(
        SshTransport().ask(target, SshCommand(command="show x"), Deadline.after(600)))
    await asyncio.sleep(2.5)
asyncio.run(main())
print("ended")
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout.strip() == "ended", done.stderr


def test_importing_the_transport_does_not_load_netmiko() -> None:
    script = "import sys, netdiag.transports.ssh; print('netmiko' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=15, check=True
    )
    assert done.stdout.strip() == "False"
