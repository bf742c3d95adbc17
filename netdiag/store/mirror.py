"""A copy of what is remembered of a site, beside its worker: enough to sweep without the store.

Only what differs crosses the line. The copy has the schema of the store, in a SQLite file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, Table, and_, delete, func, insert, or_, select

from netdiag.store.cursors import Cursors
from netdiag.store.database import Database
from netdiag.store.fleet_tables import workers
from netdiag.store.sweep_tables import finding_votes, findings, sweep_days, sweep_devices, sweeps

BITE = 50  # devices of one statement: about 100 kB over a line that may be thin
HIGHEST = "mirror.highest"  # cursor of the copy: findings above this id are its own
_NONSENSE = timedelta(days=90)


class Mirror:
    """Copies `sites` of `central` into `local`. Not while the copy holds sweeps of its own."""

    def __init__(self, central: Database, local: Database, sites: Sequence[str]) -> None:
        self._central = central
        self._local = local
        self._sites = tuple(sites)
        self._seen: dict[str, Any] = {}
        self._next = 0  # device whose days are looked at next

    def take(self, now: datetime) -> int:
        """Bring the copy up to date; how many rows came. Raises StoreError."""
        with self._central.read() as far, self._local.read() as near:
            theirs, ours = (_moments(one, self._sites) for one in (far, near))
            stale = [name for name, at in theirs.items() if ours.get(name) != at]
            count = 0
            for names in bites(stale):
                rows = _rows(far, select(sweep_devices).where(sweep_devices.c.device.in_(names)))
                self._replace(sweep_devices, sweep_devices.c.device, names, rows)
                count += len(rows)
            gone = [name for name in ours if name not in theirs]
            self._replace(sweep_devices, sweep_devices.c.device, gone, [])
            count += self._days(far, near, list(theirs))
            count += self._findings(far, now)
            people = _rows(far, select(workers).where(workers.c.left_at.is_(None)))
            self._replace(workers, None, (), people)
        return count

    def _days(self, far: Connection, near: Connection, names: list[str]) -> int:
        """A few devices each time: they are many, and change once a day."""
        self._next = self._next if self._next < len(names) else 0
        some = names[self._next : self._next + BITE]
        self._next += BITE
        keys = select(sweep_days.c.device, sweep_days.c.day).where(sweep_days.c.device.in_(some))
        have = {tuple(row) for row in near.execute(keys)}
        lack = {tuple(row) for row in far.execute(keys)} - have
        if not lack:
            return 0
        days = {day for _, day in lack}
        query = select(sweep_days).where(
            sweep_days.c.device.in_({name for name, _ in lack}), sweep_days.c.day.in_(days)
        )
        rows = [row for row in _rows(far, query) if (row["device"], row["day"]) in lack]
        with self._local.write() as connection:
            connection.execute(insert(sweep_days), rows)
        return len(rows)

    def _findings(self, far: Connection, now: datetime) -> int:
        """Those that stand open or were called nonsense, and the votes, when any changed."""
        mine = findings.c.site.in_(self._sites)
        query = select(
            func.count(), func.max(findings.c.seen_at), func.max(findings.c.closed_at)
        ).where(mine)
        votes = far.execute(select(func.count()).select_from(finding_votes)).scalar_one()
        stand = (*far.execute(query).one(), votes)
        if stand == self._seen.get("findings"):
            return 0
        held = or_(
            findings.c.state == "open",
            and_(findings.c.state == "nonsense", findings.c.closed_at > now - _NONSENSE),
        )
        rows = _rows(far, select(findings).where(mine, held))
        self._replace(findings, None, (), rows)
        self._replace(finding_votes, None, (), _rows(far, select(finding_votes)))
        Cursors(self._local).put(HIGHEST, max((row["id"] for row in rows), default=0), now)
        self._seen["findings"] = stand
        return len(rows)

    def forget(self) -> None:
        """The copy was changed by others: compare everything anew."""
        self._seen.clear()

    def _replace(
        self, table: Table, key: Column[Any] | None, names: Sequence[str], rows: list[Any]
    ) -> None:
        if key is not None and not names:
            return
        with self._local.write() as connection:
            for some in bites(names) if key is not None else ((),):
                where = delete(table)
                connection.execute(where if key is None else where.where(key.in_(some)))
            if rows:
                connection.execute(insert(table), rows)


def own_runs(local: Database) -> int:
    """Sweeps of the copy that the store does not know yet."""
    with local.read() as connection:
        return int(connection.execute(select(func.count()).select_from(sweeps)).scalar_one())


def bites(names: Sequence[str], size: int = BITE) -> Iterator[Sequence[str]]:
    """A few at a time."""
    for start in range(0, len(names), size):
        yield names[start : start + size]


def _moments(connection: Connection, sites: Sequence[str]) -> dict[str, datetime]:
    query = select(sweep_devices.c.device, sweep_devices.c.at)
    found = connection.execute(query.where(sweep_devices.c.site.in_(sites)))
    return {row.device: row.at for row in found}


def _rows(connection: Connection, query: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(query).mappings()]
