"""Signed webhooks of ticket systems: a new or changed ticket is accepted once and diagnosed."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from fastapi import APIRouter, Request

from netdiag.service.asked import Asked
from netdiag.service.daemon import Daemon
from netdiag.service.durable import Urgency
from netdiag.service.tickets.desk import EventError, ReusedDeliveryError
from netdiag.web.asking import TheDaemon
from netdiag.web.models import Accepted
from netdiag.web.problems import Problem
from netdiag.web.signatures import verified

router = APIRouter(prefix="/api/v1/tickets", tags=["tickets"])


@router.post("/{system}", response_model=Accepted, status_code=202)
async def ticket_event(system: str, request: Request, daemon: TheDaemon) -> Accepted:
    """One event of a ticket, in its system's own words, or `{"ticket": ID, "subscriber": KEY}` of
    one that netdiag does not write into. Its signature is its token."""
    inbound = daemon.serve.inbound.get(system)
    if inbound is None:
        raise Problem(
            404, f"There is no ticket system {system!r} under serve.webhooks in netdiag.yaml."
        )
    body = await request.body()
    own_id = verified(inbound, request.headers, body)
    event = _read(body)
    delivery = own_id or hashlib.sha256(body).hexdigest()
    raw = body.decode("utf-8", "replace")
    if daemon.desk.has(system):
        return await _to_the_desk(daemon, system, event, delivery, raw)
    taken = await daemon.accept(
        Asked(
            key=_text(event, "subscriber"),
            who=system,
            source=f"tickets:{system}",
            delivery=delivery,
            raw=raw,
            ticket=_text(event, "ticket"),
            symptom=event.get("symptom"),
            tell=True,
            urgency=Urgency.TICKET,
        )
    )
    return Accepted(id=taken.job, again=taken.again)


async def _to_the_desk(
    daemon: Daemon, system: str, event: dict[str, Any], delivery: str, raw: str
) -> Accepted:
    try:
        taken = await daemon.desk.accept(system, event, delivery[:200], raw)
    except (EventError, ReusedDeliveryError) as error:
        raise Problem(422, str(error)) from None
    return Accepted(id=taken["id"], again=taken["again"])


def _read(body: bytes) -> dict[str, Any]:
    try:
        event = json.loads(body)
    except ValueError as error:
        raise Problem(400, f"The body is not JSON: {error}.") from None
    if not isinstance(event, dict):
        raise Problem(422, "The body must be an object.")
    return event


def _text(event: dict[str, Any], name: str) -> str:
    value = event.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not 0 < len(value) <= 200 or "\x00" in value:
        raise Problem(422, f"{name!r} must be a text of 1 to 200 characters.")
    return value
