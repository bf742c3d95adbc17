"""Runs of sweeps, and what is remembered of each device between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from netdiag.model.errors import NetdiagError
from netdiag.model.sweep import Reach
from netdiag.store.database import Database
from netdiag.store.sweep_tables import sweep_days, sweep_devices, sweeps

DEAD_AFTER = timedelta(minutes=2)  # without a sign of life a running sweep is a dead one
_BITE = 500
_RECENT = 500  # sweeps that are looked through for the last one of each site


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

    def refuse_dead(self, key: str, now: datetime) -> None:
        """Raises SweepRunsError when nothing was done for it for too long: who answered when it
        was planned is not known any more."""
        query = select(sweeps.c.alive_at).where(sweeps.c.id == key, sweeps.c.state == "running")
        with self._database.read() as connection:
            alive_at = connection.execute(query).scalar()
        if alive_at is not None and alive_at <= now - DEAD_AFTER:
            raise SweepRunsError(
                f"Sweep {key} was interrupted at {alive_at:%H:%M:%S} UTC; what it had not visited "
                "by then is left to the next one."
            )

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

    def end_all(self, now: datetime) -> None:
        """Whatever runs was cut short by a crash: for a store that one process has alone."""
        values = {"state": "cut", "finished_at": now}
        with self._database.write() as connection:
            running = sweeps.c.state == "running"
            connection.execute(update(sweeps).where(running).values(values))

    def since(self, scope: Mapping[str, str | None], moment: datetime) -> Run | None:
        """A sweep of this scope that was begun after then and went to its end."""
        query = select(sweeps).where(sweeps.c.started_at > moment, sweeps.c.state == "done")
        with self._database.read() as connection:
            found = [_run(row) for row in connection.execute(query)]
        return next((run for run in found if dict(run.scope) == dict(scope)), None)

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

    def silent(self) -> dict[str, bytes]:
        """What is remembered, packed, of those that were silent when they were last visited."""
        table = sweep_devices.c
        query = select(table.device, table.known).where(table.reach == str(Reach.SILENT))
        with self._database.read() as connection:
            return {row.device: row.known for row in connection.execute(query)}

    def days(self, devices: Sequence[str], since: date) -> dict[str, dict[date, bytes]]:
        """The days of each device, packed."""
        found: dict[str, dict[date, bytes]] = {}
        with self._database.read() as connection:
            for start in range(0, len(devices), _BITE):
                query = select(sweep_days).where(
                    sweep_days.c.device.in_(devices[start : start + _BITE]),
                    sweep_days.c.day >= since,
                )
                for row in connection.execute(query):
                    found.setdefault(row.device, {})[row.day] = row.told
        return found

    def keep(
        self,
        sweep: str,
        visited: Iterable[Visited],
        days: Iterable[tuple[str, date, bytes]],
        now: datetime,
    ) -> None:
        """Write a batch in one transaction, in few statements: the line may be long."""
        rows = [_row(sweep, one, now) for one in visited]
        closed = [{"device": device, "day": day, "told": told} for device, day, told in days]
        with self._database.write() as connection:
            _keep_devices(connection, rows)
            if closed:
                mine = (sweep_days.c.device == bindparam("at_device")) & (
                    sweep_days.c.day == bindparam("at_day")
                )
                keys = [{"at_device": row["device"], "at_day": row["day"]} for row in closed]
                connection.execute(delete(sweep_days).where(mine), keys)
                connection.execute(insert(sweep_days), closed)

    def reaches(self) -> dict[str, int]:
        """How many devices by what became of them when they were last visited."""
        with self._database.read() as connection:
            query = select(sweep_devices.c.reach, func.count()).group_by(sweep_devices.c.reach)
            return {row.reach: row[1] for row in connection.execute(query)}

    def latest(self) -> list[Run]:
        """Of each site ("": all) the last sweep of all its devices that went to its end."""
        recent = select(sweeps).where(sweeps.c.state == "done").order_by(sweeps.c.started_at.desc())
        found: dict[str, Run] = {}
        with self._database.read() as connection:
            for run in map(_run, connection.execute(recent.limit(_RECENT))):
                if not run.scope.get("device") and not run.scope.get("role"):
                    found.setdefault(run.site, run)
        return list(found.values())


def _row(sweep: str, one: Visited, now: datetime) -> dict[str, Any]:
    row = {name: getattr(one, name) for name in ("device", "site", "reach", "known")}
    return row | {"at": now, "sweep": sweep, "detail": one.detail[:500]}


def _keep_devices(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Rows without `known` leave what is there."""
    names = [row["device"] for row in rows]
    there: set[str] = set()
    for start in range(0, len(names), _BITE):
        some = sweep_devices.c.device.in_(names[start : start + _BITE])
        there.update(connection.execute(select(sweep_devices.c.device).where(some)).scalars())
    fresh = [row | {"known": row["known"] or b""} for row in rows if row["device"] not in there]
    if fresh:
        connection.execute(insert(sweep_devices), fresh)
    for learned in (True, False):
        old = [r for r in rows if r["device"] in there and (r["known"] is not None) is learned]
        columns = ("site", "at", "sweep", "reach", "detail", *(("known",) if learned else ()))
        change = update(sweep_devices).where(sweep_devices.c.device == bindparam("of"))
        if old:
            connection.execute(
                change.values({name: bindparam(f"new_{name}") for name in columns}),
                [{"of": r["device"]} | {f"new_{name}": r[name] for name in columns} for r in old],
            )


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
