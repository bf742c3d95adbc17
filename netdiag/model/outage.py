"""One failed resource and those behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class OutageState(StrEnum):
    """Where an outage stands in its life."""

    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"
    CLEARING = "clearing"
    CLEARED = "cleared"


class Cause(StrEnum):
    """Why the root failed."""

    POWER = "power"
    FIBRE = "fibre"
    DEVICE = "device"
    CONFIGURATION = "configuration"
    UPSTREAM = "upstream"
    UNKNOWN = "unknown"


class Origin(StrEnum):
    """Who opened it."""

    HAND = "hand"
    INFERENCE = "inference"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """One root resource out of service. `root`: a device, `device:port`, or `site:NAME`.

    `say` holds sentences for the customer per language; empty ones are made from the cause.
    """

    id: str
    root: str
    state: OutageState
    cause: Cause
    origin: Origin
    since: datetime
    expected_end: datetime | None = None
    cleared_at: datetime | None = None
    confidence: float = 1.0
    subscribers: int | None = None
    say: Mapping[str, str] = field(default_factory=dict)
    external: Mapping[str, str] = field(default_factory=dict)

    @property
    def open(self) -> bool:
        """Is it not over yet?"""
        return self.state is not OutageState.CLEARED
