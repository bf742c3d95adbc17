"""Verdicts of the last hours against what is usual at this time of the day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from netdiag.model.words import Side
from netdiag.service.board.state import Share
from netdiag.store.glance import Glance

WINDOW = timedelta(hours=4)
DAYS = 7


def shares(now: Mapping[str, int], before: Sequence[Mapping[str, int]]) -> tuple[Share, ...]:
    """Per side; `before`: the same hours of earlier days, as many as there are."""
    return tuple(
        Share(
            side=side,
            now=now.get(side, 0),
            usual=sum(day.get(side, 0) for day in before) / len(before) if before else None,
        )
        for side in Side
    )


def mix(glance: Glance, at: datetime) -> tuple[Share, ...]:
    """Asked of the store. Days before the first diagnosis are no days with none."""
    first = glance.first_diagnosis()
    ends = [at - timedelta(days=day) for day in range(1, DAYS + 1)]
    days = [
        glance.sides(end - WINDOW, end)
        for end in ends
        if first is not None and end - WINDOW >= first
    ]
    return shares(glance.sides(at - WINDOW, at), days)
