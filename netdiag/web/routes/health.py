"""Is it alive, is it ready, what does it count? For systemd, load balancers and Prometheus."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from netdiag.service.daemon.metrics import Kept
from netdiag.service.daemon.writable import unwritable
from netdiag.service.sweep.metrics import sweep_metrics
from netdiag.service.watch.metrics import watch_metrics
from netdiag.store.database import Database, StoreError
from netdiag.web.asking import TheDaemon

router = APIRouter(tags=["health"])
_TRY_EVERY_S = 2.0


@router.get("/healthz", include_in_schema=False)
async def alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz", include_in_schema=False)
async def ready(request: Request, daemon: TheDaemon) -> Response:
    """Work would be accepted and carried out now."""
    trouble = [*daemon.trouble(), *await request.app.state.store_trouble()]
    if request.app.state.leaving.is_set():
        trouble.append("it is ending: SIGTERM came")
    if trouble:
        return JSONResponse({"status": "not ready", "why": trouble}, 503, {"retry-after": "5"})
    return JSONResponse(
        {
            "status": "ready",
            "rule_revision": daemon.app.content.revision,
            "warnings": [*daemon.company.trouble, *daemon.app.inventory.unavailable()],
        }
    )


@router.get("/metrics", include_in_schema=False)
async def metrics(daemon: TheDaemon) -> Response:
    """What Prometheus reads: no secrets, no subscribers, so it needs no token. While the store
    does not answer, what only it knows is not a number."""
    for site, count in daemon.company.workers_by_site().items():
        daemon.metrics.workers(site, count)
    waiting = daemon.backlog.waiting
    try:
        outages = await asyncio.to_thread(daemon.outages.open_ones)
        jobs, oldest = await daemon.jobs.unfinished()
        swept = await asyncio.to_thread(sweep_metrics, daemon.database)
        watched = await asyncio.to_thread(watch_metrics, daemon.watching)
    except StoreError:
        return _text(daemon.metrics.shown(waiting=waiting, kept=None))
    age_s = (datetime.now(UTC) - oldest).total_seconds() if oldest else 0.0
    kept = Kept(outages=len(outages), jobs=jobs, oldest_s=max(0.0, age_s))
    return _text(daemon.metrics.shown(waiting=waiting, kept=kept) + watched + swept)


def _text(shown: bytes) -> Response:
    return Response(shown, media_type=CONTENT_TYPE_PLAIN_0_0_4)


class StoreTrouble:
    """Why the store cannot be written, tried at most every two seconds: anybody may ask."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turn = asyncio.Lock()
        self._tried = float("-inf")
        self._why: tuple[str, ...] = ()

    async def __call__(self) -> tuple[str, ...]:
        """Empty when it can be written."""
        async with self._turn:
            if time.monotonic() - self._tried >= _TRY_EVERY_S:
                why = await asyncio.to_thread(unwritable, self._database)
                self._why, self._tried = (why,) if why else (), time.monotonic()
            return self._why
