"""What passes between a source and the inventory: rows, problems, the state of a source."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from netdiag.model.subscriber import Link


class Part(StrEnum):
    """What a table, file or address gives."""

    SUBSCRIBERS = "subscribers"
    DEVICES = "devices"
    LINKS = "links"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something wrong in a source: where (file:line or the row's key) and what, as a sentence."""

    source: str
    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}" if self.place else f"{self.source}: {self.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRow:
    """One row: texts by our field names (empty cells are left out) and where it stands."""

    place: str
    cells: Mapping[str, str]


Note = Callable[[str, str], None]  # place, sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a source's columns and words become ours: field → column, field → word → our word."""

    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def word(self, name: str, text: str) -> str:
        """Our word for a source's word."""
        known = self.values.get(name)
        return known.get(text, text) if known else text


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRow:
    """What one source knows of a device. Rows of one id are merged, the first source first."""

    id: str
    place: str
    host: str | None = None
    role: str | None = None
    platform: str | None = None
    site: str | None = None
    credentials: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    """A link and where it was read."""

    link: Link
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A device that subscribers are said to be on: how many, and where the first one stands."""

    device: str
    subscribers: int
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """One source for `doctor` and the board. Counts are None when it is only looked up live."""

    name: str
    kind: str
    where: str
    subscribers: int | None = None
    devices: int | None = None
    links: int | None = None
    as_of: datetime | None = None  # when its content was read; None: live
    notes: tuple[str, ...] = ()
    available: bool = True

    def __str__(self) -> str:
        """`subscribers.csv (csv): 1200 subscribers`; what it cannot count is looked up live."""
        held = (
            (self.subscribers, "subscribers"), (self.devices, "devices"), (self.links, "links"),
        )  # fmt: skip
        counts = ", ".join(f"{count} {what}" for count, what in held if count is not None)
        told = (counts or "looked up live") if self.available else "cannot be asked now"
        return f"{self.name} ({self.kind}): " + "; ".join((told, *self.notes))


class SourceDownError(Exception):
    """A source cannot answer now; the text says which, why and the way out. Never a secret."""


class CannotTellError(SourceDownError):
    """A source that answers otherwise cannot answer this question."""
