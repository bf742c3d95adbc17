"""What was found: fault, side, how sure, on what evidence, what was not seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from netdiag.model.fact import Absence, Fact, Facts
from netdiag.model.subscriber import Attachment
from netdiag.model.words import AccessKind, Category, Grade, Outcome, Segment, Severity, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Facts that speak for the verdict, against it, and those that nobody could give."""

    supports: tuple[Fact, ...] = ()
    contradicts: tuple[Fact, ...] = ()
    missing: tuple[Absence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Another fault that is still open, and for want of which facts."""

    fault: str
    side: Side
    confidence: float
    open_because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One explained answer."""

    fault: str
    side: Side
    segment: Segment | None
    category: Category
    severity: Severity
    grade: Grade
    confidence: float
    side_confidence: float
    rule_revision: str
    evidence: Evidence
    alternatives: tuple[Alternative, ...] = ()
    also: tuple[tuple[str, Side], ...] = ()
    look_alikes: tuple[str, ...] = ()
    open_nearer: tuple[str, ...] = ()  # faults nearer the core that could not be settled
    weak: bool = False  # leans on a rate over less than 30 s or fewer than 1,000 frames
    hardly_excluded: tuple[str, ...] = ()  # nearer faults that only such a rate excludes
    handed_over: bool = False  # undetermined because a wrong side would cost more
    leading: tuple[str, ...] = ()  # faults in the lead when the verdict is undetermined


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeRun:
    """What became of one probe."""

    probe: str
    device: str | None
    transport: str
    outcome: Outcome
    duration_s: float
    started_s: float = 0.0  # after the start of the diagnosis
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A desk that is told, beside the one that takes it."""

    desk: str
    queue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """Which desk takes it, and by when. Moments are aware, in the customer's time zone."""

    desk: str
    priority: str
    due_at: datetime | None  # restored
    sla: str
    visit: bool
    queue: str = ""
    respond_by: datetime | None = None
    paid: bool = False
    fields: Mapping[str, str] = field(default_factory=dict)  # of the ticket
    copies: tuple[Copy, ...] = ()
    by: tuple[str, ...] = ()  # places of the routes that decided, the outermost first


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """Everything about one attachment at one time; replayable from its facts."""

    id: str
    subscriber: str
    ticket: str | None
    started_at: datetime
    finished_at: datetime
    attachment: Attachment | None
    path: tuple[str, ...]
    facts: Facts
    verdict: Verdict
    routing: Routing
    probes: tuple[ProbeRun, ...]
    demarcation: Side = Side.PROVIDER
    learned: Mapping[str, float] = field(default_factory=dict)  # lessons it was judged with
    language: str = "en"
    timezone: str = "UTC"
    tariff: str | None = None  # class of the contract, as routes ask for it
    site: str | None = None  # of the access device
    access: AccessKind | None = None
    notes: tuple[str, ...] = ()  # what a reader should know beside the verdict
