"""POST what was seen elsewhere: one event, or up to a thousand in one body."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from netdiag.model.event import Event
from netdiag.service.daemon.daemon import Daemon
from netdiag.store.tokens import Token
from netdiag.web.asking import IdempotencyKey, TheDaemon
from netdiag.web.auth import Events
from netdiag.web.models import EventRequest, EventsTaken
from netdiag.web.once import Json, once

router = APIRouter(prefix="/api/v1/events", tags=["events"])
_MOST = 1000  # in one body; `serve.body_bytes` may be less


@router.post("", response_model=EventsTaken, status_code=202)
async def take(
    body: EventRequest | Annotated[list[EventRequest], Field(max_length=_MOST)],
    daemon: TheDaemon,
    token: Events,
    idempotency_key: IdempotencyKey = None,
) -> Json:
    """Session drops, traps, contacts. The same event twice changes nothing that it should not."""
    return await once(
        daemon, token, "events", idempotency_key, body, lambda: _taken(body, daemon, token)
    )


async def _taken(body: EventRequest | list[EventRequest], daemon: Daemon, token: Token) -> Json:
    now = datetime.now(UTC)
    found = [
        Event(
            at=one.t or now,
            source=token.name,
            subject=one.subject,
            kind=one.kind,
            state=one.state,
            detail=one.detail,
        )
        for one in (body if isinstance(body, list) else [body])
    ]
    new = await daemon.watching.evidence.take(found)
    return EventsTaken(taken=len(found), new=new).model_dump()
