"""The note that a ticket gets: headline, evidence, what to say, the next step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from netdiag.locale.words import listed
from netdiag.model.content import Content
from netdiag.model.fact import Facts
from netdiag.model.words import AbsenceReason, Side
from netdiag.service.diagnosis.document import read_facts
from netdiag.service.diagnosis.wording import evidence_text
from netdiag.service.tickets.phrases import phrase
from netdiag.service.tickets.titles import deadline, headline

Json = Mapping[str, Any]
_MOST_EVIDENCE = 12
_FAILED = frozenset(AbsenceReason) - {AbsenceReason.NOT_ASKED, AbsenceReason.NOT_SUPPORTED}


def diagnosis_note(document: Json, content: Content, language: str) -> str:
    """A document of the contract as a note for colleagues, in their language."""
    verdict = document["verdict"]
    rule = content.rule(verdict["fault"])
    zone = document.get("timezone") or "UTC"
    lines = [headline(document, content, language)]
    at = document["attachment"]
    if at and at.get("device"):
        place = f"{at['device']}:{at['port']}" if at.get("port") else at["device"]
        lines.append(phrase("where", language, f"\u2068{place}\u2069"))
    lines += _evidence(document, content, language)
    lines += ["", phrase("say", language), *_say(document, language)]
    steps = rule.next_steps.get(language) or rule.next_steps["en"]
    if steps:
        lines += ["", phrase("next", language), *(f"  - {step}" for step in steps)]
    lines += ["", *_route(document["route"], language, zone)]
    lines.append(phrase("id", language, document["id"]))
    return "\n".join(lines)


def _say(document: Json, language: str) -> Iterator[str]:
    """In the customer's language, and in the desk's when that is another."""
    spoken = document.get("language") or language
    texts = {one: document["say"].get(one) for one in (spoken, language)}
    for one, text in texts.items():
        if text:
            yield f"  {one}: «{text}»" if len(texts) > 1 else f"  «{text}»"


def _route(route: Json, language: str, zone: str) -> Iterator[str]:
    by = deadline(route["due_at"], language, zone)
    yield phrase("route", language, route["desk"], route["priority"], by)
    yield phrase("visit" if route["visit"] else "no_visit", language)


def _evidence(document: Json, content: Content, language: str) -> Iterator[str]:
    evidence = document["evidence"]
    texts = _in_language(document, content, language)
    for name, kind in (("supports", "seen"), ("contradicts", "against")):
        items = evidence[name][:_MOST_EVIDENCE]
        if items:
            yield phrase(kind, language)
            yield from (f"  - {texts.get(one['fact'], one['text'])}" for one in items)
    missing = [one["fact"] for one in evidence["missing"] if _tells(one["why"], document)]
    if missing:
        names = list(dict.fromkeys(_label(one, content, language) for one in missing))
        yield phrase("missing", language, listed(names[:_MOST_EVIDENCE], language))


def _tells(why: str, document: Json) -> bool:
    """What was asked and did not answer; what nobody asked only where no side was found. That a
    wireless reading is not there on a copper line tells nobody anything."""
    undetermined = document["verdict"]["side"] == Side.UNDETERMINED
    return why in _FAILED or (undetermined and why == AbsenceReason.NOT_ASKED)


def _label(fact: str, content: Content, language: str) -> str:
    kind = content.vocabulary.types.get(fact)
    return fact if kind is None else kind.label.get(language) or kind.label.get("en") or fact


def _in_language(document: Json, content: Content, language: str) -> dict[str, str]:
    """Texts of the evidence in this language, out of the facts where they were kept."""
    if not document.get("facts"):
        return {}
    facts: Facts = read_facts(dict(document), document["id"])
    found = {}
    for one in (*document["evidence"]["supports"], *document["evidence"]["contradicts"]):
        fact = facts.fact(one["fact"])
        if fact is not None and fact.name in content.vocabulary.types:
            found[fact.name] = evidence_text(fact, content.vocabulary, language)
    return found
