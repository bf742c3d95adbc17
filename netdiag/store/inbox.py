"""What was accepted from outside, once each. The same delivery again is answered, not repeated."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from netdiag.store.database import Database
from netdiag.store.tables import inbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A delivery in the inbox. `again`: it was there before; `same`: with the same body."""

    source: str
    delivery: str
    work: str | None
    again: bool = False
    same: bool = True
    body: str = ""  # of one that was there before


class Inbox:
    """Deliveries by (source, delivery id)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def accept(
        self, source: str, delivery: str, *, raw: str, body: str, work: str | None, now: datetime
    ) -> Accepted:
        """Take a delivery in, with the id of the work that it will be; `raw` tells whether a
        repeated one is the same, `body` is what the work needs. Raises StoreError: then it was
        not accepted, and the sender has to be told so."""
        row = {
            "source": source,
            "delivery": delivery,
            "received_at": now,
            "digest": _digest(raw),
            "body": body,
            "work": work,
        }
        with self._database.write() as connection:
            try:
                with connection.begin_nested():
                    connection.execute(insert(inbox).values(row))
            except IntegrityError:
                found = connection.execute(
                    select(inbox).where(inbox.c.source == source, inbox.c.delivery == delivery)
                ).one()
                return Accepted(
                    source=source,
                    delivery=delivery,
                    work=found.work,
                    again=True,
                    same=found.digest == _digest(raw),
                    body=found.body,
                )
        return Accepted(source=source, delivery=delivery, work=work)

    def give_back(self, source: str, delivery: str) -> None:
        """It could not be carried out after all, and the sender is told so: it may come again."""
        with self._database.write() as connection:
            connection.execute(
                delete(inbox).where(inbox.c.source == source, inbox.c.delivery == delivery)
            )

    def since(self, moment: datetime) -> list[tuple[str, str]]:
        """(work, body) of what was accepted as work since then, oldest first."""
        query = (
            select(inbox.c.work, inbox.c.body)
            .where(inbox.c.received_at >= moment, inbox.c.work.is_not(None))
            .order_by(inbox.c.id)
        )
        with self._database.read() as connection:
            return [(row.work, row.body) for row in connection.execute(query)]


def _digest(raw: str) -> str:
    return hashlib.sha256(raw.encode()).hexdigest()
