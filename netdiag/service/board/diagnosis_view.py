"""A kept diagnosis in the language of the one who reads it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from netdiag.locale.words import listed, translator
from netdiag.model.content import Content
from netdiag.model.errors import ContentError
from netdiag.model.fact import Fact, Source
from netdiag.model.rule import Rule
from netdiag.service.diagnosis.values import age, fact_text, percent

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One piece of evidence: what, from where, how old."""

    text: str
    origin: str
    age: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One diagnosis, every text in the language asked for; `say` is in the customer's."""

    id: str
    subscriber: str
    device: str | None
    port: str | None
    side: str
    headline: str
    grade: str
    sure: str
    say: str
    say_language: str
    say_in: Mapping[str, str]
    steps: tuple[str, ...]
    desk: str
    priority: str
    due_at: datetime | None
    visit: bool
    doubts: tuple[tuple[str, str], ...]
    supports: tuple[Line, ...]
    contradicts: tuple[Line, ...]
    missing: tuple[tuple[str, str], ...]
    probes: tuple[tuple[str, str, str], ...]
    outage: str | None
    ticket: str | None
    finished_at: datetime
    duration_s: float


def view(document: Json, content: Content, language: str) -> Shown:
    """Texts of rules that are no longer there stay as they were given."""
    reader = _Reader(document, content, language)
    verdict, at, route = document["verdict"], document["attachment"] or {}, document["route"]
    rule = reader.rule(verdict["fault"])
    spoken = document.get("language") or "en"
    due = route["due_at"]
    return Shown(
        id=document["id"],
        subscriber=document["subscriber"],
        device=at.get("device"),
        port=at.get("port"),
        side=verdict["side"],
        headline=reader.title(verdict["fault"]) if rule else verdict["title"],
        grade=verdict["grade"],
        sure=reader.sure(),
        say=document["say"].get(spoken) or document["say"]["en"],
        say_language=spoken,
        say_in=document["say"],
        steps=_steps(document, rule, language),
        desk=route["desk"],
        priority=route["priority"],
        due_at=datetime.fromisoformat(due) if due else None,
        visit=bool(route["visit"]),
        doubts=tuple(reader.doubts()),
        supports=tuple(reader.lines("supports")),
        contradicts=tuple(reader.lines("contradicts")),
        missing=tuple(reader.missing()),
        probes=tuple(reader.probes()),
        outage=(document["outage"] or {}).get("id"),
        ticket=document["ticket"],
        finished_at=datetime.fromisoformat(document["finished_at"]),
        duration_s=document["duration_s"],
    )


def _steps(document: Json, rule: Rule | None, language: str) -> tuple[str, ...]:
    """None for a known outage: the NOC is at it already."""
    if rule is None or not document["next_steps"]:
        return tuple(document["next_steps"])
    return tuple(rule.next_steps.get(language, rule.next_steps["en"]))


class _Reader:
    """A document with what is needed to word it."""

    def __init__(self, document: Json, content: Content, language: str) -> None:
        self._document = document
        self._content = content
        self._language = language
        self._say = translator(language)
        self._finished = datetime.fromisoformat(document["finished_at"])

    def rule(self, fault: str) -> Rule | None:
        try:
            return self._content.rule(fault)
        except (KeyError, ContentError):
            return None

    def title(self, fault: str) -> str:
        rule = self.rule(fault)
        return fault if rule is None else rule.title.get(self._language, rule.title["en"])

    def sure(self) -> str:
        verdict = self._document["verdict"]
        if not verdict["confidence"]:
            return ""
        side, cause = percent(verdict["side_confidence"]), percent(verdict["confidence"])
        parts = (f"{self._say('side')} {side}", f"{self._say('this cause')} {cause}")
        return listed(parts, self._language)

    def doubts(self) -> Iterable[tuple[str, str]]:
        verdict = self._document["verdict"]
        also = [one["fault"] for one in self._document.get("also", ())]
        for name, faults in (
            ("Most likely", verdict.get("leading", ())),
            ("Not excluded", verdict.get("open_nearer", ())[:4]),
            ("Looks the same", self._document.get("look_alikes", ())),
            ("Also found", also),
            ("Excluded only by a short measurement", verdict.get("hardly_excluded", ())[:4]),
        ):
            if faults:
                yield name, listed((self.title(fault) for fault in faults), self._language)
        for note in self._document.get("notes", ()):
            yield "Note", self._say(note)

    def lines(self, kind: str) -> Iterable[Line]:
        for one in self._document["evidence"][kind]:
            source = one["source"] or {}
            place = source.get("device") or self._say("database")
            yield Line(
                text=self._text(one),
                origin=f"{place} · {self._say(source.get('transport', ''))}",
                age=age(self._finished, datetime.fromisoformat(one["measured_at"]), self._say),
            )

    def _text(self, one: Json) -> str:
        if one["fact"] not in self._content.vocabulary:
            return str(one["text"])
        value = tuple(one["value"]) if isinstance(one["value"], list) else one["value"]
        fact = Fact(
            name=one["fact"],
            value=value,
            source=Source(transport="saved", probe="saved", query="saved"),
            measured_at=datetime.fromisoformat(one["measured_at"]),
        )
        try:
            return fact_text(fact, self._content.vocabulary, self._language)
        except (TypeError, ValueError):  # the fact was of another kind when it was kept
            return str(one["text"])

    def missing(self) -> Iterable[tuple[str, str]]:
        for one in self._document["evidence"]["missing"]:
            name = one["fact"]
            label = name
            if name in self._content.vocabulary:
                label = self._content.vocabulary[name].label.get(self._language, name)
            told = (self._say(one["why"]), self._say(one["detail"] or ""))
            yield label, ": ".join(filter(None, told))

    def probes(self) -> Iterable[tuple[str, str, str]]:
        """Probe with its device, outcome, time; those that were left out are not among them."""
        for run in self._document["probes"]:
            if run["outcome"] != "skipped":
                name = " ".join(filter(None, (run["probe"], run["device"])))
                yield name, self._say(str(run["outcome"])), f"{run['duration_s'] * 1000:.0f} ms"
