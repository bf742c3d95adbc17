"""What netdiag needs of a ticket system, and the words for how that ends."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from netdiag.model.errors import NetdiagError
from netdiag.model.ticket import TicketState


class Ability(StrEnum):
    """What a ticket system lets others do. What it does not is said, and is no failure."""

    READ = "read"
    CREATE = "create"
    NOTE = "note"
    ANSWER = "answer"  # a text that the customer gets
    CHANGE = "change"  # queue, priority, deadline, fields
    STATE = "state"  # close and open again
    LINK = "link"
    POLL = "poll"  # which tickets changed since a moment
    HISTORY = "history"  # what people did to a ticket, one after the other


class DeskError(NetdiagError):
    """A ticket system did not do what it was asked."""


class RefusedError(DeskError):
    """It refused for good: asking again is of no use before somebody mends something."""


class TooLargeError(RefusedError):
    """The answer is larger than what is read."""


class NotNowError(DeskError):
    """It could not be reached, or was too busy: the same again may well succeed."""


class GoneError(DeskError):
    """There is no such ticket there, or there is no more."""


class HiddenError(GoneError):
    """There is no such ticket for us: it is gone, or we may not see it. That system tells which to
    nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A ticket as its system shows it now. Names of queue, priority and fields are its own."""

    id: str
    state: TicketState
    status: str = ""  # its own word for the state
    subject: str = ""
    queue: str | None = None
    priority: str | None = None
    due_at: datetime | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    requestors: tuple[str, ...] = ()  # addresses
    changed_by: str | None = None
    created_at: datetime | None = None
    merged_into: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What people did to a ticket, oldest first. `upto`: the number to ask from the next time."""

    upto: int
    moves: tuple[tuple[str, str], ...] = ()  # from queue, to queue
    turns: tuple[tuple[str, str], ...] = ()  # from status, to status, in its own words
    writers: tuple[str, ...] = ()  # who wrote to the other side: addresses


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A ticket that is to be made."""

    subject: str
    text: str
    queue: str | None = None
    priority: str | None = None
    due_at: datetime | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    requestor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is to be set; None leaves it. `parent`: the ticket that it hangs below."""

    queue: str | None = None
    priority: str | None = None
    due_at: datetime | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    state: TicketState | None = None
    parent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """It was done. `id`: what the far side calls it. `refused`: which parts of it were not taken,
    by name, and why; known only after reading back, since some systems say 200 to everything."""

    id: str
    refused: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What a ticket system says in its call: which ticket, and what it adds of its own accord."""

    ticket: str
    kind: str = "changed"  # create, contact, changed: a hint, the ticket itself is read
    by: str | None = None
    subscriber: str | None = None
    symptom: str | None = None
    text: str | None = None
    requestor: str | None = None
    queue: str | None = None
    state: str | None = None
    priority: str | None = None
    moves: tuple[tuple[str, str], ...] = ()  # from queue, to queue, oldest first


class Desk(Protocol):
    """One ticket system. Each act may come twice: `again` says that it was perhaps done before, and
    then it is looked for by `mark` (see `mark_of`) before it is done.

    All raise RefusedError, NotNowError or GoneError; an act that is not among `abilities` is never
    asked for.
    """

    @property
    def abilities(self) -> frozenset[Ability]:
        """What it lets us do."""

    async def read(self, ticket: str) -> Seen:
        """The ticket of now; `merged_into` when it lives on in another."""

    async def text(self, ticket: str, most: int) -> str:
        """What the customer wrote first, at most so many characters of it."""

    async def create(self, draft: Draft, mark: str, *, again: bool) -> Done:
        """Make a ticket."""

    async def note(
        self, ticket: str, text: str, mark: str, *, answer: str | None = None, again: bool
    ) -> Done:
        """Add a text for colleagues; with `answer`, its subject, one for the customer."""

    async def change(self, ticket: str, change: Change, mark: str) -> Done:
        """Set what the change names."""

    async def history(self, ticket: str, after: int | None) -> History:
        """What people, not netdiag, did behind that number; None: only where it stands."""

    async def changed(self, since: datetime) -> list[tuple[str, str]]:
        """(ticket, a word for this change) of what others changed since then."""

    async def close(self) -> None:
        """Close connections."""


def mark_of(key: str) -> str:
    """The mark that an act leaves on the far side, where it can be found again."""
    return "netdiag-" + hashlib.sha256(key.encode()).hexdigest()[:12]


def subject_of(answer: str | None, mark: str) -> str:
    """What stands above a text: the mark, and before it what a customer reads in his mail."""
    return f"{answer} [{mark}]" if answer else mark


def event_moves(value: Any) -> tuple[tuple[str, str], ...]:
    """Moves of a foreign event, `[[from, to], …]`, at most 20; () when it has none."""
    if not isinstance(value, list):
        return ()
    pairs = [one for one in value[:20] if isinstance(one, list) and len(one) == 2]
    named = [(event_text(start), event_text(end)) for start, end in pairs]
    return tuple((start, end) for start, end in named if start and end)


def event_text(value: Any) -> str | None:
    """A text of a foreign event, at most 200 characters; None when it is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip() or "\x00" in value:
        return None
    return value.strip()[:200]
