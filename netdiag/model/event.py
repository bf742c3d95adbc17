"""The state of one subject as one source sees it (DESIGN 4.5): what inference is fed with."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

KINDS = ("probe", "session", "verdict", "trap", "contact", "power")
STATES = ("up", "down", "unknown")
CAUSES = ("power", "fibre", "device", "configuration", "upstream")  # what patterns may hint at


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """`key` makes the same event the same when it comes again; empty: its own words do."""

    at: datetime
    source: str
    subject: str
    kind: str
    state: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    key: str = ""

    @property
    def once(self) -> str:
        """The key under which it is kept once, 32 characters."""
        told = self.key or f"{self.subject}\0{self.kind}\0{self.state}\0{self.at.timestamp():.3f}"
        return hashlib.blake2b(f"{self.source}\0{told}".encode(), digest_size=16).hexdigest()
