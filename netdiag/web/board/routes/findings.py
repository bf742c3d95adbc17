"""What sweeps have found and is still so."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response

from netdiag.service.sweep.words import document
from netdiag.store.findings import Findings
from netdiag.web.board.pages import looks, page
from netdiag.web.board.session import Viewer

router = APIRouter(include_in_schema=False)
_SHOWN = 200


@router.get("/findings")
async def findings(request: Request, who: Viewer, site: str = "") -> Response:
    """Open ones, the most important first; of one site if it is named."""
    daemon = request.app.state.daemon
    register = Findings(daemon.database)
    found = await asyncio.to_thread(register.find, site=site or None, limit=_SHOWN)
    more = 0
    if len(found) == _SHOWN and not site:
        more = sum((await asyncio.to_thread(register.counts)).values()) - _SHOWN
    language = looks(request).tongue.language

    def row(one: Any) -> dict[str, Any]:
        place = f"{one.device}:{one.port}" if one.port else one.device
        return document(one, daemon.app.content, language) | {"since": one.since, "place": place}

    rows = [row(one) for one in found]
    return page(request, "findings.html", who, {"found": rows, "more": more})
