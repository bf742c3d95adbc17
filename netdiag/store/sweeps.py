"""Runs of sweeps, and what is remembered of each device between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from netdiag.model.errors import NetdiagError
from netdiag.model.sweep import Reach
from netdiag.store.database import Database
from netdiag.store.sweep_tables import sweep_days, sweep_devices, sweeps

DEAD_AFTER = timedelta(minutes=2)  # without a sign of life a running sweep is a dead one
_BITE = 500


class SweepRunsError(NetdiagError):
    """Another sweep of the same devices is under way; wait for it, or cancel it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One sweep. `scope` is what it was asked for: site, device, role."""

    id: str
    site: str
    scope: Mapping[str, str | None]
    state: str
    owner: str
    started_at: datetime
    alive_at: datetime
    finished_at: datetime | None
    total: int
    done: int
    summary: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """One device after its visit; `known` is packed, None leaves what is there."""

    device: str
    site: str
    reach: str
    detail: str
    known: bytes | None = None


class Sweeps:
    """Runs and devices in the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, run: Run) -> None:
        """Register a run. Raises SweepRunsError when one that shares devices is alive."""
        with self._database.write() as connection:
            for other in _running(connection):
                if other.alive_at > run.started_at - DEAD_AFTER and _overlap(other, run):
                    raise SweepRunsError(
                        f"Sweep {other.id} is under way since {other.started_at:%Y-%m-%d %H:%M} "
                        f"({other.done} of {other.total} devices, {other.owner}). Wait for it, or "
                        f"end it with `netdiag sweep cancel {other.id}`."
                    )
            values = {name: getattr(run, name) for name in Run.__dataclass_fields__}
            connection.execute(insert(sweeps).values(values | {"scope": dict(run.scope)}))

    def take_up(self, scope: Mapping[str, str | None], now: datetime) -> Run | None:
        """The last run of this scope that was cut short or died, now alive again."""
        with self._database.write() as connection:
            query = select(sweeps).order_by(sweeps.c.started_at.desc()).limit(50)
            for row in connection.execute(query):
                run = _run(row)
                if dict(run.scope) != dict(scope):
                    continue
                dead = run.state == "running" and run.alive_at <= now - DEAD_AFTER
                if run.state not in ("cut", "cancelled") and not dead:
                    return None
                again = {"state": "running", "alive_at": now, "finished_at": None}
                connection.execute(update(sweeps).where(sweeps.c.id == run.id).values(again))
                return run
        return None

    def alive(self, key: str, done: int, now: datetime) -> bool:
        """A sign of life; False when somebody cancelled it."""
        with self._database.write() as connection:
            values = {"alive_at": now, "done": done}
            running = (sweeps.c.id == key) & (sweeps.c.state == "running")
            return connection.execute(update(sweeps).where(running).values(values)).rowcount > 0

    def finish(
        self, key: str, state: str, done: int, summary: Mapping[str, Any], now: datetime
    ) -> None:
        """It is over. One that was cancelled stays so."""
        with self._database.write() as connection:
            was = connection.execute(select(sweeps.c.state).where(sweeps.c.id == key)).scalar()
            values = {
                "state": "cancelled" if was == "cancelled" else state,
                "done": done,
                "summary": dict(summary),
                "finished_at": now,
                "alive_at": now,
            }
            connection.execute(update(sweeps).where(sweeps.c.id == key).values(values))

    def cancel(self, key: str) -> bool:
        """Ask it to end; it does so within a few seconds. False when it does not run."""
        with self._database.write() as connection:
            running = (sweeps.c.id == key) & (sweeps.c.state == "running")
            stop = update(sweeps).where(running).values(state="cancelled")
            return connection.execute(stop).rowcount > 0

    def last(self, limit: int = 20) -> list[Run]:
        """The newest first."""
        query = select(sweeps).order_by(sweeps.c.started_at.desc()).limit(limit)
        with self._database.read() as connection:
            return [_run(row) for row in connection.execute(query)]

    def done_in(self, key: str) -> set[str]:
        """Devices that this run has visited already; those for which no time was left are not."""
        query = select(sweep_devices.c.device).where(
            sweep_devices.c.sweep == key, sweep_devices.c.reach != Reach.NOT_ASKED
        )
        with self._database.read() as connection:
            return {row[0] for row in connection.execute(query)}

    def known(self, devices: Sequence[str]) -> dict[str, bytes]:
        """What is remembered, packed, by device."""
        found: dict[str, bytes] = {}
        with self._database.read() as connection:
            for start in range(0, len(devices), _BITE):
                query = select(sweep_devices.c.device, sweep_devices.c.known).where(
                    sweep_devices.c.device.in_(devices[start : start + _BITE])
                )
                found.update({row[0]: row[1] for row in connection.execute(query)})
        return found

    def days(self, device: str, since: date) -> dict[date, bytes]:
        """The days of one device, packed."""
        query = select(sweep_days.c.day, sweep_days.c.told).where(
            sweep_days.c.device == device, sweep_days.c.day >= since
        )
        with self._database.read() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def keep(
        self,
        sweep: str,
        visited: Iterable[Visited],
        days: Iterable[tuple[str, date, bytes]],
        now: datetime,
    ) -> None:
        """Write a batch in one transaction."""
        with self._database.write() as connection:
            for one in visited:
                _keep_device(connection, sweep, one, now)
            for device, day, told in days:
                mine = (sweep_days.c.device == device) & (sweep_days.c.day == day)
                connection.execute(delete(sweep_days).where(mine))
                row = {"device": device, "day": day, "told": told}
                connection.execute(insert(sweep_days).values(row))

    def reaches(self) -> dict[str, int]:
        """How many devices by what became of them when they were last visited."""
        with self._database.read() as connection:
            rows = connection.execute(select(sweep_devices.c.reach)).all()
        counts: dict[str, int] = {}
        for (reach,) in rows:
            counts[reach] = counts.get(reach, 0) + 1
        return counts


def _keep_device(connection: Connection, sweep: str, one: Visited, now: datetime) -> None:
    values: dict[str, Any] = {
        "site": one.site,
        "at": now,
        "sweep": sweep,
        "reach": one.reach,
        "detail": one.detail[:500],
    }
    if one.known is not None:
        values["known"] = one.known
    mine = sweep_devices.c.device == one.device
    if connection.execute(update(sweep_devices).where(mine).values(values)).rowcount == 0:
        row = {"device": one.device, "known": b"", **values}
        connection.execute(insert(sweep_devices).values(row))


def _running(connection: Connection) -> list[Run]:
    query = select(sweeps).where(sweeps.c.state == "running")
    return [_run(row) for row in connection.execute(query)]


def _overlap(one: Run, other: Run) -> bool:
    """Could both ask the same device?"""
    for a, b in ((one, other), (other, one)):
        site, apart = a.scope.get("site"), b.scope.get("without")
        if site and apart and site in apart.split(", "):
            return False
    both = ((one.scope.get(name), other.scope.get(name)) for name in ("site", "device", "role"))
    return all(a is None or b is None or a == b for a, b in both)


def _run(row: Any) -> Run:
    told = row._mapping
    return Run(**{name: told[name] for name in Run.__dataclass_fields__})
