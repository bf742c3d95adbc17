"""Who works for which site, and is alive. All moments are of the database's clock: the clocks of
machines differ."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, text, update

from netdiag.store.database import Database
from netdiag.store.fleet_tables import takeovers, workers

_SILENT_FOR = timedelta(seconds=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """One process that takes work of these sites."""

    name: str
    instance: str
    host: str
    pid: int
    sites: tuple[str, ...]
    version: str
    started_at: datetime
    seen_at: datetime
    alive: bool
    alone: Mapping[str, Any]

    def lived_at(self, moment: datetime) -> bool:
        """Was it alive then, a moment of the same clock?"""
        return self.seen_at > moment - _SILENT_FOR


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """This process."""

    name: str
    instance: str
    host: str
    pid: int
    sites: tuple[str, ...]
    version: str


def now_of(connection: Connection) -> datetime:
    """What the database's clock shows; a SQLite file has that of this machine."""
    if connection.dialect.name == "postgresql":
        told = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        return told.astimezone(UTC)  # type: ignore[no-any-return]
    return datetime.now(UTC)


class Fleet:
    """The workers of one store. One that was not seen for `silent_for` counts as dead."""

    def __init__(self, database: Database, silent_for: timedelta = _SILENT_FOR) -> None:
        self._database = database
        self._silent_for = silent_for

    def beat(self, me: Me) -> bool:
        """I live. False: somebody else lives under my name since, so I must stop."""
        with self._database.write() as connection:
            now = now_of(connection)
            changed = connection.execute(
                update(workers)
                .where(workers.c.name == me.name, workers.c.instance == me.instance)
                .values(seen_at=now)
            ).rowcount
        return bool(changed)

    def join(self, me: Me) -> Worker | None:
        """Begin to work under my name; the worker who lives under it, if there is one."""
        with self._database.write() as connection:
            now = now_of(connection)
            row = connection.execute(select(workers).where(workers.c.name == me.name)).one_or_none()
            there = self._worker(row, now) if row else None
            if there and there.alive and not (there.host == me.host and there.pid == me.pid):
                return there
            connection.execute(delete(workers).where(workers.c.name == me.name))
            connection.execute(
                insert(workers).values(
                    name=me.name,
                    instance=me.instance,
                    host=me.host,
                    pid=me.pid,
                    sites=json.dumps(list(me.sites)),
                    version=me.version,
                    started_at=now,
                    seen_at=now,
                )
            )
        return None

    def dismiss(self, name: str, instance: str) -> None:
        """That worker is dead for certain: its name is free."""
        with self._database.write() as connection:
            connection.execute(
                update(workers)
                .where(workers.c.name == name, workers.c.instance == instance)
                .values(left_at=now_of(connection))
            )

    def leave(self, me: Me) -> None:
        """Nobody needs to wait for me."""
        self.dismiss(me.name, me.instance)

    def note_alone(self, name: str, told: Mapping[str, Any]) -> None:
        """What that worker keeps, and last did, without this store."""
        values = {"alone": json.dumps(dict(told))}
        with self._database.write() as connection:
            connection.execute(update(workers).where(workers.c.name == name).values(values))

    def everybody(self) -> list[Worker]:
        """Dead or alive, by name."""
        with self._database.read() as connection:
            now = now_of(connection)
            rows = connection.execute(select(workers).order_by(workers.c.name)).all()
        return [self._worker(row, now) for row in rows]

    def living(self, site: str) -> list[Worker]:
        """Who would take work of that site now."""
        return [one for one in self.everybody() if one.alive and site in one.sites]

    def taken_over(self, job: str, worker: str) -> int:
        """Note that a job is taken from a dead worker; how often it was until now."""
        with self._database.write() as connection:
            connection.execute(
                insert(takeovers).values(job=job, worker=worker, at=now_of(connection))
            )
            count = select(func.count()).select_from(takeovers).where(takeovers.c.job == job)
            return int(connection.execute(count).scalar_one())

    def _worker(self, row: object, now: datetime) -> Worker:
        told = row._mapping  # type: ignore[attr-defined]
        alive = told["left_at"] is None and now - told["seen_at"] < self._silent_for
        names = ("name", "instance", "host", "pid", "version", "started_at", "seen_at")
        sites = tuple(json.loads(told["sites"]))
        alone = json.loads(told["alone"] or "{}")
        return Worker(**{name: told[name] for name in names}, sites=sites, alive=alive, alone=alone)


def sites_without(workers_: Iterable[Worker], sites: Iterable[str]) -> tuple[str, ...]:
    """Those of the sites for which nobody works."""
    served = {site for one in workers_ if one.alive for site in one.sites}
    return tuple(site for site in sites if site not in served)
