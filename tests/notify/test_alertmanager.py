"""Outages in the real Alertmanager: one alert each, resolved once, inhibiting what follows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from netdiag.notify.alertmanager import RESOLVED_FOR, Alert, Alertmanager, due
from netdiag.notify.webhook import NotDeliveredError, RefusedError
from tests.notify.alertmanagers import Managed, alertmanager
from tests.notify.receiver import Received, receiving

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def outage(root: str = "agg-1", started: datetime = NOW, **labels: str) -> Alert:
    place = {"root_device": root, "parent_device": "core", "scope": "aggregation", "site": "north"}
    return Alert(
        labels={"alertname": "NetdiagOutage", "outage": "out-1", "root": root} | place | labels,
        annotations={"subscribers": "240"},
        started_at=started,
    )


@pytest.fixture
def desk() -> Iterator[Received]:
    with receiving() as received:
        yield received


@pytest.fixture
def real(tmp_path: Path, desk: Received) -> Iterator[Managed]:
    with alertmanager(tmp_path, desk.url) as managed:
        yield managed


async def until(true: Callable[[], bool], seconds: float = 15) -> None:
    for _ in range(int(seconds * 10)):
        if true():
            return
        await asyncio.sleep(0.1)
    pytest.fail("it did not come")


async def test_an_outage_is_one_notification_however_often_it_is_sent(
    real: Managed, desk: Received
) -> None:
    client = Alertmanager((real.url,))
    now = datetime.now(UTC)
    alert = outage(started=now)
    for subscribers in ("100", "180", "240"):
        await client.send([replace(alert, annotations={"subscribers": subscribers})], now)
    await until(lambda: bool(desk.bodies))
    (one,) = real.alerts(root_device="agg-1", site="north")
    assert one["annotations"]["subscribers"] == "240"
    await asyncio.sleep(3)
    assert [body["status"] for body in desk.bodies] == ["firing"]
    await client.send([replace(alert, ended_at=datetime.now(UTC))], datetime.now(UTC))
    await until(lambda: len(desk.bodies) == 2)
    assert desk.bodies[-1]["status"] == "resolved"
    await client.close()


async def test_what_others_say_of_a_device_that_is_cut_off_is_inhibited_and_shown(
    real: Managed, desk: Received
) -> None:
    client = Alertmanager((real.url,))
    now = datetime.now(UTC)
    cut = {"alertname": "NetdiagCutOff", "device": "sw-17", "root_device": "agg-1"}
    await client.send([outage(started=now), Alert(labels=cut, started_at=now)], now)
    real.post(alertname="HostDown", device="sw-17")
    real.post(alertname="HostDown", device="sw-99")
    real.post(alertname="InterfaceDown", root_device="agg-1", interface="sfp1")
    await until(lambda: len(desk.bodies) >= 2)
    await asyncio.sleep(3)
    told = {
        (one["labels"]["alertname"], one["labels"].get("device"))
        for body in desk.bodies
        for one in body["alerts"]
    }
    assert told == {("NetdiagOutage", None), ("HostDown", "sw-99")}
    assert real.alerts(device="sw-17", alertname="HostDown")[0]["status"]["state"] == "suppressed"
    assert real.alerts(alertname="InterfaceDown")[0]["status"]["inhibitedBy"]
    await client.close()


async def test_every_instance_is_told_and_one_that_is_down_harms_nobody(
    real: Managed,
) -> None:
    client = Alertmanager(("http://127.0.0.1:9", real.url))
    await client.send([outage(started=datetime.now(UTC))], datetime.now(UTC))
    assert real.alerts(root_device="agg-1")
    await client.close()


async def test_nobody_there_is_tried_again_and_a_wrong_alert_is_not(real: Managed) -> None:
    client = Alertmanager(("http://127.0.0.1:9",))
    with pytest.raises(NotDeliveredError, match="cannot be reached"):
        await client.send([outage()], NOW)
    await client.close()
    client = Alertmanager((real.url,))
    with pytest.raises(RefusedError, match="400"):
        await client.send([Alert(labels={}, started_at=NOW)], NOW)
    await client.close()


def test_what_fires_no_more_is_told_as_resolved_for_five_minutes() -> None:
    first = due([], [outage()], NOW)
    assert first == (outage(),)
    over = due(first, [], NOW + timedelta(minutes=1))
    assert [one.ended_at for one in over] == [NOW + timedelta(minutes=1)]
    still = due(over, [], NOW + timedelta(minutes=5))
    assert still == over
    assert due(still, [], NOW + timedelta(minutes=1) + RESOLVED_FOR) == ()


def test_a_root_that_moves_resolves_the_old_labels_and_fires_the_new() -> None:
    moved = due([outage("sw-1")], [outage("agg-1")], NOW)
    assert [(one.labels["root_device"], one.ended_at) for one in moved] == [
        ("agg-1", None),
        ("sw-1", NOW),
    ]
    back = due(moved, [outage("sw-1")], NOW)
    assert back[0] == outage("sw-1")
    assert back[1].ended_at == NOW
