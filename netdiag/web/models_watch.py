"""Bodies of what is held back and of announced work."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel


class HeldModel(BaseModel):
    """One thing that somebody was not told."""

    outage: str
    root: str
    destination: str
    kind: str
    state: str
    why: str
    at: datetime


class MaintenanceModel(BaseModel):
    """A maintenance window."""

    id: str
    root: str
    since: datetime
    until: datetime
    who: str
    note: str
    cancelled_at: datetime | None
