"""Rows of a small town's desk, made by hand: every figure can be counted on fingers."""

from datetime import UTC, datetime, timedelta
from typing import Any

from netdiag.kpi.rows import Judged, Life, Truth
from netdiag.model.ticket import Case, Happened, TicketEvent, TicketState
from netdiag.model.words import Grade, Side

MONDAY = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)  # 09:00 in Moscow
H, D = timedelta(hours=1), timedelta(days=1)


def judged(ident: str, side: Side, at: datetime = MONDAY, **more: Any) -> Judged:
    given: dict[str, Any] = {
        "id": ident,
        "subscriber": "petrov",
        "ticket": None,
        "started_at": at,
        "finished_at": at + timedelta(seconds=2),
        "fault": f"{side}.x",
        "side": side,
        "grade": Grade.PROBABLE,
        "confidence": 0.5,
        "side_confidence": 0.0 if side is Side.UNDETERMINED else 0.9,
    }
    return Judged(**given | more)


def truth(side: Side, at: datetime = MONDAY + H, **more: Any) -> Truth:
    return Truth(**{"at": at, "subscriber": "petrov", "side": side} | more)


_numbers = iter(range(1, 10_000))


def ticket(*events: tuple[Happened, timedelta], at: datetime = MONDAY, **more: Any) -> Life:
    """A ticket with events so long after it was opened; closed two hours later."""
    number = next(_numbers)
    case: dict[str, Any] = {
        "id": number,
        "system": "rt",
        "external_id": str(number),
        "subscriber": f"sub-{number}",
        "state": TicketState.CLOSED,
        "opened_at": at,
        "closed_at": at + 2 * H,
        "changed_at": at + 2 * H,
    }
    lines = [(Happened.RECEIVED, timedelta()), *events]
    return Life(
        case=Case(**case | more),
        events=tuple(
            TicketEvent(at=at + after, kind=kind, who="desk", key=str(n))
            for n, (kind, after) in enumerate(lines)
        ),
    )
