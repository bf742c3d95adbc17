"""What a worker swept without the store is brought to it, once.

Each kind of row has a key by which a repeat is known: an event by its own, a device and a day by
theirs (the newest wins), a finding by place and beginning, a sweep by its id. The sweeps come last:
they are the mark that all of it is there. A crash in between repeats, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select

from netdiag.store.cursors import Cursors
from netdiag.store.database import Database
from netdiag.store.events import Events
from netdiag.store.late_findings import brought
from netdiag.store.mirror import BITE, HIGHEST, bites
from netdiag.store.sweep_tables import findings, sweep_days, sweep_devices, sweeps
from netdiag.store.tables import events


@dataclass(slots=True, kw_only=True)
class Caught:
    """What was brought. `new`: findings that the store did not know, by their ids there."""

    sweeps: int = 0
    devices: int = 0
    days: int = 0
    events: int = 0
    new: list[int] = field(default_factory=list)
    first: datetime | None = None
    last: datetime | None = None


class CatchUp:
    """From the copy `local` into `central`. `tell` gets the new findings that stand open, before
    they are forgotten here: it may be called again for the same ones."""

    def __init__(
        self,
        central: Database,
        local: Database,
        tell: Callable[[list[int]], None] = lambda _: None,
    ) -> None:
        self._central = central
        self._local = local
        self._tell = tell

    def run(self, now: datetime) -> Caught:
        """Everything, oldest first. Raises StoreError; then it is called again later."""
        caught = Caught()
        runs = self._read(select(sweeps).order_by(sweeps.c.started_at))
        if not runs:
            return caught
        caught.first, caught.last = runs[0]["started_at"], runs[-1]["started_at"]
        self._events(now, caught)
        own = {run["id"] for run in runs}
        self._days(caught)
        self._devices(own, caught)
        numbers = self._findings(caught)
        self._sweeps(runs, numbers, now, caught)
        self._tell(caught.new)
        self._clean()
        return caught

    def _events(self, now: datetime, caught: Caught) -> None:
        """In one go: whoever infers from them must not see a silence without its end."""
        found = Events(self._local).after(0, 1_000_000)
        caught.events = Events(self._central).add([one.event for one in found], now)

    def _days(self, caught: Caught) -> None:
        """The newest days of each device; those that are there stay as they are."""
        names = [row["device"] for row in self._read(select(sweep_days.c.device).distinct())]
        for some in bites(names):
            rows = self._read(select(sweep_days).where(sweep_days.c.device.in_(some)))
            with self._central.write() as connection:
                keys = select(sweep_days.c.device, sweep_days.c.day)
                there = connection.execute(keys.where(sweep_days.c.device.in_(some)))
                known = {tuple(row) for row in there}
                fresh = [row for row in rows if (row["device"], row["day"]) not in known]
                if fresh:
                    connection.execute(insert(sweep_days), fresh)
            caught.days += len(fresh)

    def _devices(self, own: set[str], caught: Caught) -> None:
        query = select(sweep_devices.c.device, sweep_devices.c.sweep)
        names = [row["device"] for row in self._read(query) if row["sweep"] in own]
        table = sweep_devices.c
        for some in bites(names):
            rows = self._read(select(sweep_devices).where(table.device.in_(some)))
            with self._central.write() as connection:
                query = select(table.device, table.at).where(table.device.in_(some))
                there = {row.device: row.at for row in connection.execute(query.with_for_update())}
                newer = [
                    row
                    for row in rows
                    if row["device"] not in there or there[row["device"]] < row["at"]
                ]
                gone = [row["device"] for row in newer if row["device"] in there]
                if gone:
                    connection.execute(delete(sweep_devices).where(table.device.in_(gone)))
                if newer:
                    connection.execute(insert(sweep_devices), newer)
            caught.devices += len(newer)

    def _findings(self, caught: Caught) -> dict[int, int]:
        """Our numbers → those of the store."""
        highest = int(Cursors(self._local).get(HIGHEST) or 0)
        rows = self._read(select(findings).order_by(findings.c.id))
        numbers: dict[int, int] = {}
        for start in range(0, len(rows), BITE):
            with self._central.write() as connection:
                for row in rows[start : start + BITE]:
                    number, new = brought(connection, row, ours=row["id"] > highest)
                    if number is not None:
                        numbers[row["id"]] = number
                    if new and number is not None:
                        caught.new.append(number)
        return numbers

    def _sweeps(
        self,
        runs: list[dict[str, Any]],
        numbers: Mapping[int, int],
        now: datetime,
        caught: Caught,
    ) -> None:
        with self._central.write() as connection:
            ids = [run["id"] for run in runs]
            query = select(sweeps.c.id).where(sweeps.c.id.in_(ids))
            known = set(connection.execute(query).scalars())
            fresh = [_as_there(run, numbers, now) for run in runs if run["id"] not in known]
            if fresh:
                connection.execute(insert(sweeps), fresh)
        caught.sweeps = len(fresh)

    def _clean(self) -> None:
        with self._local.write() as connection:
            for table in (events, sweeps):
                connection.execute(delete(table))

    def _read(self, query: Any) -> list[dict[str, Any]]:
        with self._local.read() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]


def _as_there(run: dict[str, Any], numbers: Mapping[int, int], now: datetime) -> dict[str, Any]:
    """A sweep as the store keeps it: the numbers of its findings are those of the store; one that
    a crash ended is cut."""
    told = dict(run["summary"])
    for name in ("new", "gone"):
        told[name] = [numbers[one] for one in told.get(name, ()) if one in numbers]
    told["late"] = now.isoformat()
    state = "cut" if run["state"] == "running" else run["state"]
    return run | {"summary": told, "state": state, "finished_at": run["finished_at"] or now}
