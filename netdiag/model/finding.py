"""What it really was, by somebody who was there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The real cause of one case. It names its diagnosis, its ticket, or only the subscriber.

    `fault` or `side` is what was found; neither: nobody could tell. `code` is the closing code as
    it came. `key`: the same finding again is the same row.
    """

    at: datetime
    who: str
    subscriber: str
    diagnosis: str | None = None
    ticket: str | None = None
    fault: str | None = None
    side: str | None = None
    remark: str = ""
    code: str | None = None
    key: str | None = None
