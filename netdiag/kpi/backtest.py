"""Stored diagnoses against the same facts judged today: what would change, and for the better?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from netdiag.kpi.share import Share
from netdiag.model.words import Side

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejudged:
    """One stored diagnosis: the verdict of then and of today, and what was found."""

    id: str
    at: datetime
    fault_before: str
    side_before: Side
    fault: str
    side: Side
    truth: Side | None = None
    truth_fault: str | None = None

    @property
    def changed(self) -> bool:
        """Another fault, or another side."""
        return (self.fault, self.side) != (self.fault_before, self.side_before)


def backtest(cases: Sequence[Rejudged], not_judged: int) -> Json:
    """What today's rules would say otherwise, in whole, per fault and per side.

    `better` and `worse` count changed sides whose truth is known: right now and not before, right
    before and not now. Undetermined is neither right nor wrong, and never right.
    """
    changed = [case for case in cases if case.changed]
    known = [case for case in cases if case.truth is not None]
    better = [case for case in known if _right(case) and not _was_right(case)]
    worse = [case for case in known if _was_right(case) and not _right(case)]
    return {
        "judged": len(cases),
        "not_judged": not_judged,
        "changed": len(changed),
        "changed_sides": sum(case.side is not case.side_before for case in cases),
        "with_truth": len(known),
        "right_before": Share(sum(map(_was_right, known)), len(known)).document(),
        "right_now": Share(sum(map(_right, known)), len(known)).document(),
        "wrong_before": Share(sum(map(_was_wrong, known)), len(known)).document(),
        "wrong_now": Share(sum(map(_wrong, known)), len(known)).document(),
        "better": len(better),
        "worse": len(worse),
        "by_side": _moves((str(c.side_before), str(c.side)) for c in cases),
        "by_fault": _moves((c.fault_before, c.fault) for c in changed),
        "verdicts": [_document(case) for case in changed],
    }


def _right(case: Rejudged) -> bool:
    return case.side is case.truth


def _was_right(case: Rejudged) -> bool:
    return case.side_before is case.truth


def _wrong(case: Rejudged) -> bool:
    return case.side is not Side.UNDETERMINED and not _right(case)


def _was_wrong(case: Rejudged) -> bool:
    return case.side_before is not Side.UNDETERMINED and not _was_right(case)


def _moves(pairs: Iterable[tuple[str, str]]) -> list[Json]:
    """The most frequent first."""
    counts = Counter(pairs)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [{"before": b, "now": n, "count": count} for (b, n), count in ordered]


def _document(case: Rejudged) -> Json:
    return {
        "id": case.id,
        "at": case.at.isoformat(),
        "before": {"fault": case.fault_before, "side": case.side_before},
        "now": {"fault": case.fault, "side": case.side},
        "found": None if case.truth is None else {"side": case.truth, "fault": case.truth_fault},
    }
