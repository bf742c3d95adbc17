"""Sweeps of a worker without the store: over the inventory and content that it has, into a file."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from pathlib import Path

from croniter import croniter

from netdiag.model.errors import NetdiagError
from netdiag.model.secret import Secret
from netdiag.service.app import App
from netdiag.service.sweep.policy import read_policy
from netdiag.service.sweep.run import Outcome, Sweeper
from netdiag.service.sweep.stops import Scope
from netdiag.store.database import Database
from netdiag.store.retention import forget

_log = logging.getLogger(__name__)
MOST_BYTES = 1_000_000_000  # of the file: then nothing more is swept until the store is back
_KEPT_DAYS = 14  # of sweeps and events that wait; older ones are forgotten, and it is said


class Alone:
    """Sweeps of these sites into the file of `local`. `app()` is the application of the worker:
    its inventory and content are shared, its wires and store are not."""

    def __init__(self, app: Callable[[], App], local: Database, sites: tuple[str, ...]) -> None:
        self._app = app
        self._local = local
        self._sites = sites
        self._under_way: tuple[asyncio.AbstractEventLoop, Sweeper] | None = None
        self._stopped = threading.Event()

    def due(self, since: datetime) -> datetime | None:
        """When the next sweep is due after `since`, by `sweep.schedule`; None: there is none."""
        return next(self._moments(since), None)

    def _moments(self, since: datetime) -> Iterator[datetime]:
        schedule = read_policy(self._app().settings).schedule
        if schedule:
            yield from croniter(
                schedule, since.astimezone(UTC), datetime, second_at_beginning=True
            ).all_next()

    def number_of(self, due: datetime) -> int:
        """Which one it is of the moments of its day (UTC): the same on every machine."""
        day = due.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        moments = self._moments(day - timedelta(seconds=1))
        return sum(1 for _ in takewhile(lambda moment: moment < due, moments))

    def sweep(self) -> None:
        """All sites, one after another; a line into the log for each."""
        if _size(self._local) > MOST_BYTES:
            _log.error("%s is full: nothing is swept until the store is back", _path(self._local))
            return
        for site in self._sites:
            if self._stopped.is_set():
                return
            try:
                outcome = asyncio.run(self._sweep(site))
            except NetdiagError as error:
                _log.warning("site %s, without the store: %s", site, error)
                continue
            tally = outcome.tally
            counts = ", ".join(f"{number} {reach}" for reach, number in tally.counts.items())
            _log.info(
                "%s %s, without the store: %s; %d new, %d over",
                outcome.run, outcome.state, counts, len(tally.new), len(tally.gone),
            )  # fmt: skip
        self._forget()

    def stop(self) -> None:
        """End the sweep that is under way, and begin no other. From any thread."""
        self._stopped.set()
        if self._under_way is not None:
            loop, sweeper = self._under_way
            loop.call_soon_threadsafe(sweeper.cancel, "the worker ends")

    async def _sweep(self, site: str) -> Outcome:
        own = self._app()
        settings = replace(own.settings, store=Secret(self._local.url))
        app = App(settings, own.content, own.inventory)
        try:
            sweeper = Sweeper(app, read_policy(settings))
            self._under_way = (asyncio.get_running_loop(), sweeper)
            return await sweeper.run(Scope(site=site))
        finally:
            self._under_way = None
            await app.wires.close()
            app.database.close()

    def _forget(self) -> None:
        days = {"sweeps": _KEPT_DAYS, "events": _KEPT_DAYS}
        days["sweep_days"] = read_policy(self._app().settings).days
        gone = forget(self._local, days, datetime.now(UTC))
        if gone["sweeps"] or gone["events"]:
            _log.warning(
                "the store is away for too long: %d sweeps and %d events older than %d days "
                "are forgotten", gone["sweeps"], gone["events"], _KEPT_DAYS,
            )  # fmt: skip


def _path(database: Database) -> Path:
    return Path(database.url.removeprefix("sqlite:///"))


def _size(database: Database) -> int:
    path = _path(database)
    return path.stat().st_size if path.exists() else 0
