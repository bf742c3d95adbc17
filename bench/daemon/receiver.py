"""A real HTTP receiver of events: what came, how often, signed or not."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import uvicorn
from standardwebhooks.webhooks import Webhook
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


@dataclass(slots=True)
class Received:
    """Every POST: by its key, and which tickets each key told of."""

    posts: Counter[str] = field(default_factory=Counter)
    keys_of: dict[str, set[str]] = field(default_factory=dict)
    unsigned: int = 0


@asynccontextmanager
async def receiver(host: str, port: int, secret: str) -> AsyncIterator[Received]:
    """Listen until the end of the block."""
    received = Received()
    webhook = Webhook(secret)

    async def take(request: Request) -> Response:
        body = await request.body()
        try:
            webhook.verify(body, dict(request.headers))
        except Exception:  # noqa: BLE001  whatever it is, the signature was not good
            received.unsigned += 1
            return JSONResponse({}, 401)
        key = request.headers["webhook-id"]
        ticket = json.loads(body).get("ticket")
        if ticket is None:
            return JSONResponse({})  # news of an outage: nobody accepted a ticket for it
        received.posts[key] += 1
        received.keys_of.setdefault(ticket, set()).add(key)
        return JSONResponse({})

    app = Starlette(routes=[Route("/events", take, methods=["POST"])])
    config = uvicorn.Config(app, host=host, port=port, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  uvicorn has no event for it
        await asyncio.sleep(0.02)
    try:
        yield received
    finally:
        server.should_exit = True
        await task
