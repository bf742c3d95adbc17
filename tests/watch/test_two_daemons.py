"""Two daemons over one real PostgreSQL: one infers and tells, the other follows after kill -9."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from netdiag.service.watch.leading import LASTS_S, LOOK_S
from tests.inventory.sql_servers import postgresql
from tests.notify.alertmanagers import alertmanager
from tests.notify.receiver import Received, receiving
from tests.patience import BUSY_S
from tests.watch.daemons import COMMUNITY, Watched, inventory, until
from tests.watch.test_inferred import EVERYBODY, behind, opened, sessions

pytestmark = pytest.mark.real
TAKEOVER_S = LASTS_S + LOOK_S
MORE = """\
watch: {{tick_s: 0.5, round_s: 0}}
notify:
  alertmanager: {{urls: ['{manager}'], repeat_s: 1}}
  people:
    noc: {{url: {{env: NOC}}, wait_s: 1}}
"""


@contextmanager
def pair(directory: Path, more: str, serve: str = "") -> Iterator[list[Watched]]:
    """Two of them, the first leads. `more` of netdiag.yaml, and keys of its `serve`."""
    made = []
    for name in ("one", "two"):
        (directory / name).mkdir()
        inventory(directory / name)
        daemon = Watched(directory / name)
        daemon.configure(f"store: {{url: {{env: STORE_URL}}}}\n{more}")
        text = daemon.config.read_text(encoding="utf-8")
        daemon.config.write_text(text.replace("executor: test", f"executor: {name}{serve}"))
        made.append(daemon)
    try:
        for daemon in made:
            daemon.start()
        yield made
    finally:
        for daemon in made:
            if daemon.process is not None and daemon.process.poll() is None:
                daemon.stop()


def leads(daemon: Watched) -> bool:
    return "netdiag_watch_leads 1.0" in httpx.get(f"http://{daemon.address}/metrics").text


def board(client: httpx.Client) -> list[tuple[str, str, str]]:
    found = client.get("/api/v1/outages").json()
    return [(one["id"], one["root"], one["state"]) for one in found]


def told(receiver: Received) -> list[str]:
    """Outages that a person was paged of, each time."""
    return [
        alert["labels"]["root_device"]
        for body in receiver.bodies
        if body["status"] == "firing"
        for alert in body["alerts"]
        if alert["status"] == "firing"
    ]


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with postgresql() as (engine, _):
        with engine.connect() as connection:
            connection.exec_driver_sql("CREATE DATABASE watch")
        url = engine.url.set(database="watch").render_as_string(hide_password=False)
        monkeypatch.setenv("STORE_URL", url)
        monkeypatch.setenv("COMMUNITY", COMMUNITY)
        yield


def down(client: httpx.Client, root: str) -> Any:
    cut = sessions(behind(root), "down", datetime.now(UTC) - timedelta(seconds=40), 1.0)
    return client.post("/api/v1/events", json=cut).raise_for_status()


def test_one_infers_and_tells_and_the_other_goes_on_after_kill_9(
    tmp_path: Path, store: None
) -> None:
    with (
        receiving() as phone,
        receiving() as pager,
        alertmanager(tmp_path, pager.url) as manager,
    ):
        os.environ["NOC"] = f"json://127.0.0.1:{phone.port}/"
        more = MORE.format(manager=manager.url)
        with pair(tmp_path, more) as (one, two), one.client() as first, two.client() as second:
            assert [leads(one), leads(two)] == [True, False]
            first.post(
                "/api/v1/events",
                json=sessions(EVERYBODY, "up", datetime.now(UTC) - timedelta(hours=1)),
            )
            down(second, "agg-1")  # heard by the one that only follows
            (outage,) = until(lambda: opened(first), 30, why=lambda: one.log)
            assert outage["root"] == "agg-1"
            assert board(first) == board(second)
            until(lambda: phone.bodies and pager.bodies, 30, why=lambda: one.log)
            until(one.at_rest, 30, why=lambda: one.log)
            one.stop(signal.SIGKILL)
            begin = time.monotonic()
            down(second, "sw-21")
            until(lambda: leads(two), TAKEOVER_S + 30, why=lambda: two.log)
            took = time.monotonic() - begin
            until(lambda: len(opened(second)) == 2, 30, why=lambda: two.log)
            until(lambda: len(phone.bodies) == 2, 30, why=lambda: two.log)
            print(f"followed after {took:.1f} s, named after {time.monotonic() - begin:.1f} s")
            assert took < TAKEOVER_S + BUSY_S
            assert {row[1] for row in board(second)} == {"agg-1", "sw-21"}
            assert outage["id"] in {row[0] for row in board(second)}
            one.start()
            time.sleep(LOOK_S + 2)
            assert [leads(one), leads(two)] == [False, True]
            assert board(first) == board(second)
            assert two.stop() == 0  # gives the lead back
            until(lambda: leads(one), LOOK_S + BUSY_S, why=lambda: one.log)
            time.sleep(3)
            assert {row[1] for row in board(first)} == {"agg-1", "sw-21"}
    assert sorted(told(pager)) == ["agg-1", "sw-21"]
    assert len(phone.bodies) == 2
