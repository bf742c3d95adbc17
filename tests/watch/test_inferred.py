"""Outages out of what comes in, over the daemon's own door; nothing is lost over kill -9."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.addresses import free_port
from tests.watch.daemons import COMMUNITY, SWITCHES, Watched, until, watched

WATCH = "watch: {tick_s: 0.5, round_s: 0}\n"
EVERYBODY = [f"{switch}-{port}" for switch in SWITCHES for port in range(1, 9)]


@pytest.fixture
def daemon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    monkeypatch.setenv("COMMUNITY", COMMUNITY)
    with watched(tmp_path, WATCH) as made:
        yield made


def sessions(subjects: list[str], state: str, at: datetime, apart_s: float = 0.5) -> list[Any]:
    return [
        {"t": (at + timedelta(seconds=apart_s * n)).isoformat(), "subject": one, "kind": "session",
         "state": state}
        for n, one in enumerate(subjects)
    ]  # fmt: skip


def behind(root: str) -> list[str]:
    return [p for p in EVERYBODY if p.startswith(root if root[0] == "s" else f"sw-{root[4]}")]


def opened(client: httpx.Client, state: str = "confirmed") -> list[dict[str, Any]]:
    return [one for one in client.get("/api/v1/outages").json() if one["state"] == state]


def test_a_cut_is_named_once_and_lives_on_over_a_crash(daemon: Watched) -> None:
    now = datetime.now(UTC)
    with daemon.client() as client:
        client.post("/api/v1/events", json=sessions(EVERYBODY, "up", now - timedelta(hours=1)))
        down = sessions(behind("agg-1"), "down", now - timedelta(seconds=40), 1.0)
        client.post("/api/v1/events", json=down)
        (outage,) = until(lambda: opened(client), why=lambda: daemon.log)
        assert (outage["root"], outage["origin"]) == ("agg-1", "inference")
        assert outage["subscribers"] == 24
        daemon.stop(signal.SIGKILL)
        daemon.start()
        client.post("/api/v1/events", json=down)  # the same again changes nothing
        time.sleep(3)
        assert [one["id"] for one in opened(client)] == [outage["id"]]
        client.post("/api/v1/events", json=sessions(behind("agg-1"), "up", datetime.now(UTC), 0))
        (clearing,) = until(lambda: opened(client, "clearing"), why=lambda: daemon.log)
        assert clearing["id"] == outage["id"]
        log = client.get(f"/api/v1/outages/{outage['id']}").json()["log"]
    states = [entry["state"] for entry in log]
    assert list(dict.fromkeys(states)) in (
        ["confirmed", "clearing"],
        ["suspected", "confirmed", "clearing"],
    )
    with sqlite3.connect(daemon.directory / "state" / "netdiag.db") as store:
        evidence = store.execute("SELECT evidence FROM outage_log ORDER BY id").fetchall()
    assert all("session down" in text for (text,) in evidence[:1])


def test_killed_in_the_middle_of_a_cut_it_misses_nobody(daemon: Watched) -> None:
    """What was accepted is judged after the restart, also what nobody had read yet. Nobody can be
    pinged: on loopback the devices of this tree would answer, and they are cut off."""
    devices = daemon.directory / "devices.csv"
    devices.write_text(re.sub(r",127[.\d]+,", ",,", devices.read_text()), encoding="utf-8")
    daemon.stop()
    daemon.start()
    now = datetime.now(UTC)
    with daemon.client() as client:
        client.post("/api/v1/events", json=sessions(EVERYBODY, "up", now - timedelta(hours=1)))
        down = sessions(behind("agg-1"), "down", now - timedelta(seconds=40), 1.0)
        for first in range(0, len(down), 8):
            bite = down[first : first + 8]
            assert client.post("/api/v1/events", json=bite).json()["new"] == len(bite)
            daemon.stop(signal.SIGKILL)
            daemon.start()
        until(lambda: [one["root"] for one in opened(client)] == ["agg-1"], why=lambda: daemon.log)
        (outage,) = opened(client)

        def hit() -> int:
            log = client.get(f"/api/v1/outages/{outage['id']}").json()["log"]
            return max(entry["evidence"]["hit"] for entry in log)

        assert until(lambda: hit() == len(down), why=lambda: f"{hit()} {daemon.log}")
        assert len(client.get("/api/v1/outages").json()) == 1


def test_a_second_fault_beside_the_first_is_found(daemon: Watched) -> None:
    now = datetime.now(UTC)
    with daemon.client() as client:
        client.post("/api/v1/events", json=sessions(EVERYBODY, "up", now - timedelta(hours=1)))
        down = sessions(behind("sw-11"), "down", now - timedelta(seconds=30))
        client.post("/api/v1/events", json=down)
        until(lambda: opened(client), why=lambda: daemon.log)
        down = sessions(behind("sw-23"), "down", datetime.now(UTC) - timedelta(seconds=10))
        client.post("/api/v1/events", json=down)
        until(lambda: len(opened(client)) == 2, why=lambda: daemon.log)
        assert {one["root"] for one in opened(client)} == {"sw-11", "sw-23"}


def test_what_is_announced_by_hand_is_not_opened_a_second_time(daemon: Watched) -> None:
    now = datetime.now(UTC)
    with daemon.client() as client:
        client.post("/api/v1/events", json=sessions(EVERYBODY, "up", now - timedelta(hours=1)))
        by_hand = client.post("/api/v1/outages", json={"root": "sw-12", "cause": "power"}).json()
        down = sessions(behind("sw-12"), "down", now - timedelta(seconds=30))
        client.post("/api/v1/events", json=down)

        def remarks() -> list[str]:
            log = client.get(f"/api/v1/outages/{by_hand['id']}").json()["log"]
            return [entry["note"] for entry in log if entry["who"] == "inference"]

        until(remarks, why=lambda: daemon.log)
        assert [one["id"] for one in client.get("/api/v1/outages").json()] == [by_hand["id"]]
        assert remarks()[-1] == "seen as confirmed"


@pytest.fixture
def silence() -> Iterator[socket.socket]:
    """Takes every ping and answers none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        yield sock


