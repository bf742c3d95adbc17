"""How right the verdicts are: sides, calibration, cost."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from netdiag.kpi.match import Pair
from netdiag.kpi.rows import Rows
from netdiag.kpi.share import Share
from netdiag.model.words import Side

BINS = 15
TRUTHS = (Side.PROVIDER, Side.SUBSCRIBER, Side.ACCOUNT, Side.NONE)
DECISIONS = (*TRUTHS, Side.UNDETERMINED)
Matrix = Mapping[Side, Mapping[Side, int]]


@dataclass(frozen=True, slots=True)
class Bin:
    """Verdicts whose stated confidence lies in one fifteenth."""

    low: float
    high: float
    count: int
    stated: float  # mean confidence
    right: float  # share that was right


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """Figures over verdicts whose truth is known."""

    right: Share
    wrong: Share
    undetermined: Share
    wrong_when_decided: Share
    matrix: Matrix
    bins: tuple[Bin, ...]
    calibration_error: float | None
    brier: float | None
    cost: float | None  # per case, in the operator's money
    costed: int  # cases that the cost matrix tells about

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "right": self.right.document(),
            "wrong": self.wrong.document(),
            "undetermined": self.undetermined.document(),
            "wrong_when_decided": self.wrong_when_decided.document(),
            "matrix": {
                str(t): {str(d): n for d, n in row.items()} for t, row in self.matrix.items()
            },
            "calibration": [
                {
                    "low": round(b.low, 4),
                    "high": round(b.high, 4),
                    "count": b.count,
                    "stated": round(b.stated, 4),
                    "right": round(b.right, 4),
                }
                for b in self.bins
            ],
            "expected_calibration_error": _rounded(self.calibration_error),
            "brier": _rounded(self.brier),
            "cost_per_case": _rounded(self.cost),
            "cases_with_cost": self.costed,
        }


def accuracy(pairs: Sequence[Pair], rows: Rows) -> Accuracy:
    """All figures; docs/reference/kpi.md defines each."""
    decided = [p for p in pairs if p.judged.side is not Side.UNDETERMINED]
    right = sum(_right(p) for p in decided)
    stated = [(p.judged.side_confidence, _right(p)) for p in decided if p.judged.side_confidence]
    sure = [(float(c), r) for c, r in stated if c is not None]
    bins = _bins(sure)
    costs = [c for c in (_cost(p, rows) for p in pairs) if c is not None]
    return Accuracy(
        right=Share(right, len(pairs)),
        wrong=Share(len(decided) - right, len(pairs)),
        undetermined=Share(len(pairs) - len(decided), len(pairs)),
        wrong_when_decided=Share(len(decided) - right, len(decided)),
        matrix=matrix(pairs),
        bins=bins,
        calibration_error=_calibration_error(bins),
        brier=math.fsum((c - r) ** 2 for c, r in sure) / len(sure) if sure else None,
        cost=math.fsum(costs) / len(costs) if costs else None,
        costed=len(costs),
    )


def matrix(pairs: Sequence[Pair]) -> Matrix:
    """Truth by row, decision by column."""
    counts = {truth: dict.fromkeys(DECISIONS, 0) for truth in TRUTHS}
    for pair in pairs:
        counts[pair.truth.side][pair.judged.side] += 1
    return counts


def _right(pair: Pair) -> bool:
    return pair.judged.side is pair.truth.side


def _bins(sure: list[tuple[float, bool]]) -> tuple[Bin, ...]:
    found = []
    for number in range(BINS):
        low, high = number / BINS, (number + 1) / BINS
        # The last one holds 1.0 as well.
        its = [(c, r) for c, r in sure if low <= c < high or (c == high == 1.0)]
        if its:
            stated = math.fsum(c for c, _ in its) / len(its)
            right = sum(r for _, r in its) / len(its)
            found.append(Bin(low, high, len(its), stated, right))
    return tuple(found)


def _calibration_error(bins: tuple[Bin, ...]) -> float | None:
    """Mean distance between what was stated and what came true, weighted by count."""
    total = sum(b.count for b in bins)
    if not total:
        return None
    return math.fsum(b.count * abs(b.stated - b.right) for b in bins) / total


def _cost(pair: Pair, rows: Rows) -> float | None:
    """The matrix knows three sides; a case that was none of them on either hand has no price."""
    truth, decision = pair.truth.side, pair.judged.side
    if decision is Side.UNDETERMINED:
        return rows.hand_over.get(truth)
    return rows.costs.get(truth, {}).get(decision)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
