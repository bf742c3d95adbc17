"""Real net-snmp tools send; what is no notification is counted and harms nothing."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import signal
import socket
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio

from netdiag.content.load import load
from netdiag.listeners.meaning import Patterns
from netdiag.listeners.notification import decode
from netdiag.listeners.traps import Fate, Heard, Sender, TrapListener
from netdiag.listeners.users import User
from netdiag.model.secret import Secret
from netdiag.service.watch.evidence import Evidence, from_traps
from netdiag.store.database import Database
from netdiag.store.events import Events
from tests.listeners.notices import link_down, oid

LINK_DOWN = "1.3.6.1.6.3.1.1.5.3"
INDEX = ("1.3.6.1.2.1.2.2.1.1.7", "i", "7")
NAME = ("1.3.6.1.2.1.31.1.1.1.1.7", "s", "Gi0/7")
V3 = ("-v3", "-u", "noc", "-l", "authPriv", "-a", "SHA-256", "-A", "auth-pass-1", "-x", "AES", "-X")
ENGINE = ("-e", "0x8000000001020304")
PATTERNS = Patterns(load().traps)
NOC = User(
    name="noc",
    auth="SHA256",
    auth_key=Secret("auth-pass-1"),
    priv="AES",
    priv_key=Secret("priv-pass-1"),
)
needs_tools = pytest.mark.skipif(not shutil.which("snmptrap"), reason="needs net-snmp's snmptrap")


@dataclass
class Listening:
    """A listener on loopback, where 127.0.0.1 is the switch sw-1."""

    listener: TrapListener
    port: int
    heard: list[Heard] = field(default_factory=list)

    async def send(self, tool: str, *words: str) -> int:
        """The exit code: of snmpinform 0 only when it was acknowledged."""
        process = await asyncio.create_subprocess_exec(
            tool, *words, env={"MIBS": "", "PATH": "/usr/bin:/bin"},
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        return await process.wait()

    def throw(self, *datagrams: bytes) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            for datagram in datagrams:
                sock.sendto(datagram, ("127.0.0.1", self.port))

    async def until(self, count: int, seconds: float = 20) -> None:
        """Until so many datagrams were looked at."""
        for _ in range(int(seconds * 50)):
            if sum(self.listener.counts.fates.values()) >= count:
                return
            await asyncio.sleep(0.02)
        pytest.fail(f"only {self.listener.counts} of {count}")

    async def has_heard(self, count: int) -> None:
        """Until so many notifications were handed over."""
        await self.until(count)
        for _ in range(100):
            if len(self.heard) >= count:
                return
            await asyncio.sleep(0.02)

    @property
    def to(self) -> str:
        return f"127.0.0.1:{self.port}"


@pytest_asyncio.fixture
async def listening() -> AsyncIterator[Listening]:
    known = {"127.0.0.1": Sender(device="sw-1", communities=frozenset([Secret("public")]))}
    heard: list[Heard] = []

    async def take(batch: list[Heard]) -> None:
        heard.extend(batch)

    listener = TrapListener(PATTERNS, known.get, take, users=(NOC,))
    yield Listening(listener, listener.open("127.0.0.1", 0), heard)
    await listener.close()


@needs_tools
async def test_traps_of_all_versions_say_which_port_of_which_device(listening: Listening) -> None:
    v1 = ("-v1", "-c", "public", listening.to, "1.3.6.1.4.1.8072", "127.0.0.1", "2", "0", "12")
    v2 = ("-v2c", "-c", "public", listening.to, "", LINK_DOWN)
    v3 = (*V3, "priv-pass-1", *ENGINE, listening.to, "", LINK_DOWN)
    for words in (v1, v2, v3):
        assert await listening.send("snmptrap", *words, *INDEX) == 0
    await listening.has_heard(3)
    assert [one.told.version for one in listening.heard] == ["1", "2c", "3"]
    for one in listening.heard:
        assert one.device == "sw-1"
        assert one.meaning is not None
        assert (one.meaning.pattern.name, one.meaning.index) == ("link-down", 7)
        assert (one.meaning.pattern.kind, one.meaning.pattern.state) == ("trap", "down")


@needs_tools
async def test_a_name_of_the_port_is_told_when_it_is_there(listening: Listening) -> None:
    words = ("-v2c", "-c", "public", listening.to, "", LINK_DOWN)
    await listening.send("snmptrap", *words, *INDEX, *NAME)
    await listening.has_heard(1)
    meaning = listening.heard[0].meaning
    assert meaning is not None
    assert (meaning.port, meaning.index) == ("Gi0/7", 7)


@needs_tools
async def test_informs_are_acknowledged_in_v2c_and_v3(listening: Listening) -> None:
    patient = ("-r", "0", "-t", "8")
    v2 = ("-v2c", "-c", "public", *patient, listening.to, "", LINK_DOWN, *INDEX)
    v3 = (*V3, "priv-pass-1", *patient, listening.to, "", LINK_DOWN, *INDEX)
    assert await listening.send("snmpinform", *v2) == 0
    assert await listening.send("snmpinform", *v3) == 0
    assert [one.told.version for one in listening.heard] == ["2c", "3"]


@needs_tools
async def test_nothing_is_taken_with_a_wrong_community_key_or_level(listening: Listening) -> None:
    tail = (listening.to, "", LINK_DOWN, *INDEX)
    await listening.send("snmptrap", "-v2c", "-c", "guess", *tail)
    await listening.send("snmptrap", *V3, "wrong-pass-1", *ENGINE, *tail)
    await listening.send("snmptrap", "-v3", "-u", "noc", "-l", "noAuthNoPriv", *ENGINE, *tail)
    await listening.send("snmptrap", "-v3", "-u", "else", "-l", "noAuthNoPriv", *ENGINE, *tail)
    await listening.until(4)
    assert not listening.heard
    assert listening.listener.counts.fates == {Fate.REFUSED: 4}


async def test_who_is_not_in_the_inventory_is_counted_by_address_and_gets_no_answer() -> None:
    async def take(batch: list[Heard]) -> None:
        pytest.fail("nobody is known")

    listener = TrapListener(PATTERNS, {}.get, take)
    stranger = Listening(listener, listener.open("127.0.0.1", 0))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        for number in range(3):
            sock.sendto(link_down(number, 1, pdu=0xA6), ("127.0.0.1", stranger.port))
        await stranger.until(3)
        with pytest.raises(BlockingIOError):
            sock.recv(2000)
    await listener.close()
    assert listener.counts.strangers == {"127.0.0.1": 3}


async def test_an_unknown_notification_is_kept_with_its_oid(listening: Listening) -> None:
    other = link_down(1, 1).replace(oid(LINK_DOWN), oid("1.3.6.1.6.3.1.1.5.9"))
    listening.throw(other)
    await listening.has_heard(1)
    assert listening.heard[0].meaning is None
    assert listening.listener.counts.without_meaning == {"1.3.6.1.6.3.1.1.5.9": 1}


async def test_garbage_is_counted_and_the_next_notification_is_taken(listening: Listening) -> None:
    chance = random.Random(6)
    good = link_down(1, 7)
    v3_head = bytes.fromhex("303e020103301102042f6a4d5c020300ffe304010102010304")
    bad = [good[:cut] for cut in range(len(good))]
    bad += [chance.randbytes(chance.randrange(1, 1400)) for _ in range(300)]
    bad += [v3_head + chance.randbytes(chance.randrange(60)) for _ in range(50)]
    bad += [b"\x30\x84\xff\xff\xff\xff" + good, b"\x30\x80" + good, good + b"\0", b"\x30" * 1000]
    for at in range(len(good)):  # one octet changed: read differently or refused, never a crash
        bad.append(good[:at] + bytes((good[at] ^ 0xFF,)) + good[at + 1 :])
    listening.throw(*bad)
    await listening.until(len(bad))
    listening.throw(link_down(99, 3))
    await listening.until(len(bad) + 1)
    await asyncio.sleep(0.1)
    assert listening.heard[-1].told.request == 99
    assert listening.listener.counts.fates[Fate.UNREADABLE] > 300
    assert listening.listener.mailbox.restarts == 0


async def test_a_burst_of_ten_thousand_is_received_whole_while_the_program_is_busy() -> None:
    known = {"127.0.0.1": Sender(device="sw-1", communities=frozenset([Secret("public")]))}
    requests: set[int] = set()

    async def take(batch: list[Heard]) -> None:
        requests.update(one.told.request for one in batch)
        sum(number * number for number in range(300_000))  # the interpreter is at something else

    listener = TrapListener(PATTERNS, known.get, take)
    burst = Listening(listener, listener.open("127.0.0.1", 0))
    datagrams = [link_down(number, number % 50 + 1) for number in range(10_000)]
    await asyncio.sleep(0.5)
    await asyncio.to_thread(burst.throw, *datagrams)
    await burst.until(10_000, 60)
    await listener.close()
    assert requests == set(range(10_000))
    assert (listener.mailbox.lost_in_kernel, listener.mailbox.lost_here) == (0, 0)


async def test_what_does_not_fit_into_the_bounded_store_is_counted() -> None:
    gate = asyncio.Event()
    taken: list[Heard] = []
    known = {"127.0.0.1": Sender(device="sw-1", communities=frozenset([Secret("public")]))}

    async def take(batch: list[Heard]) -> None:
        taken.extend(batch)
        await gate.wait()

    listener = TrapListener(PATTERNS, known.get, take)
    listener.mailbox._waiting = 20_000
    small = Listening(listener, listener.open("127.0.0.1", 0))
    await asyncio.sleep(0.5)
    padding = [link_down(number, 1, community=b"x" * 1200) for number in range(20_000)]
    await asyncio.to_thread(small.throw, *padding)
    await asyncio.sleep(1)
    gate.set()
    sent = 20_000
    mailbox = listener.mailbox
    for _ in range(500):
        await asyncio.sleep(0.02)
        await asyncio.to_thread(small.throw, link_down(1, 1))  # losses are told with what follows
        sent += 1
        if (
            mailbox.lost_here
            and mailbox.received + mailbox.lost_here + mailbox.lost_in_kernel >= sent
        ):
            break
    await listener.close()
    assert mailbox.lost_here > 0
    assert mailbox.received + mailbox.lost_here + mailbox.lost_in_kernel >= 20_000


async def test_a_receiver_that_dies_is_started_again(listening: Listening) -> None:
    await asyncio.sleep(0.5)
    assert listening.listener.mailbox.receiver is not None
    os.kill(listening.listener.mailbox.receiver, signal.SIGKILL)
    for number in range(100):
        listening.throw(link_down(number, 1))
        await asyncio.sleep(0.05)
        if listening.heard:
            break
    assert listening.heard
    assert listening.listener.mailbox.restarts == 1


def test_an_inform_is_acknowledged_with_the_same_octets_as_a_response() -> None:
    told = decode(link_down(5, 7, pdu=0xA6))
    assert told.answer == link_down(5, 7, pdu=0xA2)


def test_the_same_notification_sent_again_has_the_same_key() -> None:
    listener = TrapListener(PATTERNS, {}.get, None)  # type: ignore[arg-type]
    sender = Sender(device="sw-1")

    def key(request: int) -> str:
        from netdiag.listeners.mailbox import Datagram

        data = link_down(request, 7)
        return listener._heard(Datagram(0.0, "h", 1, data), sender, decode(data)).key

    assert key(5) == key(5) != key(6)


async def test_while_the_store_is_locked_notifications_wait_and_none_is_lost(
    tmp_path: Path,
) -> None:
    database = Database.in_directory(tmp_path)
    database.engine()
    evidence = Evidence(Events(database))
    known = {"127.0.0.1": Sender(device="sw-1", communities=frozenset([Secret("public")]))}

    async def take(batch: list[Heard]) -> None:
        await evidence.take(from_traps(batch, lambda *_: "7"))

    other = sqlite3.connect(tmp_path / "netdiag.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    listener = TrapListener(PATTERNS, known.get, take)
    locked = Listening(listener, listener.open("127.0.0.1", 0))
    await asyncio.sleep(0.5)
    locked.throw(link_down(1, 7))
    await asyncio.sleep(6)  # longer than a writer waits for the lock
    locked.throw(link_down(2, 7))
    other.execute("ROLLBACK")
    other.close()
    for _ in range(200):
        if evidence.taken == 2:
            break
        await asyncio.sleep(0.05)
    await listener.close()
    database.close()
    assert evidence.taken == 2
