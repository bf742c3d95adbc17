"""Labelled failure cases of real networks, judged from facts."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from bench.cases import MEANT, OURS, Case, Cases, figures, measure, read_cases, score
from netdiag.model.content import Content
from netdiag.model.errors import ContentError
from netdiag.model.words import Side


@pytest.fixture(scope="module")
def judged(data: Path, content: Content) -> Cases:
    if not (data / "cases").is_dir():
        pytest.skip(f"no labelled cases below {data}")
    return measure(data, content)


def test_every_labelled_case_has_facts(judged: Cases) -> None:
    assert judged.unscored == ()


def test_every_fact_of_our_cases_is_a_word_of_the_vocabulary(content: Content) -> None:
    for line in OURS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        case = Case(id=row["id"], label=row["side"], facts=row["facts"])
        assert score(case, content).strange == (), row["id"]


def test_no_case_blames_the_wrong_party_without_an_explanation(judged: Cases) -> None:
    assert [str(one) for one in judged.unexplained] == []


def test_a_label_that_the_evidence_cannot_carry_stays_undetermined(judged: Cases) -> None:
    open_ones = [one for one in judged.scored if one.case.label == "undetermined"]
    assert [str(one) for one in open_ones if one.verdict.side is not Side.UNDETERMINED] == []


def test_most_cases_are_decided_and_decided_rightly(judged: Cases) -> None:
    told = figures(judged)
    assert told["wrong_side_rate"] <= 0.03
    assert told["undetermined_rate"] <= 0.5


def folder(tmp_path: Path, *rows: Mapping[str, object]) -> Path:
    place = tmp_path / "cases"
    place.mkdir()
    lines = "\n".join(json.dumps(row) for row in rows)
    (place / "facts.jsonl").write_text(lines, encoding="utf-8")
    return tmp_path


def test_cases_that_bring_their_facts_are_judged_by_them(tmp_path, content: Content) -> None:
    place = folder(
        tmp_path,
        {"id": "N1", "facts": {"account.state": "blocked_nonpayment"}, "side": "administrative"},
        {"id": "N2", "facts": {"cable.summary": "cut", "port.oper_status": "down"},
         "side": "drop_line"},
        {"id": "N3", "facts": {"port.block_reason": "loop"}, "side": "provider"},
        {"id": "N4", "facts": {}, "side": "undetermined"},
    )  # fmt: skip
    told = figures(measure(place, content))
    assert (told["cases"], told["agreeing"], told["wrong_sides"]) == (4, 3, 1)
    assert told["matrix"]["provider"] == {"provider": 1, "subscriber": 1}
    assert told["disagreements"][0].startswith("N3: expected provider, got subscriber")


def test_a_case_of_the_folder_wins_over_ours(tmp_path) -> None:
    place = folder(tmp_path, {"id": "R01", "facts": {"bng.reachable": False}, "side": "provider"})
    labels = [{"id": "R01", "side": "undetermined"}, {"id": "X9", "side": "provider"}]
    (place / "cases" / "cases.jsonl").write_text("\n".join(map(json.dumps, labels)))
    cases, without = read_cases(place / "cases")
    assert [(case.id, case.label) for case in cases] == [("R01", "provider")]
    assert without == ("X9",)


@pytest.mark.parametrize(
    "given",
    [
        {"cable.pair[].state": ["open", "short"]},
        {"cable.pair[1].state": "open", "cable.pair[2].state": "short"},
        {"cable.pair[A].state": "OPEN", "cable.pair[B].state": {"value": "short"}},
        {"cable.pair1.state": "open", "cable.pair2.state": "short"},
    ],
)
def test_pairs_of_a_cable_may_be_numbered_in_any_way(given, content: Content) -> None:
    case = Case(id="c", label="drop_line", facts={**given, "port.oper_status": "down"})
    found = score(case, content)
    assert found.strange == ()
    assert (found.verdict.fault, found.agrees) == ("provider.line.cable-fault", True)


@pytest.mark.parametrize(
    ("name", "given", "read"),
    [
        ("onu.rx_dbm", "-27.4 dBm", -27.4),
        ("port.speed_mbps", 100.0, 100),
        ("port.flaps_24h", "12", 12),
        ("session.last_terminate_cause", "Lost-Carrier", "lost_carrier"),
        ("port.oper_status", "lower_layer_down", "lowerLayerDown"),
        ("service.up", False, False),
        ("fdb.other_mac", None, None),
        ("ref.mac", ["02-00-00-00-00-01"], ("02:00:00:00:00:01",)),
    ],
)
def test_values_are_read_in_the_forms_that_people_write(name, given, read, content) -> None:
    from bench.plain_facts import read_plain

    told = read_plain({name: given}, content.vocabulary)
    fact = told.facts.fact(name)
    assert told.strange == ()
    assert fact is not None
    assert fact.value == read


def test_unknown_names_and_words_are_said_and_left_out(content: Content) -> None:
    facts = {"port.colour": "red", "port.oper_status": "sideways", "port.flaps_24h": None}
    found = score(Case(id="c", label="undetermined", facts=facts), content)
    assert len(found.strange) == 2
    assert "port.colour" in found.strange[0]
    assert "sideways" in found.strange[1]
    assert found.agrees


def test_a_line_that_is_no_case_is_named(tmp_path) -> None:
    place = folder(tmp_path, {"id": "N1", "facts": {}, "side": "nobody knows"})
    with pytest.raises(ContentError, match="N1"):
        read_cases(place / "cases")


def test_every_label_means_a_side() -> None:
    labels = {json.loads(line)["side"] for line in OURS.read_text(encoding="utf-8").splitlines()}
    assert labels <= set(MEANT)
