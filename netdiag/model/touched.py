"""One test that touched a subscriber's service: who, when, what, why, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class TouchState(StrEnum):
    """How far it has got."""

    OPEN = "open"  # something was changed, or is about to be; the undo has not been confirmed
    DONE = "done"  # over, and everything is as before
    RESTORED = "restored"  # netdiag died in the middle; another process has undone it


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """A line of the journal. `undo` is the JSON of the change that undoes it; empty when the test
    ends by itself. `due_at`: until then its process is at it; later nobody is."""

    id: str
    begun_at: datetime
    who: str
    what: str
    device: str
    port: str
    subscriber: str
    transport: str
    due_at: datetime
    host: str
    pid: int
    ticket: str | None = None
    undo: str = ""
    ended_at: datetime | None = None
    state: TouchState = TouchState.OPEN
    outcome: str = ""
