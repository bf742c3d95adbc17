"""Redundancy that is lost: news when it lasts, told once as a warning, over when it is back."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from netdiag.model.event import Event
from netdiag.model.subscriber import Link
from netdiag.model.weakened import Weakened
from netdiag.outages.change import RedundancyLost
from netdiag.service.watch.ways import Ways, ways_of
from netdiag.service.watch.weakened import step
from tests.notify.alertmanagers import alertmanager
from tests.notify.receiver import receiving
from tests.watch.daemons import COMMUNITY, SWITCHES, Watched, inventory, until

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
LOST = RedundancyLost(since=NOW.timestamp() - 40, resource="agg-2", dependents=("sw-11", "sw-12"))


def over_time(*seen: tuple[int, bool]) -> list[list[Weakened]]:
    """What stands at seconds from now, where `agg-2` was lost or was not."""
    kept: list[Weakened] = []
    back: dict[str, datetime] = {}
    found = []
    for second, gone in seen:
        kept = step(kept, [LOST] if gone else [], back, NOW + timedelta(seconds=second))
        found.append(kept)
    return found


def test_it_is_news_only_when_it_lasts_and_over_only_when_it_stays_back() -> None:
    first, later, blink, again, back, over = over_time(
        (0, True), (30, True), (40, False), (50, True), (60, False), (361, False)
    )
    assert [one[0].told_at is not None for one in (first, later)] == [False, True]
    assert {one[0].id for one in (first, later, blink, again, back, over)} == {first[0].id}
    assert [one[0].ended_at is not None for one in (blink, again, back, over)] == [
        False, False, False, True
    ]  # fmt: skip


def test_what_was_back_before_it_was_news_is_over_at_once_and_was_never_told() -> None:
    _, over = over_time((0, True), (10, False))
    assert over[0].ended_at is not None
    assert over[0].told_at is None


def test_the_same_way_gone_another_day_is_another_loss_and_the_old_one_is_forgotten() -> None:
    *_, day = over_time((0, True), (30, True), (40, False), (400, False), (300_000, True))
    assert [one.ended_at for one in day] == [None]


def ringed(directory: Path) -> Watched:
    """Every switch hangs below both aggregations."""
    inventory(directory)
    links = ["device,parent,device_port,parent_port"]
    links += [f"agg-{agg},core,up,dn{agg}" for agg in (1, 2)]
    links += [f"{sw},agg-{agg},up{agg},dn{sw[3:]}" for sw in SWITCHES for agg in (1, 2)]
    (directory / "links.csv").write_text("\n".join(links) + "\n", encoding="utf-8")
    return Watched(directory)


def probes(client: httpx.Client, state: str, *names: str) -> None:
    body = [{"subject": one, "kind": "probe", "state": state} for one in names]
    client.post("/api/v1/events", json=body).raise_for_status()


def told(bodies: list[Any]) -> list[tuple[str, str]]:
    return [
        (alert["labels"]["alertname"], alert["status"])
        for body in bodies
        for alert in body["alerts"]
        if alert["status"] == body["status"]
    ]


def test_alertmanager_and_people_hear_of_it_once_also_over_a_crash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMMUNITY", COMMUNITY)
    with (
        receiving() as phone,
        receiving() as pager,
        alertmanager(tmp_path, pager.url) as manager,
    ):
        os.environ["NOC"] = f"json://127.0.0.1:{phone.port}/"
        daemon = ringed(tmp_path)
        daemon.configure(
            "watch: {tick_s: 0.5, round_s: 0, hold_s: 10}\nnotify:\n"
            f"  alertmanager: {{urls: ['{manager.url}'], repeat_s: 1}}\n"
            "  people:\n    noc: {url: {env: NOC}, wait_s: 1}\n"
        )
        daemon.start()
        try:
            with daemon.client() as client:
                probes(client, "up", "core", "agg-1", "agg-2", *SWITCHES)
                for _ in range(4):
                    probes(client, "down", "agg-2")
                    time.sleep(0.2)
                until(lambda: pager.bodies and phone.bodies, 60, why=lambda: daemon.log)
                (alert,) = manager.alerts()
                labels = alert["labels"]
                assert labels["alertname"] == "NetdiagRedundancyLost"
                assert (labels["resource"], labels["parent_device"]) == ("agg-2", "core")
                assert (labels["scope"], labels["severity"]) == ("redundancy", "warning")
                assert alert["annotations"]["subscribers_at_risk"] == "48"
                assert client.get("/api/v1/outages").json() == []
                daemon.stop(signal.SIGKILL)
                daemon.start()
                time.sleep(15)
                assert [one["labels"] for one in manager.alerts()] == [labels]
                probes(client, "up", "agg-2")
                until(lambda: not manager.alerts(), 60, why=lambda: daemon.log)
                until(lambda: len(phone.bodies) == 2, 30, why=lambda: daemon.log)
        finally:
            daemon.stop()
    assert told(pager.bodies) == [
        ("NetdiagRedundancyLost", "firing"),
        ("NetdiagRedundancyLost", "resolved"),
    ]
    first, second = (one["message"] for one in phone.bodies)
    assert first.startswith("REDUNDANCY LOST agg-2 (town), 48 subscribers hang on what is left")
    assert second.startswith("REDUNDANCY BACK agg-2 (town)")


LINKS = [
    Link(device="sw-11", parent="agg-1", device_port="up1", parent_port="dn11"),
    Link(device="sw-11", parent="agg-2", device_port="up2", parent_port="dn11"),
    Link(device="agg-1", parent="core", device_port="up", parent_port="dn1"),
]


def heard(subject: str, state: str, second: int) -> Event:
    at = NOW + timedelta(seconds=second)
    return Event(at=at, source="traps", subject=subject, kind="trap", state=state)


def dead(*events: Event, gone: tuple[str, ...] = ()) -> list[str]:
    ways = Ways(ways_of(LINKS))
    for event in events:
        ways.take(event)
    return [one.resource for one in ways.lost(gone)]


def test_a_dead_link_that_is_one_of_two_is_lost_redundancy_by_the_word_of_either_end() -> None:
    assert dead(heard("agg-2:dn11", "down", 0)) == ["agg-2:dn11"]
    assert dead(heard("sw-11:up2", "down", 0)) == ["agg-2:dn11"]
    assert dead(heard("agg-2:dn11", "down", 0), heard("sw-11:up2", "up", 5)) == []
    assert dead(heard("agg-2:dn11", "up", 5), heard("agg-2:dn11", "down", 0)) == []


def test_a_link_that_was_asked_and_has_come_back_is_no_longer_lost() -> None:
    answer = replace(heard("agg-2:dn11", "up", 300), source="watch", kind="probe")
    assert dead(heard("sw-11:up2", "down", 0), answer) == []
    assert dead(answer, heard("sw-11:up2", "down", 600)) == ["agg-2:dn11"]


def test_the_only_link_and_links_of_what_is_gone_are_told_by_the_outage() -> None:
    assert dead(heard("core:dn1", "down", 0)) == []
    assert dead(heard("agg-2:dn11", "down", 0), gone=("agg-2",)) == []
    assert dead(heard("agg-2:dn11", "down", 0), gone=("sw-11",)) == []


def test_an_opened_ring_is_told_and_remembered_over_a_crash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMMUNITY", COMMUNITY)
    with receiving() as pager, alertmanager(tmp_path, pager.url) as manager:
        daemon = ringed(tmp_path)
        daemon.configure(
            "watch: {tick_s: 0.5, round_s: 0, hold_s: 10}\nnotify:\n"
            f"  alertmanager: {{urls: ['{manager.url}'], repeat_s: 1}}\n"
        )
        daemon.start()
        try:
            with daemon.client() as client:
                body = {"subject": "agg-1:dn12", "kind": "trap", "state": "down"}
                client.post("/api/v1/events", json=body).raise_for_status()
                (alert,) = until(manager.alerts, 60, why=lambda: daemon.log)
                assert alert["labels"]["resource"] == "agg-1:dn12"
                assert alert["annotations"]["subscribers_at_risk"] == "8"
                daemon.stop(signal.SIGKILL)
                daemon.start()
                time.sleep(15)
                assert len(manager.alerts()) == 1
                client.post("/api/v1/events", json=body | {"state": "up"}).raise_for_status()
                until(lambda: not manager.alerts(), 60, why=lambda: daemon.log)
        finally:
            daemon.stop()
    assert [status for _, status in told(pager.bodies)] == ["firing", "resolved"]
