"""Bodies of the API, as OpenAPI shows them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from netdiag.model.outage import Cause, OutageState
from netdiag.model.words import Side

Key = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]
Text = Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00]*$")]
Word = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[a-z0-9._-]+$")]
Say = dict[Literal["en", "ru", "fa"], Text]
Json = dict[str, Any]


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a time needs an offset, such as 2026-01-31T18:00:00+03:00")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("the time lies outside the years 1 to 9999") from None


def _plain(detail: Json) -> Json:
    try:
        json.dumps(detail, allow_nan=False)
    except (ValueError, RecursionError):
        raise ValueError("it is nested too deeply, or holds NaN or Infinity") from None
    return detail


Moment = Annotated[datetime, AfterValidator(_utc)]


class Body(BaseModel):
    """A request; unknown keys are refused, so that a misspelt one is not lost."""

    model_config = ConfigDict(extra="forbid")


class DiagnosisRequest(Body):
    """Diagnose one subscriber."""

    subscriber: Key = Field(
        description="id, login, phone, IP, MAC or device:port", examples=["100234"]
    )
    ticket: Key | None = Field(default=None, examples=["OTRS-4711"])
    symptom: Word | None = Field(default=None, description="what the customer reports")
    wait_s: float = Field(
        default=0, ge=0, le=300, description="answer in place when it takes no longer", examples=[3]
    )


class Answer(BaseModel):
    """An answer may gain keys in a later version."""

    model_config = ConfigDict(extra="allow")


class VerdictModel(Answer):
    """Which fault, whose, how sure."""

    fault: str = Field(examples=["provider.line.port-errors"])
    title: str
    side: str = Field(examples=["provider"])
    segment: str | None
    category: str
    grade: str
    confidence: float
    side_confidence: float
    severity: str
    rule: str
    rule_revision: str


class DiagnosisModel(Answer):
    """The JSON of one diagnosis."""

    id: str
    subscriber: str
    ticket: str | None
    started_at: datetime
    finished_at: datetime
    duration_s: float
    attachment: Json | None
    verdict: VerdictModel
    alternatives: list[Json]
    evidence: Json
    also: list[Json]
    say: dict[str, str]
    next_steps: list[str]
    route: Json
    outage: Json | None
    probes: list[Json]


class PendingModel(BaseModel):
    """Accepted; not finished yet."""

    id: str
    state: str = Field(examples=["accepted"])
    location: str


class OutageRequest(Body):
    """Announce an outage."""

    root: Key = Field(description="device, device:port or site:NAME", examples=["sw-17"])
    cause: Cause = Cause.UNKNOWN
    since: Moment | None = None
    expected_end: Moment | None = None
    note: Text = ""
    say: Say = Field(default_factory=dict, description="language → sentence")


class OutageChange(Body):
    """A note, a new expected end, another cause, or its end."""

    note: Text = ""
    state: OutageState | None = None
    cause: Cause | None = None
    expected_end: Moment | None = None
    say: Say | None = None


class OutageModel(Answer):
    """One outage."""

    id: str
    root: str
    state: str
    cause: str
    origin: str
    since: datetime
    expected_end: datetime | None
    cleared_at: datetime | None
    confidence: float
    subscribers: int | None
    say: dict[str, str]


class OutageDetail(OutageModel):
    """One outage with its life."""

    log: list[Json]


class StatusModel(Answer):
    """What the voice menu tells a caller. No probe is sent for it."""

    subscriber: str
    outage: OutageModel | None
    last_verdict: Json | None
    page: str | None = None
    say: dict[str, str] | None


class FeedbackRequest(Body):
    """What the technician found."""

    subscriber: Key
    diagnosis: Annotated[Key, Field(max_length=64)] | None = None
    ticket: Key | None = Field(default=None, examples=["OTRS-4711"])
    fault: Word | None = Field(default=None, examples=["provider.line.cable-fault"])
    side: Side | None = None
    remark: Text = ""


class EventRequest(Body):
    """Something seen elsewhere: a session drop, a trap, a contact."""

    t: Moment | None = Field(default=None, description="when it happened; now, if not given")
    subject: Key = Field(description="subscriber, device or device:port", examples=["sub-000123"])
    kind: Literal["probe", "session", "verdict", "trap", "contact", "power"]
    state: Literal["up", "down", "unknown"]
    detail: Annotated[Json, AfterValidator(_plain)] = Field(default_factory=dict)


class EventsTaken(BaseModel):
    """How many were taken in, and how many of them had not come before."""

    taken: int
    new: int


class Accepted(BaseModel):
    """Taken in."""

    id: str
    again: bool = False


class ProblemModel(Answer):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
