"""Bodies of what is held back and of announced work."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from netdiag.web.models import Body, Key, Moment, Text


class HeldModel(BaseModel):
    """One thing that somebody was not told."""

    outage: str
    root: str
    destination: str
    kind: str
    state: str
    why: str
    at: datetime


class MaintenanceRequest(Body):
    """Announce work: what fails because of it is known, and nobody is woken for it."""

    root: Key = Field(
        description="device, device:port or site:NAME; all that hangs below counts",
        examples=["agg-3"],
    )
    since: Moment | None = Field(
        default=None, description="now, if not given", examples=["2026-05-04T01:00:00+03:00"]
    )
    until: Moment = Field(examples=["2026-05-04T04:00:00+03:00"])
    note: Text = Field(default="", description="for colleagues", examples=["new line card"])


class MaintenanceModel(BaseModel):
    """A maintenance window. `cancelled_at`: a person ended it before its time."""

    id: str = Field(examples=["mw-1f2e3d4c"])
    root: str = Field(examples=["agg-3"])
    since: datetime
    until: datetime
    who: str = Field(examples=["noc-tools"])
    note: str = Field(examples=["new line card"])
    cancelled_at: datetime | None = Field(examples=[None])
