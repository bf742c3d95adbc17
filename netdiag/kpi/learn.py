"""What technicians' findings teach about each rule: how often it was right, and by how many
decibans its score should move. Slowly: some closing codes are wrong, and few cases say little."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from netdiag.kpi.beta import interval
from netdiag.kpi.match import Pair
from netdiag.kpi.rows import Truth

START = (2.0, 0.5)  # Beta count of a rule that nobody has judged yet
_EDGE = 0.02  # shares nearer to 0 or 1 are not told apart
_RETIRE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """How far closing codes are trusted."""

    wrong_codes: float = 0.125  # this share of them is wrong
    pseudo_cases: float = 20.0  # the rule's own word weighs as many cases
    most_db: float = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One rule's record. `confirmed` is what was found, before wrong codes are allowed for;
    `share` the estimate after it, between `low` and `high` with 90 %."""

    fault: str
    cases: int
    confirmed: int
    stated: float
    share: float
    low: float
    high: float
    shift_db: float

    @property
    def doubtful(self) -> bool:
        """It is more often wrong than right, as far as can be told: look at it, or retire it."""
        return self.high < _RETIRE


def lessons(pairs: Sequence[Pair], doubt: Doubt) -> tuple[Lesson, ...]:
    """A lesson for every fault that was a verdict and of which somebody found out more; those
    with the most cases first. The pairs hold the confidence without any earlier lesson."""
    usual = _usual([pair.truth for pair in pairs])
    found: dict[str, list[Pair]] = {}
    for pair in pairs:
        if pair.judged.confidence > 0:  # undetermined claims nothing
            found.setdefault(pair.judged.fault, []).append(pair)
    made = (_lesson(fault, its, usual, doubt) for fault, its in found.items())
    return tuple(sorted(made, key=lambda one: (-one.cases, one.fault)))


def agrees(pair: Pair) -> bool:
    """Does the finding confirm the verdict: the fault when one was named, else the side?"""
    if pair.truth.fault is not None:
        return pair.truth.fault == pair.judged.fault
    return pair.truth.side is pair.judged.side


def _lesson(fault: str, pairs: list[Pair], usual: Counter[str], doubt: Doubt) -> Lesson:
    cases, confirmed = len(pairs), sum(agrees(pair) for pair in pairs)
    stated = math.fsum(_stated(pair) for pair in pairs) / cases
    by_chance = math.fsum(_by_chance(pair, usual) for pair in pairs) / cases
    share = _without_wrong_codes(confirmed / cases, by_chance, doubt.wrong_codes)
    low, high = interval(START[0] + cases * share, START[1] + cases * (1 - share))
    weighed = cases + doubt.pseudo_cases
    slow = (cases * share + doubt.pseudo_cases * stated) / weighed
    shift = _decibans(slow) - _decibans(stated)
    return Lesson(
        fault=fault,
        cases=cases,
        confirmed=confirmed,
        stated=round(stated, 4),
        share=round(share, 4),
        low=round(low, 4),
        high=round(high, 4),
        shift_db=round(max(-doubt.most_db, min(doubt.most_db, shift)), 2),
    )


def _without_wrong_codes(agreed: float, by_chance: float, wrong: float) -> float:
    """The share of right verdicts behind a share of agreeing codes. A code agrees when it is right
    and so is the verdict, or when both are wrong and it names the fault by chance:
    agreed = share · (1 − wrong) + (1 − share) · wrong · by_chance."""
    chance = wrong * by_chance
    return min(1.0, max(0.0, (agreed - chance) / max(0.1, 1 - wrong - chance)))


def _stated(pair: Pair) -> float:
    """The confidence that the finding can be held against."""
    judged = pair.judged
    return judged.confidence if pair.truth.fault else judged.side_confidence or judged.confidence


def _usual(truths: Iterable[Truth]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for truth in truths:
        counts[truth.fault or f"side:{truth.side}"] += 1
    return counts


def _by_chance(pair: Pair, usual: Counter[str]) -> float:
    """How often a code of this kind names just this fault or side, whatever it was."""
    key = pair.judged.fault if pair.truth.fault else f"side:{pair.judged.side}"
    of_kind = sum(n for k, n in usual.items() if k.startswith("side:") is (not pair.truth.fault))
    return usual[key] / of_kind if of_kind else 0.0


def _decibans(share: float) -> float:
    inside = min(1 - _EDGE, max(_EDGE, share))
    return 10 * math.log10(inside / (1 - inside))
