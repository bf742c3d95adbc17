"""Work that was announced: what fails because of it is known, and nobody is woken for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Maintenance:
    """A window. `root`: a device, `device:port` or `site:NAME`; all that hangs below it counts."""

    id: str
    root: str
    since: datetime
    until: datetime
    who: str = ""
    note: str = ""
    cancelled_at: datetime | None = None

    def covers(self, moment: datetime) -> bool:
        """Is it in force then?"""
        over = self.cancelled_at is not None and self.cancelled_at <= moment
        return self.since <= moment < self.until and not over
