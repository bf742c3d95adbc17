"""What a worker brings late has its own time: yesterday's silence is no outage of today."""

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bench.storm import site
from netdiag.model.event import Event
from netdiag.service.app import App
from netdiag.service.watch.inference import Inference
from netdiag.store.events import Events


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    """250 switches with 24 subscribers each."""
    monkeypatch.setenv("STORM", "x")
    made = App.open(str(site(tmp_path, 1, 1)))
    yield made
    made.database.close()


def swept(device: str, state: str, *hours_ago: float) -> list[Event]:
    now = datetime.now(UTC)
    return [
        Event(
            at=now - timedelta(hours=ago), source="sweep", subject=device, kind="probe",
            state=state, key=f"{device}-{state}-{ago}",
        )
        for ago in hours_ago
    ]  # fmt: skip


def named(app: App, *groups: list[Event]) -> list[set[str]]:
    """Roots of all outages within five minutes after each of these groups came in."""
    inference = Inference(app.database, lambda: app, 30.0)
    asyncio.run(inference.turn())
    found = []
    for events in groups:
        Events(app.database).add(events, datetime.now(UTC))
        turn = asyncio.run(inference.turn())
        now = time.time()
        for step in range(1, 20):
            inference._tick(now + 15 * step, turn)
        found.append({root for change in turn.changes for root in change.roots})
    return found


def test_a_silence_that_ended_meanwhile_is_no_outage(app: App) -> None:
    many = [event for n in range(8) for event in swept(f"sw-{n}", "down", 3, 2.75, 2.5)]
    many += [event for n in range(8) for event in swept(f"sw-{n}", "up", 2)]
    assert named(app, many) == [set()]


def test_a_silence_that_lasts_is_one_as_soon_as_it_is_seen_again(app: App) -> None:
    late = swept("sw-3", "down", 3, 2, 1, 0.5)
    assert named(app, late, swept("sw-3", "down", 0)) == [set(), {"sw-3"}]
