"""Labelled cases, judged from facts: does the verdict name the side that the label names?

A folder of recordings may bring `cases/facts.jsonl`, one object a line:
`{"id": "…", "facts": {name: value, …}, "side": "…"}`. Cases that only have evidence as text
(`cases/cases.jsonl`) are judged from the facts kept beside the tests, tests/cases/facts.jsonl.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.plain_facts import read_plain
from netdiag.model.content import Content
from netdiag.model.errors import ContentError
from netdiag.model.fact import Facts
from netdiag.model.verdict import Verdict
from netdiag.model.words import Side
from netdiag.probing.derive import complete
from netdiag.triage.judge import judge

OURS = Path(__file__).resolve().parent.parent / "tests" / "cases" / "facts.jsonl"
_FIRM = ("confirmed", "likely", "")
# What a label may mean in sides; the first is the row of the matrix.
MEANT: Mapping[str, tuple[Side, ...]] = {
    **{side.value: (side,) for side in Side},
    "drop_line": (Side.PROVIDER,),  # the default demarcation
    "config_mismatch": (Side.PROVIDER, Side.SUBSCRIBER),  # the owner of the wrong setting
    "administrative": (Side.ACCOUNT, Side.PROVIDER),  # billing decided it, or the provider did
    "mixed": (Side.PROVIDER, Side.SUBSCRIBER, Side.ACCOUNT),
    "no_fault": (Side.NONE,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One labelled case as facts."""

    id: str
    label: str
    facts: Mapping[str, Any]
    confidence: str = ""  # confirmed, likely, rule: of the label
    explained: str = ""  # why another answer is right all the same

    @property
    def meant(self) -> tuple[Side, ...]:
        """The sides that the label allows."""
        return MEANT[self.label]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A case and what the judgement makes of it."""

    case: Case
    verdict: Verdict
    strange: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Is it the side of the label; for a mixed label, either of them, both named?"""
        if self.verdict.side not in self.case.meant:
            return False
        named = {self.verdict.side, *(side for _, side in self.verdict.also)}
        named |= {one.side for one in self.verdict.alternatives}
        return self.case.label != "mixed" or len(named & set(self.case.meant)) > 1

    @property
    def wrong(self) -> bool:
        """Was somebody named who is not meant? Not to decide is no wrong side."""
        return not self.agrees and self.verdict.side is not Side.UNDETERMINED

    def __str__(self) -> str:
        leading = ", ".join(self.verdict.leading) or self.verdict.fault
        why = self.case.explained or "NOT EXPLAINED"
        got = f"{self.verdict.side} ({self.verdict.grade})"
        return f"{self.case.id}: expected {self.case.label}, got {got}: {leading}. {why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """All cases of a folder, judged."""

    scored: tuple[Scored, ...]
    unscored: tuple[str, ...] = ()  # ids without facts
    matrix: Mapping[str, Counter[str]] = field(default_factory=dict)

    @property
    def disagreeing(self) -> list[Scored]:
        """Cases whose verdict names another side than the label, or none where there is one."""
        return [one for one in self.scored if not one.agrees]

    @property
    def wrong(self) -> list[Scored]:
        """Cases where the wrong party was named."""
        return [one for one in self.scored if one.wrong]

    @property
    def unexplained(self) -> list[Scored]:
        """Firmly labelled cases with a wrong side for which nobody gave a reason."""
        return [
            one for one in self.wrong if one.case.confidence in _FIRM and not one.case.explained
        ]


def measure(data: Path, content: Content) -> Cases:
    """Every labelled case of the folder that has facts."""
    cases, unscored = read_cases(data / "cases")
    scored = tuple(score(case, content) for case in cases)
    matrix = {side.value: Counter[str]() for side in Side}
    for one in scored:
        matrix[_row(one)][one.verdict.side.value] += 1
    return Cases(scored=scored, unscored=unscored, matrix=matrix)


def score(case: Case, content: Content) -> Scored:
    """The verdict over the facts of one case, with all that follows from them."""
    told = read_plain(case.facts, content.vocabulary)
    facts = complete(told.facts, Facts(), content.vocabulary)
    return Scored(case=case, verdict=judge(facts, content), strange=told.strange)


def read_cases(folder: Path) -> tuple[list[Case], tuple[str, ...]]:
    """Cases with facts, and the ids of those that have none.

    Raises ContentError for a line that is no case.
    """
    labels = {row["id"]: row for row in _rows(folder / "cases.jsonl")}
    told = {row["id"]: row for row in _rows(OURS) if row["id"] in labels}
    told |= {row["id"]: row for row in _rows(folder / "facts.jsonl")}
    cases = [_case(row, labels.get(name, {})) for name, row in told.items()]
    return cases, tuple(name for name in labels if name not in told)


def figures(told: Cases) -> dict[str, Any]:
    """The table that `python -m bench.recordings` prints."""
    number = len(told.scored)
    undecided = sum(1 for one in told.scored if one.verdict.side is Side.UNDETERMINED)
    missed = [s for s in told.disagreeing if not s.wrong]
    return {
        "cases": number,
        "without_facts": list(told.unscored),
        "agreeing": number - len(told.disagreeing),
        "wrong_sides": len(told.wrong),
        "wrong_side_rate": _rate(len(told.wrong), number),
        "undetermined": undecided,
        "undetermined_rate": _rate(undecided, number),
        "undetermined_though_labelled": len(missed),
        "unexplained": len(told.unexplained),
        "matrix": {row: dict(counts) for row, counts in told.matrix.items() if counts},
        "unknown_facts": [f"{s.case.id}: {line}" for s in told.scored for line in s.strange],
        "disagreements": [str(one) for one in told.disagreeing],
    }


def _row(one: Scored) -> str:
    """The label in the words of the matrix: of several sides the one that was named."""
    side = one.verdict.side
    return (side if side in one.case.meant else one.case.meant[0]).value


def _case(row: Mapping[str, Any], label: Mapping[str, Any]) -> Case:
    side = str(row.get("side") or label.get("side", "")).casefold()
    facts = row.get("facts")
    if side not in MEANT or not isinstance(facts, dict):
        known = ", ".join(MEANT)
        raise ContentError(f"Case {row['id']} needs 'facts' and a 'side' out of {known}.")
    return Case(
        id=str(row["id"]),
        label=side,
        facts=facts,
        confidence=str(row.get("confidence") or label.get("confidence", "")),
        explained=str(row.get("disagreement", "")),
    )


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    if not path.is_file():
        return
    for number, line in enumerate(_lines(path), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise ContentError(f"{path.name}:{number}: is not JSON ({error.msg}).") from None
        if not isinstance(row, dict) or "id" not in row:
            raise ContentError(f"{path.name}:{number}: is no case. Give it an 'id'.")
        yield {**row, "id": str(row["id"])}


def _lines(path: Path) -> Iterable[str]:
    return path.read_text(encoding="utf-8").splitlines()


def _rate(part: int, whole: int) -> float:
    return round(part / whole, 3) if whole else 0.0
