"""Looks at radacct and at the sessions of every BNG, and takes what changed in as evidence."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import UTC, datetime

from netdiag.listeners import accounting
from netdiag.listeners.accounting import Cursor
from netdiag.listeners.sessions import compared, logins
from netdiag.model.errors import NetdiagError
from netdiag.model.event import Event
from netdiag.model.probe import TargetKind
from netdiag.model.subscriber import Device
from netdiag.model.wire import Answer, Deadline, Row, SqlQuery, Target
from netdiag.model.words import Role
from netdiag.service.app import App
from netdiag.service.listing import Lister
from netdiag.service.targets import beside_devices, of_device
from netdiag.service.watch.evidence import Evidence
from netdiag.store.cursors import Cursors

_PROBE = "sessions-all"
_SQL_S, _LIST_S = 15.0, 30.0
_AT_ONCE = 4


class AskError(NetdiagError):
    """The database or router did not answer; what it would have said is not known."""


class Sessions:
    """One look each time. Cursors are kept over a restart, so that nothing in between is missed."""

    def __init__(self, evidence: Evidence, cursors: Cursors) -> None:
        self._evidence = evidence
        self._cursors = cursors
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def accounting(self, app: App) -> None:
        """Starts and stops since the last look. Raises AskError, StoreError."""
        (target,) = beside_devices(app.settings, None)[TargetKind.RADIUS]
        kept = await asyncio.to_thread(self._cursors.get, "radacct")
        now = datetime.now(UTC)
        if kept is None:
            rows = await _rows(app, target, accounting.first_question())
            cursor = accounting.first_cursor(rows)
        else:
            cursor = await self._read_on(Cursor(**kept), app, target, now)
        if kept is None or asdict(cursor) != kept:
            await asyncio.to_thread(self._cursors.put, "radacct", asdict(cursor), now)

    async def _read_on(self, before: Cursor, app: App, target: Target, now: datetime) -> Cursor:
        """Take in all that was written since; the cursor behind it."""
        cursor, full, passed = before, True, 0
        while full:
            rows = await _rows(app, target, accounting.starts_question(cursor))
            cursor, full = await self._took(cursor, rows, (), now)
        question = accounting.stops_question(before)
        while question is not None:
            rows = await _rows(app, target, question)
            cursor, full = await self._took(cursor, (), rows, now)
            passed += len(rows)
            question = accounting.stops_question(before, passed) if full else None
        return cursor

    async def _took(
        self, cursor: Cursor, started: tuple[Row, ...], stopped: tuple[Row, ...], now: datetime
    ) -> tuple[Cursor, bool]:
        """Events of one answer, kept; the cursor behind it, and whether there may be more."""
        rows = (*started, *stopped)
        await self._evidence.take([*accounting.events(rows, now)])
        return accounting.after(cursor, started, stopped), len(rows) >= accounting.ROWS

    async def routers(self, app: App) -> None:
        """Who came and who went on every BNG that tells its sessions. Raises StoreError."""
        devices = [
            device
            for device in await asyncio.to_thread(app.inventory.devices)
            if device.role in (Role.BNG, Role.CORE)
        ]
        await asyncio.gather(*(self._router(device, app) for device in devices))

    async def _router(self, device: Device, app: App) -> None:
        target = of_device(device, app.settings, app.content)
        lister = Lister(
            content=app.content,
            ask=app.wires.ask,
            deadline=Deadline.after(_LIST_S),
            timezone=app.settings.timezone,
        )
        for probe in lister.probes(target, lambda one: one.id == _PROBE):
            async with self._slots:
                listed = await lister.one(target, probe, {})
            if listed.table is None or listed.run.why is not None:
                return  # no answer, or a list that was cut: nobody is missing from it for sure
            await self._compare(device.id, logins(listed.table.rows))

    async def _compare(self, device: str, here: list[str]) -> None:
        name, now = f"sessions:{device}"[:100], datetime.now(UTC)
        before = await asyncio.to_thread(self._cursors.get, name)
        if before == here:
            return
        found: list[Event] = list(compared(device, before, here, now))
        await self._evidence.take(found)
        await asyncio.to_thread(self._cursors.put, name, here, now)


async def _rows(app: App, target: Target, question: SqlQuery) -> tuple[Row, ...]:
    reply = await app.wires.ask("sql", target, question, Deadline.after(_SQL_S))
    if not isinstance(reply, Answer):
        raise AskError(f"radacct cannot be read: {reply.detail}")
    return reply.rows
