"""The record of what people changed: outages, users, sign-ins. One line each, for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import insert, select

from netdiag.store.database import Database
from netdiag.store.schema import audit


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """Who did what to which thing. Never a secret, never personal data of a subscriber."""

    at: datetime
    who: str
    what: str
    thing: str
    detail: str = ""


class Changes:
    """Lines by time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, line: Changed) -> None:
        """Write one line."""
        row = {
            "at": line.at.astimezone(UTC).replace(tzinfo=None),
            "who": line.who[:100],
            "what": line.what,
            "device": line.thing[:200],
            "port": "",
            "why": line.detail,
        }
        with self._database.write() as connection:
            connection.execute(insert(audit).values(row))

    def since(self, moment: datetime) -> list[Changed]:
        """Lines since then, oldest first."""
        begin = moment.astimezone(UTC).replace(tzinfo=None)
        query = select(audit).where(audit.c.at >= begin).order_by(audit.c.id)
        with self._database.read() as connection:
            return [
                Changed(
                    at=row.at.replace(tzinfo=UTC),
                    who=row.who,
                    what=row.what,
                    thing=":".join(filter(None, (row.device, row.port))),
                    detail=row.why,
                )
                for row in connection.execute(query)
            ]
