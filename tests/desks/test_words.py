"""Notes in the desk's language."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from netdiag.model.content import Content
from netdiag.model.fact import Fact, Source, Value
from netdiag.model.words import Grade, Side
from netdiag.service.diagnosis.wording import evidence_text
from netdiag.service.tickets.phrases import GRADES, PHRASES, SIDES
from netdiag.service.tickets.titles import headline, title_of
from netdiag.service.tickets.words import diagnosis_note
from tests.conftest import NOW

_SLOT = re.compile(r"\{\d\}")


@pytest.mark.parametrize("name", PHRASES)
def test_a_phrase_says_the_same_in_three_languages(name: str) -> None:
    texts = PHRASES[name]
    assert set(texts) == {"en", "ru", "fa"}
    slots = {language: sorted(_SLOT.findall(text)) for language, text in texts.items()}
    assert slots["ru"] == slots["fa"] == slots["en"]


def test_every_side_and_grade_has_its_words() -> None:
    assert set(SIDES) == set(Side)
    assert set(GRADES) == set(Grade)


def document() -> dict[str, Any]:
    source = {"device": "sw-1", "transport": "snmp", "probe": "port", "query": "x"}
    moment = datetime(2026, 11, 25, 18, 0, tzinfo=UTC).isoformat()
    shown = {"fact": "port.oper", "value": "down", "unit": "", "text": "Port link: down"}
    shown |= {"source": source, "measured_at": NOW.isoformat(), "weak": False}
    missing = {"fact": "cable.pairs", "why": "not_asked", "detail": ""}
    return {
        "id": "dx-1",
        "language": "en",
        "timezone": "Europe/Moscow",
        "attachment": {"device": "sw-1", "port": "7"},
        "verdict": {"fault": "provider.line.cable-fault", "side": "provider", "grade": "certain"},
        "evidence": {"supports": [shown], "contradicts": [], "missing": [missing]},
        "say": {"en": "The cable is damaged.", "ru": "Кабель повреждён.", "fa": "کابل آسیب دیده."},
        "route": {"desk": "field.line", "priority": "P3", "due_at": moment, "visit": True},
    }


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("our side, certain", "Say to the customer:", "A visit is needed.", "21:00")),
        ("ru", ("наша сторона, точно", "Сказать абоненту:", "Нужен выезд.", "Кабель повреждён.")),
        ("fa", ("سمت ما", "به مشترک بگویید:", "مراجعه لازم است.", "کابل آسیب دیده.")),
    ],
)
def test_a_note_has_headline_evidence_sentence_step_and_route(
    content: Content, language: str, words: tuple[str, ...]
) -> None:
    note = diagnosis_note(document(), content, language)
    for word in (*words, "The cable is damaged.", "sw-1:7", "field.line", "P3", "dx-1"):
        assert word in note
    assert note.splitlines()[0] == headline(document(), content, language)


def test_what_failed_is_told_and_what_a_line_cannot_have_is_not(content: Content) -> None:
    asked = document()
    whys = ("timed_out", "not_supported", "not_asked")
    facts = ("cable.summary", "radio.snr_db", "port.usual_mbps")
    asked["evidence"]["missing"] = [
        {"fact": fact, "why": why, "detail": ""} for fact, why in zip(facts, whys, strict=True)
    ]
    note = diagnosis_note(asked, content, "en")
    assert "Could not be asked: Cable test\n" in note
    asked["verdict"] |= {"side": "undetermined"}
    undetermined = diagnosis_note(asked, content, "fa")
    assert undetermined.count("،") >= 2
    assert content.vocabulary["radio.snr_db"].label["fa"] not in undetermined
    assert content.vocabulary["port.usual_mbps"].label["fa"] in undetermined


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("port.fcs_errors_rate", 505.136, "505 ошибок на 1 млн кадров"),
        ("account.state", "blocked_nonpayment", "заблокирован за неуплату"),
        ("session.uptime_s", 1383202, "16 дней"),
        ("session.uptime_s", 60, "60 с"),
        ("onu.rx_dbm", -27.4, "-27.4 дБм"),
    ],
)
def test_evidence_is_told_in_words_of_the_desk(
    content: Content, name: str, value: Value, told: str
) -> None:
    source = Source(device="sw-1", transport="snmp", probe="port", query="x")
    fact = Fact(name=name, value=value, source=source, measured_at=NOW)
    assert evidence_text(fact, content.vocabulary, "ru").endswith(f": {told}")


def test_a_fault_that_todays_rules_do_not_know_keeps_its_code(content: Content) -> None:
    assert title_of("provider.old.fault", content, "en") == "provider.old.fault"
    assert title_of(None, content, "en") == "?"
