"""POST what was seen elsewhere: one event, or up to a thousand in one body."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter

from netdiag.model.event import Event
from netdiag.web.asking import TheDaemon
from netdiag.web.auth import Events
from netdiag.web.models import EventRequest, EventsTaken

router = APIRouter(prefix="/api/v1/events", tags=["events"])


@router.post("", response_model=EventsTaken, status_code=202)
async def take(
    body: EventRequest | list[EventRequest], daemon: TheDaemon, token: Events
) -> EventsTaken:
    """Session drops, traps, contacts. The same event twice changes nothing that it should not."""
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
    return EventsTaken(taken=len(found), new=new)
