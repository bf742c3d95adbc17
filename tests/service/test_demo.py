"""The whole way on the lab: real protocols, faults switched on, the right verdict named."""

import pytest
import pytest_asyncio

from netdiag.lab import Lab
from netdiag.model.words import Side
from netdiag.service.app import App
from netdiag.service.demo import DEADLINE_S, Shown, diagnose_story
from netdiag.service.diagnosis.diagnose import Request
from netdiag.service.diagnosis.document import to_document
from tests.addresses import own_base
from tests.patience import BUSY_S


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def told(tmp_path_factory: pytest.TempPathFactory) -> list[Shown]:
    async with Lab(tmp_path_factory.mktemp("lab"), base=own_base()) as lab:
        lab.start_story()
        return await diagnose_story(lab, lambda done, total, subscriber: None)


@pytest.mark.asyncio(loop_scope="module")
async def test_every_verdict_of_the_story_names_what_was_switched_on(told: list[Shown]) -> None:
    wrong = {
        one.subscriber: (one.switched_on, one.diagnosis.verdict.fault)
        for one in told
        if not one.right
    }
    assert wrong == {}
    assert len([one for one in told if one.switched_on]) >= 10
    assert len([one for one in told if not one.switched_on]) >= 3


@pytest.mark.asyncio(loop_scope="module")
async def test_every_document_keeps_the_contract(told: list[Shown]) -> None:
    keys = {
        "id", "subscriber", "ticket", "started_at", "finished_at", "duration_s", "attachment",
        "verdict", "alternatives", "evidence", "also", "say", "next_steps", "route", "outage",
        "probes",
    }  # fmt: skip
    verdict = {
        "fault", "title", "side", "segment", "category", "grade", "confidence", "side_confidence",
        "severity", "rule", "rule_revision",
    }  # fmt: skip
    for one in told:
        document = to_document(one.diagnosis, one.content)
        assert keys <= set(document)
        assert verdict <= set(document["verdict"])
        assert set(document["say"]) == {"en", "ru", "fa"}
        assert {"desk", "priority", "due_at", "sla", "visit"} <= set(document["route"])
        for fact in document["evidence"]["supports"]:
            assert {"fact", "value", "unit", "text", "source", "measured_at"} <= set(fact)


@pytest.mark.asyncio(loop_scope="module")
async def test_no_answer_takes_longer_than_its_deadline(told: list[Shown]) -> None:
    for one in told:
        took = (one.diagnosis.finished_at - one.diagnosis.started_at).total_seconds()
        assert took < DEADLINE_S + BUSY_S, one.subscriber


async def test_all_devices_dead_is_answered_in_time_and_never_blames_the_subscriber(
    tmp_path,
) -> None:
    async with Lab(tmp_path, base=own_base()) as lab:
        for device in ("switch-dead", "aggregation-dead", "bng-dead"):
            lab.switch_on(device, "100207")
        async with App.open(str(lab.config_path)) as app:
            diagnosis = await app.diagnose("100207", Request(deadline_s=5))
    took = (diagnosis.finished_at - diagnosis.started_at).total_seconds()
    assert took < 5 + BUSY_S
    assert diagnosis.verdict.side in (Side.PROVIDER, Side.UNDETERMINED)
