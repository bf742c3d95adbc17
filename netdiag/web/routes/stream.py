"""Outages as server-sent events: the board listens, nobody polls."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import suppress

from fastapi import APIRouter, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from netdiag.model.errors import NetdiagError
from netdiag.service.daemon.daemon import Daemon
from netdiag.service.outages.answer_known import outage_document
from netdiag.web.asking import TheDaemon
from netdiag.web.auth import Read, still_valid

router = APIRouter(prefix="/api/v1/outages", tags=["outages"])
_LOOK_EVERY_S = 1.0
_CHECK_S = 60.0


@router.get("/stream", response_class=EventSourceResponse)
async def stream(
    request: Request, daemon: TheDaemon, token: Read
) -> AsyncIterator[ServerSentEvent]:
    """First every open outage, then each change: `outage` with its document, `cleared` with the
    id of one that is over; `trouble` with a sentence while the register cannot be read. It ends
    when the token does."""
    known: dict[str, str] = {}
    told, checked = "", time.monotonic()
    leaving: asyncio.Event = request.app.state.leaving
    while not (leaving.is_set() or await request.is_disconnected()):
        try:
            shown = await asyncio.to_thread(_open, daemon)
            if time.monotonic() - checked >= _CHECK_S:
                checked = time.monotonic()
                if not await still_valid(request):
                    return
        except NetdiagError as error:
            if str(error) != told:
                told = str(error)
                yield ServerSentEvent(event="trouble", raw_data=json.dumps(told))
        else:
            told = ""
            for key in known.keys() - shown.keys():
                yield ServerSentEvent(event="cleared", raw_data=key)
            for key, document in shown.items():
                if known.get(key) != document:
                    yield ServerSentEvent(event="outage", id=key, raw_data=document)
            known = shown
        with suppress(TimeoutError):
            await asyncio.wait_for(leaving.wait(), _LOOK_EVERY_S)


def _open(daemon: Daemon) -> dict[str, str]:
    zone = daemon.app.settings.timezone
    return {
        one.id: json.dumps(outage_document(one, zone), ensure_ascii=False)
        for one in daemon.outages.open_ones()
    }
