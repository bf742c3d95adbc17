"""One piece of news about an outage, to one destination, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class News(StrEnum):
    """What is told."""

    RAISED = "raised"
    CHANGED = "changed"  # another root, or an expected end
    CLEARED = "cleared"


class NoticeState(StrEnum):
    """What became of it."""

    DUE = "due"  # waits for the others of its group
    HELD = "held"  # quiet hours, a storm, maintenance: `why` says which
    SENDING = "sending"
    SENT = "sent"
    DROPPED = "dropped"  # never told: `why` says why
    FAILED = "failed"  # the destination would not take it


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """News of one outage for one destination."""

    id: int
    key: str
    outage: str
    destination: str
    kind: News
    state: NoticeState
    at: datetime
    why: str = ""
    ended_at: datetime | None = None
    message: str | None = None
