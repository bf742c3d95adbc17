"""The line's own history, for one diagnosis: what it tells beforehand, what is added after."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from netdiag.model.content import Content
from netdiag.model.fact import Facts, Reading
from netdiag.model.words import Side
from netdiag.probing.past import worth_noting
from netdiag.probing.usual import remembered
from netdiag.store.history import History
from netdiag.store.readings import Place


def past_of(
    history: History | None, place: Place, content: Content, now: datetime, timezone: str
) -> tuple[Reading, ...]:
    """Facts of the line's past, those that this content knows; without a history none."""
    if history is None:
        return ()
    told = remembered(history.of(place), now, ZoneInfo(timezone))
    return tuple(one for one in told if one.name in content.vocabulary)


def add_to(history: History | None, place: Place, facts: Facts, side: Side) -> None:
    """Remember what this diagnosis read of the line."""
    if history is not None:
        history.note(place, worth_noting(facts, side))
