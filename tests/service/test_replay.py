"""A saved diagnosis is judged again without a network; a file that is none is a sentence."""

import json
from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from netdiag.lab import Lab
from netdiag.model.content import Content
from netdiag.model.errors import ContentError
from netdiag.service.demo import Shown, diagnose_story
from netdiag.service.diagnosis.diagnose import judged_again
from netdiag.service.diagnosis.document import to_document
from netdiag.service.diagnosis.replay import replay
from netdiag.settings import Settings
from tests.addresses import own_base
from tests.conftest import NOW, facts_of

KNOWN = {
    "ref.access_kind": "copper",
    "ref.auth_kind": "static",
    "device.reachable": True,
    "port.admin_status": "down",
    "ref.mac": ("02:00:00:00:00:01",),
}


PROBED = {
    "probe": "port-status",
    "device": "sw-1",
    "transport": "snmp",
    "outcome": "ok",
    "duration_s": 0.1,
}


def document(content: Content) -> dict[str, Any]:
    diagnosis = judged_again(
        facts_of(KNOWN),
        (Settings(), content),
        subscriber="100234",
        attachment=None,
        started=NOW,
        finished=NOW,
    )
    return to_document(diagnosis, content, facts=True)


def save(tmp_path: Path, saved: dict[str, Any]) -> Path:
    path = tmp_path / "saved.json"
    path.write_text(json.dumps(saved), encoding="utf-8")
    return path


def test_what_was_saved_is_judged_the_same(content: Content, tmp_path: Path) -> None:
    saved = document(content)
    again = to_document(replay(save(tmp_path, saved), content, Settings()), content, facts=True)
    assert again["verdict"] == saved["verdict"]
    assert again["facts"].items() >= saved["facts"].items()
    assert again["started_at"] == NOW.astimezone(UTC).isoformat(timespec="milliseconds")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d.pop("facts"),
        lambda d: d.pop("started_at"),
        lambda d: d.update(started_at="yesterday"),
        lambda d: d.update(finished_at="2026-11-24T12:00:00"),
        lambda d: d.update(demarcation="nobody"),
        lambda d: d.update(probes=None),
        lambda d: d.update(probes=[{"probe": "x"}]),
        lambda d: d.update(attachment="sw-1:7"),
        lambda d: d.update(path=5),
        lambda d: d.update(path=[5]),
        lambda d: d.update(notes="one"),
        lambda d: d.update(timezone=3),
        lambda d: d["facts"]["ref.mac"].update(value={"a": 1}),
        lambda d: d["facts"].update({"port.oper_status": "down"}),
        lambda d: d["facts"]["ref.mac"].update(measured_at="2026-11-24T12:00:00"),
        lambda d: d["facts"]["ref.mac"].update(source="snmp"),
    ],
)
def test_a_file_that_is_no_saved_diagnosis_is_a_sentence(
    content: Content, tmp_path: Path, spoil: Callable[[dict[str, Any]], object]
) -> None:
    saved = document(content)
    spoil(saved)
    with pytest.raises(ContentError, match=r"saved\.json"):
        replay(save(tmp_path, saved), content, Settings())


def test_facts_that_this_version_does_not_know_are_named(content: Content, tmp_path: Path) -> None:
    saved = document(content)
    saved["facts"]["port.colour"] = {**saved["facts"]["port.admin_status"], "value": "red"}
    saved["facts"]["port.smell"] = {"why": "not_asked", "detail": "", "source": None}
    saved["notes"] = ["the source crm was down"]
    again = replay(save(tmp_path, saved), content, Settings())
    assert again.notes[0] == "the source crm was down"
    assert "port.colour" in again.notes[1]
    assert "port.smell" not in again.notes[1]
    assert again.verdict.fault == saved["verdict"]["fault"]
    twice = replay(save(tmp_path, to_document(again, content, facts=True)), content, Settings())
    assert twice.notes == again.notes


def test_keys_that_a_newer_version_added_do_no_harm(content: Content, tmp_path: Path) -> None:
    saved = document(content)
    saved["probes"] = [{**PROBED, "retries": 3}]
    saved["weather"] = "rain"
    assert replay(save(tmp_path, saved), content, Settings()).probes[0].probe == "port-status"


def test_a_mistake_of_the_judgement_is_not_taken_for_a_bad_file(
    content: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(*_: object) -> None:
        raise KeyError("a bug")

    path = save(tmp_path, document(content))
    monkeypatch.setattr("netdiag.service.diagnosis.diagnose.judge", wrong)
    with pytest.raises(KeyError):
        replay(path, content, Settings())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def told(tmp_path_factory: pytest.TempPathFactory) -> list[Shown]:
    async with Lab(tmp_path_factory.mktemp("lab"), base=own_base()) as lab:
        lab.start_story()
        return await diagnose_story(lab, lambda done, total, subscriber: None)


@pytest.mark.asyncio(loop_scope="module")
async def test_the_whole_story_is_judged_the_same_from_its_files(
    told: list[Shown], tmp_path: Path
) -> None:
    for one in told:
        saved = to_document(one.diagnosis, one.content, facts=True)
        again = to_document(replay(save(tmp_path, saved), one.content, Settings()), one.content)
        for key in ("verdict", "alternatives", "evidence", "also", "say", "probes"):
            assert again[key] == json.loads(json.dumps(saved[key])), (one.subscriber, key)
