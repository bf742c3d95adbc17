"""Rows that the figures are worked out of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from netdiag.model.ticket import Case, Happened, Origin, TicketEvent
from netdiag.model.words import Grade, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One diagnosis. `again`: a second look after somebody said that it is done, or while a ticket
    waited; it is no new contact."""

    id: str
    subscriber: str
    ticket: str | None
    started_at: datetime
    finished_at: datetime
    fault: str
    side: Side
    grade: Grade
    confidence: float
    side_confidence: float | None  # None: kept by an older version
    site: str | None = None
    desk: str | None = None
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """A finding, as far as it can be held against a verdict: at least its side is known."""

    at: datetime
    subscriber: str
    side: Side
    fault: str | None = None
    diagnosis: str | None = None
    ticket: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """One ticket with its events, oldest first."""

    case: Case
    events: tuple[TicketEvent, ...]

    def all(self, *kinds: Happened) -> list[TicketEvent]:
        """Events of these kinds."""
        return [event for event in self.events if event.kind in kinds]

    def first(self, *kinds: Happened) -> TicketEvent | None:
        """The first event of these kinds."""
        return next(iter(self.all(*kinds)), None)

    @property
    def opened_at(self) -> datetime:
        """When it was opened, as far as it is known."""
        first = self.events[0].at if self.events else self.case.changed_at
        return self.case.opened_at or first


@dataclass(frozen=True, kw_only=True)
class Rows:
    """All that one report is made of."""

    diagnoses: tuple[Judged, ...] = ()
    truths: tuple[Truth, ...] = ()
    lives: tuple[Life, ...] = ()
    subscribers: int | None = None
    costs: Mapping[Side, Mapping[Side, float]] = field(default_factory=dict)
    hand_over: Mapping[Side, float] = field(default_factory=dict)

    @cached_property
    def by_subscriber(self) -> dict[str, list[Life]]:
        """Tickets that people opened, by whose they are."""
        found: dict[str, list[Life]] = {}
        for life in self.lives:
            if life.case.subscriber is not None and life.case.origin is Origin.PERSON:
                found.setdefault(life.case.subscriber, []).append(life)
        return found

    @cached_property
    def found(self) -> dict[str, Side]:
        """What was found, by ticket and by diagnosis; the last finding of each counts."""
        by_time = sorted(self.truths, key=lambda one: one.at)
        return {key: one.side for one in by_time for key in (one.ticket, one.diagnosis) if key}


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumed:
    """What no row tells: the operator's own figures."""

    repeat: timedelta = timedelta(days=7)  # another contact within it is a repeat
    match: timedelta = timedelta(days=7)  # a finding without a reference fits a diagnosis so old
    handling_s: float = 300.0  # of one contact, with what is written down after it
    within_s: float = 20.0
    answered: float = 0.8
    most_busy: float = 0.85
