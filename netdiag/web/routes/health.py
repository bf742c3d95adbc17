"""Is it alive, is it ready, what does it count? For systemd, load balancers and Prometheus."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from netdiag.model.errors import NetdiagError
from netdiag.service.sweep.metrics import sweep_metrics
from netdiag.service.watch_metrics import watch_metrics
from netdiag.web.asking import TheDaemon

router = APIRouter(tags=["health"])


@router.get("/healthz", include_in_schema=False)
async def alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz", include_in_schema=False)
async def ready(daemon: TheDaemon) -> Response:
    """Work would be accepted and carried out now."""
    trouble = await asyncio.to_thread(_trouble, daemon)
    if trouble:
        return JSONResponse({"status": "not ready", "why": trouble}, 503)
    return JSONResponse(
        {
            "status": "ready",
            "rule_revision": daemon.app.content.revision,
            "warnings": list(daemon.company.trouble),
        }
    )


@router.get("/metrics", include_in_schema=False)
async def metrics(daemon: TheDaemon) -> Response:
    """What Prometheus reads: no secrets, no subscribers, so it needs no token."""
    outages = await asyncio.to_thread(daemon.outages.open_ones)
    jobs, oldest = await daemon.jobs.unfinished()
    age_s = (datetime.now(UTC) - oldest).total_seconds() if oldest else 0.0
    for site, count in daemon.company.workers_by_site().items():
        daemon.metrics.workers(site, count)
    text = daemon.metrics.shown(
        waiting=daemon.backlog.waiting, outages=len(outages), jobs=jobs, oldest_s=max(0.0, age_s)
    )
    text += watch_metrics(daemon.watching)
    text += await asyncio.to_thread(sweep_metrics, daemon.database)
    return Response(text, media_type=CONTENT_TYPE_PLAIN_0_0_4)


def _trouble(daemon: TheDaemon) -> list[str]:
    found = list(daemon.trouble())
    try:
        daemon.outages.open_ones()
    except NetdiagError as error:
        found.append(str(error))
    return found
