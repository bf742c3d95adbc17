"""Whose turn it is at a device or a ticket, when several processes work with the same ones.

A lease is for seconds and runs out by itself: one who dies gives nothing back. Moments are of the
database's clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from netdiag.store.database import Database
from netdiag.store.fleet import now_of
from netdiag.store.fleet_tables import leases

_RESERVED_FOR = timedelta(seconds=1)  # one who waits asks again more often than that


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """My turn. `fresh`: somebody else may have asked the device a moment ago. `wanted`: another
    waits for it."""

    fresh: bool
    wanted: bool


class Leases:
    """One holder per device."""

    def __init__(self, database: Database, lasts: timedelta = timedelta(seconds=6)) -> None:
        self._database = database
        self._lasts = lasts

    def take(self, device: str, holder: str) -> Lease | None:
        """The turn, or more time for mine. None: another has it, and it is noted that I wait."""
        with self._database.write() as connection:
            now = now_of(connection)
            query = select(leases).where(leases.c.device == device).with_for_update()
            row = connection.execute(query).first()
            if row is None:
                return self._first(connection, device, holder, now)
            mine = row.holder == holder
            wanted = self._wanted(row, holder, now)
            if mine and row.until >= now:
                self._set(connection, device, until=now + self._lasts)
                return Lease(fresh=False, wanted=wanted)
            if row.until >= now or wanted:
                if not wanted:
                    self._set(connection, device, wanted_by=holder, wanted_at=now)
                return None
            self._set(
                connection,
                device,
                holder=holder,
                until=now + self._lasts,
                wanted_by=None,
                wanted_at=None,
            )
            return Lease(fresh=not mine, wanted=False)

    def give_back(self, device: str, holder: str) -> None:
        """What I held there is free; whoever waits for it comes first."""
        with self._database.write() as connection:
            connection.execute(
                update(leases)
                .where(leases.c.device == device, leases.c.holder == holder)
                .values(until=now_of(connection) - timedelta(seconds=1))
            )

    def end(self, device: str, holder: str) -> None:
        """What I held there is free, and nothing of it stays in the store."""
        with self._database.write() as connection:
            connection.execute(
                delete(leases).where(leases.c.device == device, leases.c.holder == holder)
            )

    def _first(
        self, connection: Connection, device: str, holder: str, now: datetime
    ) -> Lease | None:
        values = {"device": device, "holder": holder, "until": now + self._lasts}
        try:
            with connection.begin_nested():
                connection.execute(insert(leases).values(values))
        except IntegrityError:
            return None
        return Lease(fresh=True, wanted=False)

    def _wanted(self, row: Any, holder: str, now: datetime) -> bool:
        """By another than me, who asked for it lately."""
        return (
            row.wanted_by is not None
            and row.wanted_by != holder
            and now - row.wanted_at < _RESERVED_FOR
        )

    @staticmethod
    def _set(connection: Connection, device: str, **values: Any) -> None:
        connection.execute(update(leases).where(leases.c.device == device).values(**values))
