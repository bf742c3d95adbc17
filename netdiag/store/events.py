"""Events that came in: session drops, traps, contacts seen elsewhere. Kept for inference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from netdiag.store.database import Database
from netdiag.store.tables import events

KINDS = ("probe", "session", "verdict", "trap", "contact", "power")
STATES = ("up", "down", "unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """The state of one subject as one source sees it (DESIGN 4.5)."""

    at: datetime
    source: str
    subject: str
    kind: str
    state: str
    detail: Mapping[str, Any] = field(default_factory=dict)


class Events:
    """Events by time of receipt."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, found: Iterable[Event], now: datetime) -> int:
        """Keep them in one transaction; how many."""
        rows = [asdict(event) | {"received_at": now} for event in found]
        if rows:
            with self._database.write() as connection:
                connection.execute(insert(events), rows)
        return len(rows)

    def since(self, moment: datetime, limit: int = 100_000) -> list[Event]:
        """Events received since then, in the order of receipt."""
        query = select(events).where(events.c.received_at >= moment).order_by(events.c.id)
        with self._database.read() as connection:
            rows = [dict(row._mapping) for row in connection.execute(query.limit(limit))]
        return [Event(**{name: row[name] for name in Event.__dataclass_fields__}) for row in rows]
