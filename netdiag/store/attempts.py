"""Attempts to sign in, counted over every process of the store."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select, text

from netdiag.store.database import Database
from netdiag.store.tables import attempts

WINDOW = timedelta(minutes=5)
_LOCK = 727_100_236  # pg_advisory_xact_lock: many at once are counted one by one


class Attempts:
    """Failed attempts by key, such as an address; only a digest of the key is kept. After `most`
    of one key within the window the next is not looked at until the oldest is past."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, keys: dict[str, int], now: datetime) -> timedelta:
        """Count an attempt under each key (key → most); how long to wait instead, when one of them
        has too many: then it does not count. Raises StoreError."""
        with self._database.write() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
            connection.execute(delete(attempts).where(attempts.c.at <= now - WINDOW))
            wait = timedelta()
            for key, most in keys.items():
                mine = select(attempts.c.at).where(attempts.c.key == _digest(key))
                newest = connection.execute(mine.order_by(attempts.c.at.desc()).limit(most))
                times = list(newest.scalars())
                if len(times) >= most:
                    wait = max(wait, times[-1] + WINDOW - now)
            if not wait:
                rows = [{"key": _digest(key), "at": now} for key in keys]
                connection.execute(insert(attempts), rows)
        return wait

    def forget(self, key: str) -> None:
        """The right password ends the count of that key."""
        with self._database.write() as connection:
            connection.execute(delete(attempts).where(attempts.c.key == _digest(key)))

    def forgive(self, key: str) -> None:
        """The last one that was counted was none."""
        newest = select(func.max(attempts.c.id)).where(attempts.c.key == _digest(key))
        with self._database.write() as connection:
            connection.execute(delete(attempts).where(attempts.c.id == newest.scalar_subquery()))


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
