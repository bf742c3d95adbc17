"""Pages kept up to date: server-sent events with the parts that changed.

A part is sent whole when its HTML is another than what this browser has; after a reconnect all
are. `beat` comes every few seconds, so that a page knows when it no longer is up to date.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime

from fastapi import Request
from fastapi.sse import ServerSentEvent

from netdiag.model.errors import NetdiagError
from netdiag.web.board.session import signed
from netdiag.web.board.tongue import Tongue

Feed = Callable[[], Awaitable[dict[str, str]]]
LOOK_EVERY_S = 2.0
_BEAT_S = 6.0
_CHECK_S = 60.0


async def changes(
    request: Request, tongue: Tongue, feed: Feed, *, every_s: float = LOOK_EVERY_S
) -> AsyncIterator[ServerSentEvent]:
    """Until the browser leaves, the session ends or the server does."""
    sent: dict[str, str] = {}
    beat = checked = time.monotonic()
    while not await request.is_disconnected():
        try:
            parts = await feed()
        except NetdiagError as error:
            yield ServerSentEvent(event="trouble", raw_data=json.dumps(tongue.t(str(error))))
            parts = {}
        now = time.monotonic()
        changed = {name: html for name, html in parts.items() if sent.get(name) != html}
        for name, html in changed.items():
            yield ServerSentEvent(event="part", raw_data=json.dumps({"part": name, "html": html}))
        sent |= changed
        if changed or now - beat >= _BEAT_S:
            beat = now
            yield ServerSentEvent(
                event="beat", raw_data=json.dumps(tongue.seconds(datetime.now(UTC)))
            )
        if now - checked >= _CHECK_S:
            checked = now
            if await signed(request) is None:
                yield ServerSentEvent(event="ended", raw_data='""')
                return
        if await _left(request.app.state.leaving, every_s):
            return


async def _left(leaving: asyncio.Event, every_s: float) -> bool:
    """Wait until the next look; true when the server stops meanwhile."""
    with suppress(TimeoutError):
        await asyncio.wait_for(leaving.wait(), every_s)
    return leaving.is_set()
