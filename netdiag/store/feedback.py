"""What technicians found: the real cause, to be compared with the verdict."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import insert, select

from netdiag.model.finding import Finding
from netdiag.store.database import Database
from netdiag.store.tables import feedback

__all__ = ["Feedback", "Finding"]
_AT_ONCE = 500


class Feedback:
    """Findings by subscriber and time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, finding: Finding) -> int:
        """Keep a finding; its number."""
        with self._database.write() as connection:
            done = connection.execute(insert(feedback).values(asdict(finding)))
            return int(done.inserted_primary_key[0]) if done.inserted_primary_key else 0

    def add_new(self, findings: Iterable[Finding]) -> int:
        """Keep those whose key is not known yet, all or none; how many were new."""
        rows = {finding.key: asdict(finding) for finding in findings}
        with self._database.write() as connection:
            keys = list(rows)
            for start in range(0, len(keys), _AT_ONCE):
                some = feedback.c.key.in_(keys[start : start + _AT_ONCE])
                for known in connection.execute(select(feedback.c.key).where(some)).scalars():
                    rows.pop(known, None)
            if rows:
                connection.execute(insert(feedback), list(rows.values()))
        return len(rows)

    def since(self, moment: datetime, until: datetime | None = None) -> list[Finding]:
        """Findings since then (and before `until`), oldest first."""
        query = select(feedback).where(feedback.c.at >= moment).order_by(feedback.c.at)
        if until is not None:
            query = query.where(feedback.c.at < until)
        names = Finding.__dataclass_fields__
        with self._database.read() as connection:
            rows = [row._mapping for row in connection.execute(query)]
        return [Finding(**{name: row[name] for name in names}) for row in rows]
