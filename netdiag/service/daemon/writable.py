"""Can the store be written now? Tried with a row, not by what its permissions say."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from sqlalchemy import delete, insert

from netdiag.store.database import Database, StoreError
from netdiag.store.tables import cursors


def unwritable(database: Database) -> str:
    """Why it cannot, empty when it can: a small row is written, and taken away again. Blocking."""
    row = {"name": f"try-{uuid.uuid4().hex}", "at": datetime.now(UTC), "place": "null"}
    try:
        with database.write() as connection:
            connection.execute(insert(cursors).values(row))
        with database.write() as connection:
            connection.execute(delete(cursors).where(cursors.c.name == row["name"]))
    except StoreError as error:
        return str(error)
    return ""
