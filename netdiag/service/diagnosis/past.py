"""The past judged anew: stored facts under today's rules, and what findings teach. Offline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from netdiag.kpi.backtest import Rejudged, backtest
from netdiag.kpi.learn import Doubt, Lesson, lessons
from netdiag.kpi.match import Matched, match
from netdiag.kpi.report import Period
from netdiag.kpi.rows import Judged, Rows
from netdiag.model.content import Content
from netdiag.model.errors import ContentError
from netdiag.model.verdict import Verdict
from netdiag.model.words import Side
from netdiag.service.diagnosis.replay import facts_again
from netdiag.service.kpi.report import read_kpi, rows_of
from netdiag.settings import Settings
from netdiag.store.database import Database
from netdiag.store.diagnoses import Diagnoses
from netdiag.triage.judge import judge

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Past:
    """Diagnoses of a period with what was found, each judged anew from its facts."""

    rows: Rows
    now: dict[str, Verdict]  # by id of the diagnosis; those without facts are not in it
    matched: Matched


def look_back(database: Database, settings: Settings, content: Content, period: Period) -> Past:
    """Judge every stored diagnosis of the period with this content. Blocking; a few milliseconds
    for each."""
    assumed, _ = read_kpi(settings)
    rows = rows_of(database, settings, content, period, assumed)
    ids = [one.id for one in rows.diagnoses]
    now = dict(_judged(Diagnoses(database).documents(ids), content))
    return Past(rows, now, match(rows.diagnoses, rows.truths, assumed.match))


def backtest_of(past: Past) -> Json:
    """What today's rules would say otherwise."""
    truths = {pair.judged.id: pair.truth for pair in past.matched.pairs}
    cases = [
        Rejudged(
            id=one.id,
            at=one.finished_at,
            fault_before=one.fault,
            side_before=one.side,
            fault=past.now[one.id].fault,
            side=past.now[one.id].side,
            truth=truths[one.id].side if one.id in truths else None,
            truth_fault=truths[one.id].fault if one.id in truths else None,
        )
        for one in past.rows.diagnoses
        if one.id in past.now
    ]
    return backtest(cases, len(past.rows.diagnoses) - len(cases))


def lessons_of(past: Past, content: Content) -> tuple[Lesson, ...]:
    """What the findings teach about today's rules. `past` has to be of `content.relearned({})`:
    earlier lessons must not be learned a second time."""
    pairs = [
        replace(pair, judged=_as_now(pair.judged, past.now[pair.judged.id]))
        for pair in past.matched.pairs
        if pair.judged.id in past.now
    ]
    scale = content.scale
    doubt = Doubt(
        wrong_codes=scale.wrong_codes, pseudo_cases=scale.pseudo_cases, most_db=scale.clip_db
    )
    return lessons(pairs, doubt)


def written(found: tuple[Lesson, ...]) -> str:
    """The lessons as a file that content loads."""
    lines = [
        "# Written by `netdiag rules learn`: what technicians' findings teach about the rules.",
        "# shift_db moves the score of a fault; the other figures say why. Lies in a directory of",
        "# `content`; without the file the rules are as they are taught.",
        "learned:",
    ]
    lines += [
        f"  {one.fault}: {{cases: {one.cases}, confirmed: {one.confirmed}, "
        f"stated: {one.stated}, share: {one.share}, shift_db: {one.shift_db}}}"
        for one in sorted(found, key=lambda lesson: lesson.fault)
    ]
    return "\n".join([*lines, ""]) if found else "\n".join([*lines[:-1], "learned: {}", ""])


def _judged(documents: Iterator[Json], content: Content) -> Iterator[tuple[str, Verdict]]:
    for document in documents:
        if not isinstance(document.get("facts"), dict):
            continue  # answered out of the register of outages: there is nothing to judge
        try:
            facts = facts_again(document, content, document["id"])
        except ContentError:
            continue  # kept by a version whose facts this one cannot read
        side = Side(document.get("demarcation", Side.PROVIDER))
        yield document["id"], judge(facts, content, side)


def _as_now(judged: Judged, verdict: Verdict) -> Judged:
    return replace(
        judged,
        fault=verdict.fault,
        side=verdict.side,
        grade=verdict.grade,
        confidence=verdict.confidence,
        side_confidence=verdict.side_confidence,
    )
