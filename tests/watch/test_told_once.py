"""An outage in the register reaches Alertmanager, people and the desk once, also over kill -9."""

from __future__ import annotations

import json
import os
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.site import netdiag
from tests.notify.alertmanagers import alertmanager
from tests.notify.receiver import receiving
from tests.watch.daemons import COMMUNITY, until, watched

WHSEC = "whsec_c2VjcmV0LW9mLXRoZS1kZXNrLWZvci10ZXN0cy0wMQ=="


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMUNITY", COMMUNITY)
    monkeypatch.setenv("DESK", WHSEC)


def people(url: str, more: str = "") -> str:
    os.environ["NOC"] = url
    return f"notify:\n  people:\n    noc: {{url: {{env: NOC}}, wait_s: 1{more}}}\n"


def held(config: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(
        netdiag("outages", "held", "--json", "--config", str(config)).out
    )
    return found


def test_alertmanager_people_and_the_desk_are_told_once_each(tmp_path: Path) -> None:
    with (
        receiving() as desk,
        receiving() as phone,
        receiving() as pager,
        alertmanager(tmp_path, pager.url) as manager,
    ):
        more = people(f"json://127.0.0.1:{phone.port}/")
        more += f"  alertmanager: {{urls: ['{manager.url}'], repeat_s: 1}}\n"
        with watched(tmp_path, more) as daemon:
            daemon.stop()
            text = daemon.config.read_text(encoding="utf-8")
            receiver = f"receiver: {{url: '{desk.url}', secret: {{env: DESK}}}}}}"
            daemon.config.write_text(text.replace("executor: test}", f"executor: test, {receiver}"))
            daemon.start()
            with daemon.client() as client:
                body = {"root": "agg-1", "cause": "fibre"}
                made = client.post("/api/v1/outages", json=body).json()
                until(lambda: phone.bodies and pager.bodies and desk.bodies, why=lambda: daemon.log)
                until(daemon.at_rest, why=lambda: daemon.log)
                daemon.stop(signal.SIGKILL)
                daemon.start()
                (alert,) = manager.alerts(root_device="agg-1")
                client.patch(f"/api/v1/outages/{made['id']}", json={"state": "cleared"})
                until(lambda: len(phone.bodies) == 2 and len(pager.bodies) == 2)
                until(lambda: len(desk.bodies) == 2)
    labels = {"root_device": "agg-1", "parent_device": "core", "scope": "aggregation"}
    assert labels.items() <= alert["labels"].items()
    assert alert["annotations"]["subscribers"] == "24"
    assert [body["status"] for body in pager.bodies] == ["firing", "resolved"]
    assert "OUTAGE agg-1 (town), 24 subscribers, fibre cut" in phone.bodies[0]["message"]
    assert "OVER agg-1" in phone.bodies[1]["message"]
    changes = [body["change"] for body in desk.bodies]
    assert changes == ["confirmed", "cleared"]
    assert desk.bodies[0]["place"]["root_device"] == "agg-1"
    assert len({headers["webhook-id"] for headers in desk.headers}) == 2


def test_planned_work_is_told_to_nobody_and_listed(tmp_path: Path) -> None:
    with receiving() as phone, watched(tmp_path, people(f"json://127.0.0.1:{phone.port}/")) as one:
        end = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
        options = ("--json", "--config", str(one.config))
        window = json.loads(
            netdiag("outages", "maintenance", "plan", "agg-1", "--until", end, *options).out
        )
        netdiag("outages", "open", "sw-11", "--cause", "device", *options)
        to_noc = lambda: [line for line in held(one.config) if line["destination"] == "noc"]  # noqa: E731
        (line,) = until(to_noc)
        assert line["root"] == "sw-11"
        assert line["why"].startswith(f"maintenance {window['id']} until")
        assert not phone.bodies
        netdiag("outages", "maintenance", "cancel", window["id"], *options)
        until(lambda: phone.bodies)
    assert "OUTAGE sw-11" in phone.bodies[0]["message"]


def test_a_destination_that_refuses_is_tried_again(tmp_path: Path) -> None:
    with receiving() as phone, watched(tmp_path, people(f"json://127.0.0.1:{phone.port}/")) as one:
        phone.status = 503
        netdiag("outages", "open", "sw-11", "--config", str(one.config))
        until(lambda: phone.refused)
        phone.status = 200
        until(lambda: phone.bodies)
    assert len(phone.bodies) == 1


def test_a_storm_is_one_message_with_all_in_it(tmp_path: Path) -> None:
    with receiving() as phone:
        more = people(f"json://127.0.0.1:{phone.port}/", ", most_per_hour: 1, language: ru")
        with watched(tmp_path, more) as one:
            for root in ("sw-11", "sw-12", "sw-21"):
                netdiag("outages", "open", root, "--config", str(one.config))
            until(lambda: phone.bodies)
            netdiag("outages", "open", "sw-22", "--config", str(one.config))
            line = until(lambda: held(one.config))[0]
    assert "АВАРИЯ" in phone.bodies[0]["message"]
    assert "a storm: 1 messages in the last hour" in line["why"]


def test_a_wrong_destination_is_refused_with_its_line_and_without_its_secret(
    tmp_path: Path,
) -> None:
    from tests.watch.daemons import Watched, inventory

    inventory(tmp_path)
    daemon = Watched(tmp_path)
    daemon.configure(people("telegramm://hush"))
    told = netdiag("serve", "--config", str(daemon.config))
    assert told.code == 2
    assert "netdiag.yaml:" in told.err
    assert "hush" not in told.err
