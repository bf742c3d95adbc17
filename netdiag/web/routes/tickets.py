"""Events of ticket systems: a new or changed ticket is accepted once and diagnosed."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from netdiag.service.daemon.asked import Asked
from netdiag.service.daemon.daemon import Daemon
from netdiag.service.daemon.durable import Urgency
from netdiag.service.tickets.desk import EventError, ReusedDeliveryError
from netdiag.web.asking import TheDaemon
from netdiag.web.auth import MaybeTickets
from netdiag.web.models import Accepted, Key, Word
from netdiag.web.problems import Problem
from netdiag.web.signatures import verified

router = APIRouter(prefix="/api/v1/tickets", tags=["tickets"])
_LONGEST = 200  # characters of a delivery id that is kept as it is


def _number(value: object) -> object:
    """Some systems count their tickets and customers."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


class PlainEvent(BaseModel):
    """A ticket of a system that netdiag does not write into; what else it says is left out."""

    model_config = ConfigDict(extra="ignore")

    ticket: Annotated[Key, BeforeValidator(_number)]
    subscriber: Annotated[Key, BeforeValidator(_number)]
    symptom: Word | None = None


@router.post("/{system}", response_model=Accepted, status_code=202)
async def ticket_event(
    system: str, request: Request, response: Response, daemon: TheDaemon, token: MaybeTickets
) -> Accepted:
    """One event of a ticket, in its system's own words, or `{"ticket": ID, "subscriber": KEY}` of
    one that netdiag does not write into. It is signed, or comes with a token of scope `tickets`
    and an `Idempotency-Key`."""
    inbound = daemon.serve.inbound.get(system)
    if inbound is None and not (token is not None and daemon.desk.has(system)):
        raise Problem(
            404, f"There is no ticket system {system!r} under serve.webhooks in netdiag.yaml."
        )
    body = await request.body()
    if token is not None:
        own_id = request.headers.get("idempotency-key")
    else:
        own_id = verified(inbound, request.headers, body) if inbound else None
    event = _read(body)
    delivery = _delivery(own_id, body)
    raw = body.decode("utf-8", "replace")
    if daemon.desk.has(system):
        return await _to_the_desk(daemon, system, event, delivery, raw)
    plain = _plain(event)
    taken = await daemon.accept(
        Asked(
            key=plain.subscriber,
            who=system,
            source=f"tickets:{system}",
            delivery=delivery,
            raw=raw,
            ticket=plain.ticket,
            symptom=plain.symptom,
            tell=True,
            urgency=Urgency.TICKET,
        )
    )
    response.headers["location"] = f"/api/v1/diagnoses/{taken.job}"
    return Accepted(id=taken.job, again=taken.again)


async def _to_the_desk(
    daemon: Daemon, system: str, event: dict[str, Any], delivery: str, raw: str
) -> Accepted:
    try:
        taken = await daemon.desk.accept(system, event, delivery, raw)
    except (EventError, ReusedDeliveryError) as error:
        raise Problem(422, str(error)) from None
    return Accepted(id=taken["id"], again=taken["again"])


def _delivery(own_id: str | None, body: bytes) -> str:
    """The sender's own id of this delivery; without one the same body is the same delivery."""
    if own_id and len(own_id) <= _LONGEST:
        return own_id
    return hashlib.sha256(own_id.encode() if own_id else body).hexdigest()


def _read(body: bytes) -> dict[str, Any]:
    try:
        event = json.loads(body)
        json.dumps(event, allow_nan=False).encode()
    except (ValueError, RecursionError) as error:
        raise Problem(400, f"The body is not JSON: {error}.") from None
    if not isinstance(event, dict):
        raise Problem(422, "The body must be an object.")
    return event


def _plain(event: dict[str, Any]) -> PlainEvent:
    try:
        return PlainEvent.model_validate(event)
    except ValidationError as error:
        wrong = "; ".join(f"{one['loc'][0]!r}: {one['msg']}" for one in error.errors()[:5])
        raise Problem(422, wrong) from None
