"""A line against its own past, over the lab's real protocols: staged days, an injected clock."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from netdiag.lab import Lab
from netdiag.model.verdict import Diagnosis
from netdiag.service.app import App
from netdiag.service.diagnosis.diagnose import Request
from netdiag.service.diagnosis.document import to_document
from tests.addresses import own_base

HOME = "100217"  # his switch does not tell what the far end of the cable could do


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lab(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Lab]:
    async with Lab(tmp_path_factory.mktemp("lab"), base=own_base()) as running:
        yield running


async def asked(lab: Lab, days_ago: float) -> Diagnosis:
    """The diagnosis as it would have been made so many days ago."""
    async with App.open(str(lab.config_path)) as app:
        app.diagnoser.clock = lambda: datetime.now(UTC) - timedelta(days=days_ago)
        return await app.diagnose(HOME, Request())


@pytest.mark.asyncio(loop_scope="module")
async def test_without_a_past_the_lower_speed_alone_proves_no_broken_pair(lab: Lab) -> None:
    lab.switch_on("pair-broken", HOME)
    told = await asked(lab, 0)
    lab.heal()
    assert told.facts.fact("port.usual_mbps") is None
    assert told.verdict.fault != "provider.line.pair-fault-downshift"


@pytest.mark.asyncio(loop_scope="module")
async def test_a_gigabit_until_that_day_and_a_hundred_since_is_a_broken_pair(lab: Lab) -> None:
    for days_ago in (9, 8, 7):
        assert (await asked(lab, days_ago)).verdict.fault == "none.ok"
    lab.switch_on("pair-broken", HOME)
    told = await asked(lab, 0)
    lab.heal()
    assert told.verdict.fault == "provider.line.pair-fault-downshift"
    usual = next(f for f in told.verdict.evidence.supports if f.name == "port.usual_mbps")
    changed = next(f for f in told.verdict.evidence.supports if f.name == "port.speed_changed_s")
    assert usual.value == 1000
    assert changed.value == pytest.approx(7 * 86400, abs=120)
    async with App.open(str(lab.config_path)) as app:
        supports = to_document(told, app.content)["evidence"]["supports"]
    text = next(one["text"] for one in supports if one["fact"] == "port.usual_mbps")
    day = datetime.now(UTC) - timedelta(days=7)
    assert text == f"Usual speed of this line: 1000 Mbit/s, until {day:%A} {day.day} {day:%B}"
