"""Is it alive, is it ready, what does it count? For systemd, load balancers and Prometheus."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from netdiag.model.errors import NetdiagError
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
    return JSONResponse({"status": "ready", "rule_revision": daemon.app.content.revision})


def _trouble(daemon: TheDaemon) -> list[str]:
    found = list(daemon.trouble())
    try:
        daemon.outages.open_ones()
    except NetdiagError as error:
        found.append(str(error))
    return found
