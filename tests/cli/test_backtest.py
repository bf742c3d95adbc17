"""`netdiag rules backtest` and `rules learn` over a store; lessons as data, replayed as judged."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from netdiag.content.load import load
from netdiag.model.content import Content
from netdiag.model.errors import ContentError
from netdiag.model.finding import Finding
from netdiag.service.diagnosis.diagnose import judged_again
from netdiag.service.diagnosis.document import to_document
from netdiag.service.diagnosis.replay import replay
from netdiag.service.doctor.check import example_facts
from netdiag.settings import Settings
from netdiag.store.database import Database
from netdiag.store.diagnoses import Diagnoses
from netdiag.store.feedback import Feedback
from tests.cli.site import Site, netdiag

AT = datetime.now(UTC).replace(microsecond=0) - timedelta(days=2)
# Damaged frames on a port that is up.
POINTS = {
    "ref.access_kind": "copper",
    "ref.auth_kind": "static",
    "device.reachable": True,
    "port.admin_status": "up",
    "port.oper_status": "up",
    "port.fcs_errors_rate": 2400.0,
    "cpe.ping.loss_pct": 10.0,
}
FAULT = "provider.line.port-errors"


def document(content: Content, ident: str, **verdict: str) -> dict[str, Any]:
    diagnosis = judged_again(
        example_facts(POINTS, content),
        (Settings(), content),
        subscriber="100001",
        attachment=None,
        started=AT,
        finished=AT,
    )
    made = to_document(diagnosis, content, facts=True) | {"id": ident}
    made["verdict"] |= verdict
    return made


@pytest.fixture
def past(site: Site, content: Content) -> Site:
    """Ten diagnoses as today's rules make them, one that older rules made otherwise, and one that
    was answered out of the register of outages."""
    database = Database.in_directory(site.directory / "state")
    store, found = Diagnoses(database), Feedback(database)
    for number in range(10):
        store.keep(document(content, f"dx-{number}"), "test")
        real = FAULT if number < 3 else "subscriber.cpe.hung"
        found.add(Finding(at=AT, who="crew", subscriber="x", diagnosis=f"dx-{number}", fault=real))
    old = document(content, "old", fault="subscriber.lan.wifi-only", side="subscriber")
    store.keep(old, "test")
    found.add(Finding(at=AT, who="crew", subscriber="x", diagnosis="old", side="provider"))
    known = document(content, "known")
    del known["facts"]
    store.keep(known, "test")
    database.close()
    return site


def test_what_changes_is_told_per_side_and_fault_and_one_by_one(past: Site) -> None:
    told = netdiag("rules", "backtest", "--json").json()
    assert (told["judged"], told["not_judged"], told["changed"]) == (11, 1, 1)
    assert told["verdicts"] == [
        {
            "id": "old",
            "at": AT.isoformat(),
            "before": {"fault": "subscriber.lan.wifi-only", "side": "subscriber"},
            "now": {"fault": FAULT, "side": "provider"},
            "found": {"side": "provider", "fault": None},
        }
    ]
    assert {"before": "subscriber", "now": "provider", "count": 1} in told["by_side"]
    assert (told["better"], told["worse"]) == (1, 0)
    assert (told["right_before"]["part"], told["right_now"]["part"]) == (3, 4)
    out = netdiag("rules", "backtest").out
    assert "11 diagnoses judged again, 1 change, 1 of them the side." in out
    assert "1 become right, 0 are right no more." in out


def test_rules_that_make_it_worse_can_be_refused(past: Site) -> None:
    """A rule of the site that gives the subscriber every fault of the line."""
    rule = Path(__file__).resolve().parents[2] / "rules" / "drop" / "port-errors.yaml"
    mine = past.directory / "mine"
    mine.mkdir()
    text = rule.read_text(encoding="utf-8").replace("side: provider", "side: subscriber")
    (mine / "port-errors.yaml").write_text(text.replace("demarcation: true", ""), encoding="utf-8")
    past.mend("timezone:", "content: [mine]\ntimezone:")
    assert netdiag("rules", "backtest", "--refuse-worse").code == 0  # seven better, three worse
    database = Database.in_directory(past.directory / "state")
    for number in range(3, 10):
        Feedback(database).add(
            Finding(at=AT + timedelta(hours=1), who="crew", subscriber="x",
                    diagnosis=f"dx-{number}", side="provider")
        )  # fmt: skip
    database.close()
    told = netdiag("rules", "backtest", "--refuse-worse", "--json")
    assert told.code == 1
    # Where a fault was found, its side is that of today's rule: three are right by definition.
    assert told.json()["worse"] == 7


def test_lessons_are_a_file_that_moves_the_confidence_and_is_named_by_the_revision(
    past: Site, content: Content
) -> None:
    (lesson,) = netdiag("rules", "learn", "--json").json()
    assert (lesson["fault"], lesson["cases"], lesson["confirmed"]) == (FAULT, 11, 4)
    assert -20 < lesson["shift_db"] < -1
    mine = past.directory / "mine"
    mine.mkdir()
    netdiag("rules", "learn", "--write", str(mine / "learned.yaml"))
    taught = load([mine])
    assert taught.learned == {FAULT: lesson["shift_db"]}
    assert taught.revision.startswith(content.revision + "+")
    before, after = document(content, "a"), document(taught, "b")
    assert after["verdict"]["rule_revision"] == taught.revision
    assert after["verdict"]["confidence"] < before["verdict"]["confidence"]
    assert after["verdict"]["fault"] == before["verdict"]["fault"]


def test_what_was_learned_is_not_learned_a_second_time(past: Site) -> None:
    mine = past.directory / "mine"
    mine.mkdir()
    first = netdiag("rules", "learn", "--write", str(mine / "learned.yaml"), "--json").json()
    past.mend("timezone:", "content: [mine]\ntimezone:")
    assert netdiag("rules", "learn", "--json").json() == first
    assert "learned from findings:" in netdiag("rules", "show", FAULT).out


def test_a_saved_diagnosis_replays_with_the_lessons_it_was_judged_with(
    content: Content, tmp_path: Path
) -> None:
    """On a machine that has learned nothing, or something else since."""
    taught, other = content.relearned({FAULT: -6.5}), content.relearned({FAULT: 4.0})
    saved = document(taught, "x")
    path = tmp_path / "saved.json"
    path.write_text(json.dumps(saved), encoding="utf-8")
    for today in (content, taught, other):
        again = to_document(replay(path, today, Settings()), today, facts=True)
        assert again["verdict"] == saved["verdict"]
        assert again["learned"] == {FAULT: -6.5}


def test_one_of_before_lessons_existed_replays_with_those_of_today(
    content: Content, tmp_path: Path
) -> None:
    saved = document(content, "x")
    del saved["learned"]
    path = tmp_path / "saved.json"
    path.write_text(json.dumps(saved), encoding="utf-8")
    taught = content.relearned({FAULT: -6.5})
    assert replay(path, taught, Settings()).verdict.rule_revision == taught.revision


@pytest.mark.parametrize("learned", [{FAULT: "much"}, {FAULT: float("nan")}, {FAULT: 99}, ["x"]])
def test_lessons_that_are_none_are_a_sentence(
    content: Content, tmp_path: Path, learned: object
) -> None:
    path = tmp_path / "saved.json"
    path.write_text(json.dumps(document(content, "x") | {"learned": learned}), encoding="utf-8")
    with pytest.raises(ContentError, match=r"saved.json: is no diagnosis"):
        replay(path, content, Settings())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("learned: {provider.gone: {shift_db: 1}}", "rules learn --write` again"),
        (f"learned: {{{FAULT}: {{shift_db: 21}}}}", "'shift_db' is at most 20 dB"),
        (f"learned: {{{FAULT}: {{shift_db: nan}}}}", "'shift_db' is at most 20 dB"),
        (f"learned: {{{FAULT}: {{cases: 3}}}}", "has no 'shift_db'"),
        (f"learned: {{{FAULT}: {{shift_db: 1, shifted: 2}}}}", "has no key 'shifted'"),
    ],
)
def test_a_wrong_file_of_lessons_is_refused_with_its_line(
    tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "learned.yaml").write_text(text + "\n", encoding="utf-8")
    with pytest.raises(ContentError) as error:
        load([tmp_path])
    assert said in str(error.value)
    assert "/learned.yaml:1: " in str(error.value)


def test_without_a_finding_there_is_nothing_to_learn(site: Site) -> None:
    assert "there is nothing to learn" in netdiag("rules", "learn").out
    told = netdiag("rules", "backtest", "--json").json()
    assert (told["judged"], told["right_now"]["rate"]) == (0, None)
