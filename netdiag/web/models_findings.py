"""Bodies of findings of sweeps."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from netdiag.web.models import Answer, Body, Text


class FindingState(StrEnum):
    """Which findings are wanted."""

    OPEN = "open"
    CLOSED = "closed"
    NONSENSE = "nonsense"
    ALL = "all"


class VoteRequest(Body):
    """What a technician says of a finding: true and of use, or nonsense."""

    useful: bool
    remark: Text = ""


class VotedModel(Answer):
    """The finding after the vote; what it is about is for those who may read."""

    id: int
    state: str


class EvidenceModel(BaseModel):
    """One fact that the finding rests on."""

    fact: str
    label: str
    value: Any
    unit: str


class FindingModel(Answer):
    """What a sweep has found at one place."""

    id: int
    rule: str
    title: str
    state: str
    severity: str
    device: str
    port: str | None
    site: str | None
    subscribers: int | None
    sure: float
    rank: float
    since: datetime
    seen_at: datetime
    closed_at: datetime | None
    evidence: list[EvidenceModel]
    say: str
    do: str
    fault: str | None
    desk: str | None
    ticket: str | None
