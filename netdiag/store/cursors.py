"""How far somebody has read, and what he knew then: one small text per name."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select

from netdiag.store.database import Database
from netdiag.store.tables import cursors


class Cursors:
    """Texts by name, replaced whole."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str) -> Any:
        """The value, or None when there is none."""
        with self._database.read() as connection:
            found = connection.execute(
                select(cursors.c.place).where(cursors.c.name == name)
            ).scalar()
        return None if found is None else json.loads(found)

    def put(self, name: str, value: Any, now: datetime) -> None:
        """Keep a JSON value under a name."""
        row = {"name": name, "at": now, "place": json.dumps(value, ensure_ascii=False)}
        with self._database.write() as connection:
            connection.execute(delete(cursors).where(cursors.c.name == name))
            connection.execute(insert(cursors).values(row))
