"""A diagnosis as JSON (DESIGN 4.2), and back. Keys are contract: added to, never renamed."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from netdiag.model.content import Content
from netdiag.model.errors import ContentError
from netdiag.model.fact import Absence, Fact, Facts, Reading, Source, Value, is_value
from netdiag.model.rule import Rule
from netdiag.model.verdict import Alternative, Diagnosis, Routing
from netdiag.model.words import AbsenceReason, Side
from netdiag.service.diagnosis import wording

_LANGUAGES = ("en", "ru", "fa")
Json = dict[str, Any]


def to_document(diagnosis: Diagnosis, content: Content, *, facts: bool = False) -> Json:
    """The contract's JSON; with `facts` also every fact, so that it can be replayed."""
    verdict = diagnosis.verdict
    rule = content.rule(verdict.fault)
    document: Json = {
        "id": diagnosis.id,
        "subscriber": diagnosis.subscriber,
        "ticket": diagnosis.ticket,
        "started_at": _time(diagnosis.started_at),
        "finished_at": _time(diagnosis.finished_at),
        "duration_s": round((diagnosis.finished_at - diagnosis.started_at).total_seconds(), 3),
        "attachment": _attachment(diagnosis),
        "path": list(diagnosis.path),
        "verdict": _verdict(diagnosis, rule),
        "alternatives": [_alternative(one) for one in verdict.alternatives],
        "evidence": _evidence(diagnosis, content),
        "also": [{"fault": fault, "side": side} for fault, side in verdict.also],
        "look_alikes": list(verdict.look_alikes),
        "say": sentences(diagnosis, rule),
        "next_steps": list(rule.next_steps.get(diagnosis.language, rule.next_steps["en"])),
        "route": route_document(diagnosis.routing),
        "outage": None,
        "notes": list(diagnosis.notes),
        "language": diagnosis.language,
        "timezone": diagnosis.timezone,
        "tariff": diagnosis.tariff,
        "site": diagnosis.site,
        "access": diagnosis.access,
        "probes": [asdict(run) for run in diagnosis.probes],
    }
    if facts:
        document["demarcation"] = diagnosis.demarcation
        document["learned"] = dict(diagnosis.learned)
        document["facts"] = {name: _reading(r) for name, r in sorted(diagnosis.facts.items())}
    return document


def sentences(diagnosis: Diagnosis, rule: Rule) -> dict[str, str]:
    """What to say aloud, per language."""
    return {
        language: wording.say(
            rule.say[language],
            diagnosis.facts,
            due=diagnosis.routing.due_at,
            language=language,
            timezone=diagnosis.timezone,
        )
        for language in _LANGUAGES
    }


def read_facts(document: Json, shown: str) -> Facts:
    """The facts of a saved diagnosis; ContentError names what is missing or wrong."""
    saved = document.get("facts")
    if not isinstance(saved, dict):
        raise ContentError(
            f"{shown}: holds no facts. Make one with `netdiag diagnose KEY --save FILE`."
        )
    try:
        return Facts([_read_one(name, one) for name, one in saved.items()])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ContentError(f"{shown}: the facts cannot be read: {error}.") from None


def _attachment(diagnosis: Diagnosis) -> Json | None:
    at = diagnosis.attachment
    if at is None:
        return None
    return {
        "device": at.device,
        "port": at.port,
        "vlan": at.vlan,
        "bng": at.bng,
        "source": at.source,
        "valid_from": _time(at.valid_from) if at.valid_from else None,
    }


def _verdict(diagnosis: Diagnosis, rule: Rule) -> Json:
    verdict = diagnosis.verdict
    return {
        "fault": verdict.fault,
        "title": rule.title.get(diagnosis.language, rule.title["en"]),
        "side": verdict.side,
        "segment": verdict.segment,
        "category": verdict.category,
        "grade": verdict.grade,
        "confidence": verdict.confidence,
        "side_confidence": verdict.side_confidence,
        "severity": verdict.severity,
        "probable_cause": rule.probable_cause,
        "rule": rule.origin,
        "rule_revision": verdict.rule_revision,
        "open_nearer": list(verdict.open_nearer),
        "weak": verdict.weak,
        "hardly_excluded": list(verdict.hardly_excluded),
        "handed_over": verdict.handed_over,
        "leading": list(verdict.leading),
    }


