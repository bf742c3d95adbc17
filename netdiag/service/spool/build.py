"""The keeper of a worker, over its state directory."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from netdiag.service.daemon.jobs import Jobs
from netdiag.service.spool.alone import Alone
from netdiag.service.spool.keeper import Keeper, Pace
from netdiag.service.sweep.policy import read_policy
from netdiag.service.sweep.scheduled import LATE, MOST_PROPOSED
from netdiag.store.database import Database
from netdiag.store.findings import Findings

if TYPE_CHECKING:
    from netdiag.service.daemon.daemon import Daemon

_PREFIX = "spool-"


def keeper_of(daemon: Daemon, pace: Pace | None = None) -> Keeper:
    """The keeper of that worker; sweeps from the store's queue wait while it is busy."""
    settings, name = daemon.app.settings, daemon.serve.executor
    path = settings.state_dir / f"{_PREFIX}{re.sub('[^A-Za-z0-9.+-]', '_', name)}.db"
    local = Database(f"sqlite:///{path}")
    central = Database(daemon.database.url)  # connections of its own: a cut line holds them up
    keeper = Keeper(
        central=central,
        local=local,
        alone=Alone(lambda: daemon.app, local, daemon.sites),
        name=name,
        sites=daemon.sites,
        tell=lambda numbers: _tell(daemon, central, numbers),
        pace=pace,
    )
    daemon.sweeps.hold = lambda: keeper.busy
    return keeper


def spools(state_dir: Path) -> Iterator[tuple[str, Database]]:
    """The files of workers of this machine: name, and database."""
    for path in sorted(state_dir.glob(f"{_PREFIX}*.db")):
        yield path.stem.removeprefix(_PREFIX), Database(f"sqlite:///{path}")


def _tell(daemon: Daemon, central: Database, numbers: list[int]) -> None:
    """Tickets for what was found alone, where policy says so: durable work, under a key by which
    it is done once. Raises StoreError."""
    if not numbers or not read_policy(daemon.app.settings).tickets:
        return
    register = Findings(central)
    found = [one for number in numbers if (one := register.get(number)) is not None]
    found.sort(key=lambda one: -one.rank)
    with closing(Jobs(central)) as jobs:
        for one in found[:MOST_PROPOSED]:
            site = one.site if one.site in daemon.sites else daemon.sites[0]
            key = f"sweep-late-{one.id}"
            argument = {"finding": one.id, "site": site}
            asyncio.run(jobs.enqueue(LATE, key, argument, site=site))
