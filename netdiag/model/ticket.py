"""A ticket's life as netdiag keeps it: its state of now, and every event with its time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class TicketState(StrEnum):
    """Where a ticket stands, in words that every ticket system's own are mapped to."""

    OPEN = "open"
    RESOLVED = "resolved"  # somebody says that it is done
    CLOSED = "closed"  # it is: verified, or nobody asks any more
    MERGED = "merged"  # it lives on in another one
    GONE = "gone"  # deleted there


LIVE = (TicketState.OPEN, TicketState.RESOLVED)


class Origin(StrEnum):
    """Who opened it."""

    PERSON = "person"
    PROACTIVE = "proactive"
    OUTAGE = "outage"  # the parent of all tickets behind one outage


class Happened(StrEnum):
    """One event of a ticket's life."""

    RECEIVED = "received"  # netdiag heard of it for the first time
    CONTACT = "contact"  # the customer wrote or called again
    UNIDENTIFIED = "unidentified"  # nobody in the inventory fits
    DIAGNOSED = "diagnosed"
    ROUTED = "routed"  # netdiag set desk, priority and deadline
    MOVED = "moved"  # a person gave it to another desk
    BOUNCED = "bounced"  # it came back to a desk that had it before
    ESCALATED = "escalated"  # too many bounces: a person decides
    KEPT = "kept"  # a person's queue or priority was left as it is
    RESOLVED = "resolved"
    VERIFIED = "verified"  # diagnosed again after that, and the fault is gone
    UNVERIFIED = "unverified"  # diagnosed again, and it cannot be told
    WARNED = "warned"  # the fault is still there, and the desk was told so
    REOPENED = "reopened"  # the fault is still there, or somebody opened it again
    CLOSED = "closed"
    HEALED = "healed"  # the fault went away while the ticket waited
    RETURNED = "returned"  # and it is there again
    REPEAT = "repeat"  # the same subscriber had a ticket a few days ago
    DUPLICATE = "duplicate"  # the same subscriber has an open ticket
    OUTAGE_LINKED = "outage-linked"
    OUTAGE_CLEARED = "outage-cleared"
    VISIT_ORDERED = "visit-ordered"
    VISIT_CANCELLED = "visit-cancelled"
    ANSWERED = "answered"  # the customer was written to
    PROACTIVE = "proactive"  # opened by netdiag after a finding
    MERGED = "merged"
    GONE = "gone"
    DEAD_LETTER = "dead-letter"  # something could not be sent to the ticket system


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A ticket of one ticket system, as netdiag knows it. `id` 0: it is not in the store yet.

    `fields` is what netdiag saw and set there last: by it a person's change is told.
    """

    id: int = 0
    system: str
    external_id: str
    subscriber: str | None = None
    diagnosis: str | None = None
    outage: str | None = None
    fault: str | None = None
    side: str | None = None
    site: str | None = None
    desk: str | None = None
    queue: str | None = None
    priority: str | None = None
    due_at: datetime | None = None
    visit: bool | None = None
    origin: Origin = Origin.PERSON
    repeat_of: int | None = None
    state: TicketState = TicketState.OPEN
    bounces: int = 0
    opened_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    changed_at: datetime
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def live(self) -> bool:
        """Does anybody still work on it, or wait for it to be verified?"""
        return self.state in LIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketEvent:
    """One line of a ticket's life. `key`: the same event again is not a second line."""

    at: datetime
    kind: Happened
    who: str
    key: str
    diagnosis: str | None = None
    outage: str | None = None
    fault: str | None = None
    side: str | None = None
    desk: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