def test_a_trap_raises_a_suspicion_and_those_who_are_asked_decide(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, silence: socket.socket
) -> None:
    monkeypatch.setenv("COMMUNITY", COMMUNITY)
    port = free_port()
    responder = f"icmp.responder: '127.0.0.1:{silence.getsockname()[1]}'"
    more = f"options: {{{responder}, limits.timeout_s: '0.5'}}\n"
    more += f"watch: {{tick_s: 1, round_s: 0, traps: {{listen: '127.0.0.1:{port}'}}}}\n"
    with watched(tmp_path, more) as daemon, daemon.client() as client:
        for _ in range(2):
            sent = subprocess.run(
                ["snmptrap", "-v2c", "-c", COMMUNITY, "--clientaddr=127.77.1.1",
                 f"127.0.0.1:{port}", "", "1.3.6.1.6.3.1.1.5.3",
                 "1.3.6.1.2.1.2.2.1.1.7", "i", "7", "1.3.6.1.2.1.31.1.1.1.1.7", "s", "dn1"],
                env=os.environ | {"MIBS": ""}, check=False, capture_output=True,
            )  # fmt: skip
            assert sent.returncode == 0, sent.stderr
        # Nobody above it answers either: it is not the switch.
        (outage,) = until(lambda: opened(client), 60, why=lambda: daemon.log)
        assert outage["root"] == "core"


def test_a_storm_of_traps_is_received_kept_and_judged_whole(tmp_path: Path) -> None:
    from bench.storm import storm

    found = storm(tmp_path, rate=3000, seconds=3)
    assert found["sent"] > 3000
    assert found["taken"] == found["sent"]
    assert found["judged"] >= found["sent"]
    assert found["lost_in_kernel"] == found["lost_in_receiver"] == 0
    assert found["peak_memory_mb"] < 400
