"""Answers of the inventory."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from netdiag.inventory.keys import By
from netdiag.model.subscriber import Attachment, Subscriber


class FoundKind(StrEnum):
    """What became of a key."""

    ONE = "one"
    SEVERAL = "several"  # ambiguous: a person has to choose
    PORT = "port"  # a port of a known device, with no subscriber on it
    NOBODY = "nobody"  # every source that could know was asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Whom a key means. `by` says how it matched; `notes` name sources that could not be asked."""

    key: str
    kind: FoundKind
    by: By | None = None
    subscribers: tuple[Subscriber, ...] = ()
    attachment: Attachment | None = None  # of the one subscriber, or the port that was named
    notes: tuple[str, ...] = ()

    @property
    def subscriber(self) -> Subscriber | None:
        """The one subscriber, or None when there is none or several."""
        return self.subscribers[0] if self.kind is FoundKind.ONE else None

    @property
    def ambiguous(self) -> bool:
        """Do several subscribers match?"""
        return self.kind is FoundKind.SEVERAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """Who is behind a device or one of its ports.

    `subscribers` are the ids of all who lose service when it fails; `devices` those that no other
    path reaches; `redundant` hang below it too, but have another path, or nothing is known of
    one. `weakened` are those of `redundant` that another path is known to reach: they go on, with
    their redundancy lost. `complete` is false when some source could not tell; `notes` say which
    and why.
    """

    device: str
    port: str | None
    subscribers: tuple[str, ...]
    devices: tuple[str, ...] = ()
    redundant: tuple[str, ...] = ()
    weakened: tuple[str, ...] = ()
    complete: bool = True
    notes: tuple[str, ...] = ()
