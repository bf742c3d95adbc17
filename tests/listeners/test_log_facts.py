"""Recorded lines, sent as devices send them, become facts of the subscriber."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from netdiag.listeners.syslog_decode import decode
from netdiag.model.content import Content
from netdiag.model.fact import Fact, Reading
from netdiag.model.logged import Logged
from netdiag.model.wire import Deadline, LogLines, Target
from netdiag.service.watch.log_transport import LogTransport
from netdiag.store.database import Database
from netdiag.store.log_lines import LogLines as Store
from tests.conftest import NOW
from tests.probes.reading import probe_of, read, value_of

pytestmark = pytest.mark.recordings
DAY = timedelta(days=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    database = Database.in_directory(tmp_path)
    yield Store(database)
    database.close()


def receive(store: Store, sent: Iterable[str], begun: datetime = NOW - DAY - DAY / 24) -> None:
    """Lines of a device, one a second until now, after one that begins the cover."""
    messages = [m for text in sent if (m := decode(text.encode())) is not None]
    first = Logged(at=begun, device="dev", text="the first line that it sent")
    lines = [
        Logged(at=NOW - timedelta(seconds=len(messages) - n), device="dev", text=m.text)
        for n, m in enumerate(messages)
    ]
    store.add([first, *lines], {}, "here")
    store.alive("here", NOW)


async def facts(
    store: Store, content: Content, platform: str, probe: str, know: Mapping[str, str]
) -> dict[str, Reading]:
    one = probe_of(content, platform, probe)
    assert isinstance(one.ask, LogLines)
    target = Target(device="dev", host="192.0.2.7")
    reply = await LogTransport(store, lambda: NOW).ask(target, one.ask, Deadline.after(5))
    return read(content, one, reply, know)


def of_router(data: Path) -> list[str]:
    lines = (data / "routeros" / "log_lines.jsonl").read_text(encoding="utf-8").splitlines()
    return [f"<30>{line['topics']} {line['message']}" for line in map(json.loads, lines)]


ROUTER = [
    ("log-session-received", {"login": "skn001"}, "session.last_terminate_cause", "user_request"),
    ("log-session-received", {"login": "skn001"}, "session.drops_24h", 1),
    ("log-session-received", {"login": "skn0"}, "session.drops_24h", 0),
    ("log-session-received", {"login": "skn014"}, "aaa.last_reject_age_s", 17),
    ("log-port-received", {"port": "LAN1"}, "port.flaps_24h", 1),
    ("log-port-received", {"port": "LAN1"}, "dhcp.rogue_on_port", True),
    ("log-port-received", {"port": "ether1"}, "port.duplex_logged", True),
    ("log-port-received", {"port": "ether2-master"}, "port.loop_logged", True),
    ("log-port-received", {"port": "ether9"}, "port.flaps_24h", 0),
    ("log-radio-received", {"radio_mac": "aa:bb:cc:dd:ee:02"}, "radio.disconnects_24h", 1),
    ("log-dhcp-received", {"mac": "08:8a:f1:6f:4c:93"}, "lease.offers_unanswered_1h", 0),
]  # fmt: skip


@pytest.mark.parametrize(("probe", "know", "fact", "value"), ROUTER, ids=lambda one: str(one)[:40])
async def test_lines_of_a_router_become_facts(
    store: Store,
    content: Content,
    data: Path,
    probe: str,
    know: Mapping[str, str],
    fact: str,
    value: object,
) -> None:
    receive(store, of_router(data))
    found = await facts(store, content, "mikrotik_routeros", probe, know)
    assert value_of(found[fact]) == value


async def test_a_log_that_began_an_hour_ago_excludes_nothing(
    store: Store, content: Content, data: Path
) -> None:
    receive(store, of_router(data), begun=NOW - DAY / 24)
    quiet = await facts(store, content, "mikrotik_routeros", "log-port-received", {"port": "e5"})
    assert value_of(quiet["port.flaps_24h"]) == "<not_supported>"
    seen = await facts(store, content, "mikrotik_routeros", "log-port-received", {"port": "LAN1"})
    flaps = seen["port.flaps_24h"]
    assert isinstance(flaps, Fact)
    assert (flaps.value, flaps.weak) == (1, True)


async def test_the_log_of_a_switch_counts_the_drops_of_one_port(
    store: Store, content: Content, data: Path
) -> None:
    path = data / "cli/ntc/cisco_ios/show_logging/cisco_ios_show_logging_1.raw"
    lines = path.read_text(encoding="utf-8").splitlines()
    receive(store, [f"<189>{line}" for line in lines if "%L" in line])
    found = await facts(store, content, "cisco_ios", "log-port", {"port": "Gi2/0/3"})
    assert value_of(found["port.flaps_24h"]) == 1
    other = await facts(store, content, "cisco_ios", "log-port", {"port": "Gi2/0/30"})
    assert value_of(other["port.flaps_24h"]) == 0