def _alternative(one: Alternative) -> Json:
    return {
        "fault": one.fault,
        "side": one.side,
        "confidence": one.confidence,
        "open_because": list(one.open_because),
    }


def _evidence(diagnosis: Diagnosis, content: Content) -> Json:
    evidence = diagnosis.verdict.evidence

    def facts(items: tuple[Fact, ...]) -> list[Json]:
        return [_evidence_fact(fact, content, diagnosis.language) for fact in items]

    return {
        "supports": facts(evidence.supports),
        "contradicts": facts(evidence.contradicts),
        "missing": [
            {"fact": one.name, "why": one.why, "detail": one.detail} for one in evidence.missing
        ],
    }


def _evidence_fact(fact: Fact, content: Content, language: str) -> Json:
    return {
        "fact": fact.name,
        "value": _value(fact.value),
        "unit": content.vocabulary[fact.name].unit,
        "text": wording.evidence_text(fact, content.vocabulary, language),
        "source": _source(fact.source),
        "measured_at": _time(fact.measured_at),
        "weak": fact.weak,
    }


def route_document(route: Routing) -> Json:
    """A route as JSON."""
    return {
        "desk": route.desk,
        "queue": route.queue,
        "priority": route.priority,
        "due_at": _time(route.due_at) if route.due_at else None,
        "respond_by": _time(route.respond_by) if route.respond_by else None,
        "sla": route.sla,
        "visit": route.visit,
        "paid": route.paid,
        "fields": dict(route.fields),
        "copies": [asdict(copy) for copy in route.copies],
        "by": list(route.by),
    }


def _reading(reading: Reading) -> Json:
    source = _source(reading.source) if reading.source else None
    if isinstance(reading, Absence):
        return {"why": reading.why, "detail": reading.detail, "source": source}
    return {
        "value": _value(reading.value),
        "measured_at": _time(reading.measured_at),
        "weak": reading.weak,
        "source": source,
    }


def _read_one(name: str, one: Json) -> Reading:
    source = Source(**one["source"]) if one.get("source") else None
    if "why" in one:
        why = AbsenceReason(one["why"])
        return Absence(name=name, why=why, detail=one.get("detail", ""), source=source)
    value = tuple(one["value"]) if isinstance(one["value"], list) else one["value"]
    if not is_value(value):
        raise ValueError(f"{name}: the value is neither text, number, truth nor a list of texts")
    measured_at = datetime.fromisoformat(one["measured_at"])
    if measured_at.tzinfo is None:
        raise ValueError(f"{name}: measured_at has no offset")
    return Fact(
        name=name,
        value=value,
        source=source or Source(transport="saved", probe="saved", query="saved"),
        measured_at=measured_at,
        weak=bool(one.get("weak", False)),
    )


def read_side(document: Json) -> Side:
    """The demarcation that a saved diagnosis was judged with."""
    return Side(document.get("demarcation", Side.PROVIDER))


def read_lessons(document: Json, content: Content) -> dict[str, float]:
    """The lessons that a saved diagnosis was judged with; today's where it names none. What they
    say of a fault that is no more is left out."""
    saved = document.get("learned")
    if saved is None:
        return content.learned
    faults = {rule.fault for rule in content.rules}
    lessons = {str(fault): float(db) for fault, db in dict(saved).items() if fault in faults}
    if not all(abs(db) <= content.scale.clip_db for db in lessons.values()):
        raise ValueError("'learned' holds no decibans")
    return lessons


def _source(source: Source) -> Json:
    return {
        "device": source.device,
        "transport": source.transport,
        "probe": source.probe,
        "query": source.query,
    }


def _value(value: Value) -> object:
    return list(value) if isinstance(value, tuple) else value


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
