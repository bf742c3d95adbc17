"""One act on a ticket system, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class LetterState(StrEnum):
    """What became of one act on a ticket system."""

    BEGUN = "begun"  # perhaps it arrived: it is looked for before it is sent again
    DONE = "done"
    DEAD = "dead"  # given up; a person can send it again
    RESENT = "resent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One act on a ticket system: what, how often tried, how it ended."""

    id: int
    key: str
    system: str
    external_id: str
    act: str
    state: LetterState
    attempts: int
    begun_at: datetime
    ended_at: datetime | None
    error: str
    result: str
    work: Mapping[str, Any]
