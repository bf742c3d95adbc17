"""A clock that was ahead and is set right: outages are seen at once, not when time comes there."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bench.storm import site
from netdiag.model.event import Event
from netdiag.service.app import App
from netdiag.service.watch.inference import Inference
from netdiag.store.events import Events


def polled(state: str, at: datetime, ago_s: int) -> Event:
    seen = at - timedelta(seconds=ago_s)
    return Event(at=seen, source="test", subject="sw-3", kind="probe", state=state)


def test_after_a_day_ahead_it_judges_by_the_right_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("STORM", "x")
    app = App.open(str(site(tmp_path, 1, 1)))
    events = Events(app.database)
    inference = Inference(app.database, lambda: app, 30.0)
    wrong = datetime.now(UTC) + timedelta(days=1)
    events.add([polled("up", wrong, 30)], wrong)
    asyncio.run(inference.turn())
    inference._tick(wrong.timestamp(), asyncio.run(inference.turn()))
    now = datetime.now(UTC)
    asyncio.run(inference.turn())
    assert "the clock went back by 86" in caplog.text
    events.add([polled("down", now, ago) for ago in (200, 140, 80)], now)
    turn = asyncio.run(inference.turn())
    inference._tick(now.timestamp() + 31, turn)
    inference._tick(now.timestamp() + 61, turn)
    assert {root for change in turn.changes for root in change.roots} == {"sw-3"}
    app.database.close()
