"""A way that is gone while all that hang on it are reached another way: no outage, and no calm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Weakened:
    """`resource` failed `since`; inference saw it at `seen_at`. `dependents` go on with fewer
    paths. `told_at`: it lasted, and became news; `ended_at`: it is back, or an outage now."""

    id: str
    resource: str
    dependents: tuple[str, ...]
    since: datetime
    seen_at: datetime
    told_at: datetime | None = None
    ended_at: datetime | None = None
