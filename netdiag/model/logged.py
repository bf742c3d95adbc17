"""One line that a device wrote into its log and sent to us."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """`at` is when we received it: clocks of devices are often wrong. `severity` and `facility` are
    RFC 5424's numbers, None where the line does not tell."""

    at: datetime
    device: str
    text: str
    severity: int | None = None
    facility: int | None = None
