"""What the clock starts: forgetting what is too old."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from netdiag.service.daemon.durable import step
from netdiag.service.daemon.jobs import Jobs
from netdiag.service.daemon.settings import Retention
from netdiag.store.database import Database
from netdiag.store.retention import forget

Json = dict[str, Any]
NIGHTLY = "30 3 * * *"


def forgetting(
    database: Database, jobs: Callable[[], Jobs], retention: Callable[[], Retention]
) -> Callable[[Json], Awaitable[Json]]:
    """The nightly chore: rows and ended jobs past their retention."""

    async def rows() -> Json:
        days = asdict(retention())
        return dict(await asyncio.to_thread(forget, database, days, datetime.now(UTC)))

    async def ended() -> Json:
        before = datetime.now(UTC) - timedelta(days=retention().jobs)
        return {"jobs": await jobs().forget_ended(before)}

    async def chore(_: Json) -> Json:
        gone: Json = await step("rows", rows)
        old: Json = await step("jobs", ended)
        return gone | old

    return chore
