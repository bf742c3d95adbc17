"""Maintenance windows: announced, cancelled, kept."""

from __future__ import annotations

import uuid
from dataclasses import asdict, replace
from datetime import datetime

from sqlalchemy import insert, or_, select, update

from netdiag.model.errors import ContentError
from netdiag.model.maintenance import Maintenance
from netdiag.store.database import Database
from netdiag.store.tables import maintenance as table


class MaintenanceError(ContentError):
    """The window cannot be; the text says why."""


class Windows:
    """Maintenance windows by id."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def announce(self, window: Maintenance) -> Maintenance:
        """Enter a window; `id` may be empty. MaintenanceError when it ends before it begins."""
        if window.until <= window.since:
            raise MaintenanceError("A maintenance window ends after it begins. Mend its times.")
        entered = replace(window, id=window.id or f"mw-{uuid.uuid4().hex[:8]}")
        with self._database.write() as connection:
            connection.execute(insert(table).values(asdict(entered)))
        return entered

    def cancel(self, key: str, now: datetime) -> Maintenance:
        """End a window now. MaintenanceError when there is none."""
        with self._database.write() as connection:
            row = connection.execute(select(table).where(table.c.id == key)).one_or_none()
            if row is None:
                raise MaintenanceError(
                    f"There is no window {key!r}. `netdiag outages maintenance list` lists them."
                )
            known = Maintenance(**row._mapping)
            if known.cancelled_at is not None:
                return known
            connection.execute(update(table).where(table.c.id == key).values(cancelled_at=now))
        return replace(known, cancelled_at=now)

    def get(self, key: str) -> Maintenance | None:
        """A window, also one that is over."""
        with self._database.read() as connection:
            row = connection.execute(select(table).where(table.c.id == key)).one_or_none()
        return None if row is None else Maintenance(**row._mapping)

    def current(self, now: datetime) -> list[Maintenance]:
        """Those that are in force or still to come, by their beginning."""
        alive = or_(table.c.cancelled_at.is_(None), table.c.cancelled_at > now)
        query = select(table).where(table.c.until > now, alive).order_by(table.c.since)
        with self._database.read() as connection:
            return [Maintenance(**row._mapping) for row in connection.execute(query)]
