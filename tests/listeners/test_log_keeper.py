"""Whose line it is, how many are kept, and since when none is missing."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from netdiag.listeners.syslog import Address
from netdiag.listeners.syslog_decode import Message
from netdiag.model.logged import Logged
from netdiag.model.subscriber import Device
from netdiag.model.wire import Answer, Deadline, LogLines, NoAnswer, Target
from netdiag.model.words import AbsenceReason, Role
from netdiag.service.watch.listen_settings import SyslogSettings
from netdiag.service.watch.log_keeper import LogKeeper
from netdiag.service.watch.log_transport import LogTransport
from netdiag.service.watch.senders import Senders
from netdiag.store.database import Database
from netdiag.store.log_lines import LogLines as Store
from tests.conftest import NOW

TOWN = (
    Device(id="sw-lenina-3", host="192.0.2.7", role=Role.ACCESS),
    Device(id="sw-lenina-4", host="192.0.2.8", role=Role.ACCESS),
    Device(id="vm-1", host="192.0.2.9", role=Role.ACCESS),
    Device(id="vm-2", host="192.0.2.9", role=Role.ACCESS),
)
HOUR = timedelta(hours=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    database = Database.in_directory(tmp_path)
    yield Store(database)
    database.close()


def line(text: str, at: datetime, device: str = "sw-lenina-3") -> Logged:
    return Logged(at=at, device=device, text=text, severity=6)


def keeper(store: Store, **settings: object) -> LogKeeper:
    made = SyslogSettings(udp=Address("127.0.0.1", 0), **settings)  # type: ignore[arg-type]
    return LogKeeper(settings=made, lines=store, receiver="here", devices=lambda: TOWN)


def senders(*relays: str) -> Senders:
    found = Senders(relays=frozenset(relays))
    found.learn(TOWN)
    return found


def test_a_sender_is_the_device_with_that_address_whatever_it_calls_itself() -> None:
    assert senders().device("192.0.2.7", "sw-lenina-4") == "sw-lenina-3"
    assert senders().device("::ffff:192.0.2.7", None) == "sw-lenina-3"
    assert senders().device("198.51.100.1", "sw-lenina-4") is None


def test_behind_a_relay_and_on_a_shared_address_the_name_counts() -> None:
    assert senders("198.51.100.1").device("198.51.100.1", "SW-Lenina-4") == "sw-lenina-4"
    assert senders("198.51.100.1").device("198.51.100.1", None) is None
    assert senders().device("192.0.2.9", "vm-2") == "vm-2"
    assert senders().device("192.0.2.9", "sw-lenina-3") is None


async def answer(store: Store, now: datetime, device: str = "sw-lenina-3") -> Answer | NoAnswer:
    target = Target(device=device, host="192.0.2.7")
    return await LogTransport(store, lambda: now).ask(target, LogLines(), Deadline.after(5))


async def test_a_device_is_covered_from_its_first_line_while_somebody_listens(
    store: Store,
) -> None:
    store.add([line("one", NOW - 3 * HOUR), line("two", NOW - HOUR)], {}, "here")
    store.alive("here", NOW)
    reply = await answer(store, NOW)
    assert isinstance(reply, Answer)
    assert reply.rows[0] == {"since": (NOW - 3 * HOUR).isoformat()}
    assert [row["message"] for row in reply.rows[1:]] == ["one", "two"]


async def test_silence_tells_nothing_when_nobody_has_listened(store: Store) -> None:
    store.add([line("one", NOW - 3 * HOUR)], {}, "here")
    reply = await answer(store, NOW)  # the receiver said last that it was alive three hours ago
    assert isinstance(reply, Answer)
    assert [dict(row).get("message") for row in reply.rows] == ["one"]


async def test_a_gap_in_listening_and_dropped_lines_begin_the_cover_anew(store: Store) -> None:
    store.add([line("one", NOW - 3 * HOUR)], {}, "here")
    store.begin("here", NOW - 2 * HOUR)
    store.alive("here", NOW)
    assert store.of_device("sw-lenina-3", NOW, hours=24, most=9).since == NOW - 2 * HOUR
    store.add([], {"sw-lenina-3": NOW - HOUR}, "here")
    store.alive("here", NOW)
    assert store.of_device("sw-lenina-3", NOW, hours=24, most=9).since == NOW - HOUR


async def test_of_a_device_that_sends_nothing_nothing_is_known(store: Store) -> None:
    reply = await answer(store, NOW)
    assert isinstance(reply, NoAnswer)
    assert reply.why is AbsenceReason.NOT_SUPPORTED


def test_old_lines_go_and_a_talkative_device_keeps_its_newest(store: Store) -> None:
    many = [line(f"n{i}", NOW - timedelta(minutes=i)) for i in range(50)]
    store.add([line("old", NOW - 30 * HOUR), *many], {}, "here")
    store.alive("here", NOW)
    store.prune(NOW - 25 * HOUR, most=20)
    log = store.of_device("sw-lenina-3", NOW, hours=48, most=100)
    assert [one.text for one in log.lines] == [f"n{i}" for i in reversed(range(20))]
    assert log.since == log.lines[0].at


def test_more_lines_than_are_asked_for_shorten_what_is_covered(store: Store) -> None:
    store.add([line(f"n{i}", NOW - timedelta(minutes=9 - i)) for i in range(10)], {}, "here")
    store.alive("here", NOW)
    log = store.of_device("sw-lenina-3", NOW, hours=24, most=4)
    assert [one.text for one in log.lines] == ["n6", "n7", "n8", "n9"]
    assert log.since == NOW - timedelta(minutes=3)


async def test_a_flood_is_cut_and_the_cut_is_remembered(store: Store) -> None:
    one = keeper(store)
    await one.start()
    now = datetime.now(UTC)
    for _ in range(5000):
        one.take("192.0.2.7", now, Message(text="loop, loop"))
    one.take("192.0.2.8", now, Message(text="interface,info ether3 link down"))
    await one.stop()
    assert one.dropped == 3000
    assert len(store.since(now)) == 2001
    assert store.of_device("sw-lenina-3", now, hours=1, most=9999).since == now
    assert len(store.of_device("sw-lenina-4", now, hours=1, most=9).lines) == 1


async def test_what_comes_over_the_wire_can_be_read_a_second_later(store: Store) -> None:
    here = (Device(id="sw-1", host="127.0.0.9", role=Role.ACCESS),)
    made = SyslogSettings(udp=Address("127.0.0.1", 0))
    one = LogKeeper(settings=made, lines=store, receiver="here", devices=lambda: here)
    await one.start()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.bind(("127.0.0.9", 0))
        out.sendto(b"<30>interface,info ether3 link down", ("127.0.0.1", one.listener.ports[0]))
    async with asyncio.timeout(10):
        while "sw-1" not in store.devices():
            await asyncio.sleep(0.1)
    log = store.of_device("sw-1", datetime.now(UTC), hours=1, most=9)
    await one.stop()
    assert [found.text for found in log.lines] == ["interface,info ether3 link down"]
    assert log.since is not None
