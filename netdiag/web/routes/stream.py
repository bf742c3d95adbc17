"""Outages as server-sent events: the board listens, nobody polls."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from netdiag.service.answer_known import outage_document
from netdiag.web.asking import TheDaemon
from netdiag.web.auth import Read

router = APIRouter(prefix="/api/v1/outages", tags=["outages"])
_LOOK_EVERY_S = 1.0


@router.get("/stream", response_class=EventSourceResponse)
async def stream(
    request: Request, daemon: TheDaemon, token: Read
) -> AsyncIterator[ServerSentEvent]:
    """First every open outage, then each change: `outage` with its document, `cleared` with the
    id of one that is over."""
    known: dict[str, str] = {}
    leaving: asyncio.Event = request.app.state.leaving
    while not (leaving.is_set() or await request.is_disconnected()):
        found = await asyncio.to_thread(daemon.outages.open_ones)
        shown = {
            one.id: json.dumps(
                outage_document(one, daemon.app.settings.timezone), ensure_ascii=False
            )
            for one in found
        }
        for key in known.keys() - shown.keys():
            yield ServerSentEvent(event="cleared", raw_data=key)
        for key, document in shown.items():
            if known.get(key) != document:
                yield ServerSentEvent(event="outage", id=key, raw_data=document)
        known = shown
        await asyncio.sleep(_LOOK_EVERY_S)
