"""What the days before tell: how a fact is made of the history of another one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A fact that the daily history of another one tells: the other's value of each day (`day`:
    median, max, last), of at most `days` days before today; `take`: median, spread
    (robust deviation), slope (per `per` days, Theil-Sen), best (the largest that held on `least`
    days), max, sum, count. Fewer than `least` days: not known."""

    of: str
    day: str
    take: str
    days: int = 30
    least: int = 5
    per: float = 1.0
    today: bool = False  # today counts, too
    same_weekday: bool = False
