"""Logs that devices send are evidence: over the real listener, from the devices' own addresses."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from netdiag.store.events import Events
from netdiag.store.log_lines import LogLines
from tests.addresses import free_port
from tests.watch.daemons import COMMUNITY, Watched, until, watched
from tests.watch.test_inferred import EVERYBODY, WATCH, behind, opened, sessions

BNG, STRANGER = "127.77.0.1", "127.77.200.200"


@pytest.fixture
def daemon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Watched, int]]:
    monkeypatch.setenv("COMMUNITY", COMMUNITY)
    port = free_port()
    with watched(tmp_path, WATCH) as made:
        made.stop()
        text = made.config.read_text(encoding="utf-8")
        syslog = f"executor: test, syslog: {{udp: '127.0.0.1:{port}'}}}}"
        made.config.write_text(text.replace("executor: test}", syslog), encoding="utf-8")
        made.start()
        yield made, port


def send(port: int, sender: str, *lines: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.bind((sender, 0))
        for line in lines:
            out.sendto(line.encode(), ("127.0.0.1", port))


def test_sessions_and_a_link_in_the_log_of_a_router_name_the_root(
    daemon: tuple[Watched, int],
) -> None:
    here, port = daemon
    now = datetime.now(UTC)
    gone = [f"<30>pppoe,ppp,info <pppoe-login-{one}>: disconnected" for one in behind("agg-1")]
    with here.client() as client:
        client.post("/api/v1/events", json=sessions(EVERYBODY, "up", now - timedelta(hours=1)))
        send(port, STRANGER, *gone)  # an address that no device has: nobody's word
        time.sleep(3)
        assert client.get("/api/v1/outages").json() == []
        send(port, BNG, "<30>interface,info dn1 link down", *gone)
        (outage,) = until(lambda: opened(client), 60, why=lambda: here.log)
        assert (outage["root"], outage["origin"]) == ("agg-1", "inference")
        whole = client.get(f"/api/v1/outages/{outage['id']}").json()
    told = [one for entry in whole["log"] for one in entry["evidence"].get("newest", [])]
    assert {one["source"] for one in told} == {"syslog"}
    database = here.database()
    try:
        found = Events(database).of(["core:dn1"], now - timedelta(minutes=5))
        assert [(one.kind, one.state, one.source) for one in found] == [("trap", "down", "syslog")]
        lines = LogLines(database).of_device("core", datetime.now(UTC), hours=1, most=99).lines
        assert len(lines) == len(gone) + 1
    finally:
        database.close()
