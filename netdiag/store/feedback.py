"""What technicians found: the real cause, to be compared with the verdict."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from netdiag.store.database import Database
from netdiag.store.tables import feedback


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The real cause of one case, by somebody who was there."""

    at: datetime
    who: str
    subscriber: str
    diagnosis: str | None = None
    fault: str | None = None
    side: str | None = None
    remark: str = ""


class Feedback:
    """Findings by subscriber and time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, finding: Finding) -> int:
        """Keep a finding; its number."""
        row = {name: getattr(finding, name) for name in Finding.__dataclass_fields__}
        with self._database.write() as connection:
            done = connection.execute(insert(feedback).values(row))
            return int(done.inserted_primary_key[0]) if done.inserted_primary_key else 0

    def since(self, moment: datetime) -> list[Finding]:
        """Findings since then, oldest first."""
        query = select(feedback).where(feedback.c.at >= moment).order_by(feedback.c.at)
        with self._database.read() as connection:
            rows = [dict(row._mapping) for row in connection.execute(query)]
        for row in rows:
            row.pop("id")
        return [Finding(**row) for row in rows]
