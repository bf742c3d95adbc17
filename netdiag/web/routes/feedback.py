"""The technician's real cause, and events seen elsewhere."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from fastapi import APIRouter

from netdiag.service.daemon.daemon import Daemon
from netdiag.store.feedback import Finding
from netdiag.store.tokens import Token
from netdiag.web.asking import IdempotencyKey, TheDaemon
from netdiag.web.auth import Diagnose
from netdiag.web.models import Accepted, FeedbackRequest
from netdiag.web.once import Json, once
from netdiag.web.problems import Problem

router = APIRouter(prefix="/api/v1/feedback", tags=["feedback"])


@router.post("", response_model=Accepted, status_code=201)
async def feedback(
    body: FeedbackRequest,
    daemon: TheDaemon,
    token: Diagnose,
    idempotency_key: IdempotencyKey = None,
) -> Json:
    """What it really was: `netdiag kpi` and `rules backtest` hold it against the verdict."""
    return await once(
        daemon, token, "feedback", idempotency_key, body, lambda: _taken(body, daemon, token)
    )


async def _taken(body: FeedbackRequest, daemon: Daemon, token: Token) -> Json:
    faults = {rule.fault for rule in daemon.app.content.rules}
    if body.fault is not None and body.fault not in faults:
        raise Problem(422, f"There is no fault {body.fault!r}. `netdiag rules list` shows them.")
    subscriber = await daemon.find(body.subscriber)
    finding = Finding(
        at=datetime.now(UTC),
        who=token.name,
        subscriber=subscriber.id,
        diagnosis=body.diagnosis,
        ticket=body.ticket,
        fault=body.fault,
        side=body.side,
        remark=body.remark,
    )
    number = await asyncio.to_thread(daemon.feedback.add, finding)
    return Accepted(id=str(number)).model_dump()
