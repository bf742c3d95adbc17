"""The register of outages: read by everybody who may read, written by the NOC."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from fastapi import APIRouter, Response

from netdiag.service.daemon.daemon import Daemon
from netdiag.service.outages.announce import Change, announce, change
from netdiag.service.outages.answer_known import outage_document
from netdiag.store.tokens import Token
from netdiag.web.asking import IdempotencyKey, TheDaemon
from netdiag.web.auth import Admin, Read
from netdiag.web.models import OutageChange, OutageDetail, OutageModel, OutageRequest
from netdiag.web.once import Json, once
from netdiag.web.problems import Problem

router = APIRouter(prefix="/api/v1/outages", tags=["outages"])


@router.get("", response_model=list[OutageModel])
async def all_outages(daemon: TheDaemon, token: Read, closed: bool = False) -> list[Json]:
    """Open outages, the oldest first; with `closed=true` the newest hundred of all."""
    register = daemon.outages
    found = await asyncio.to_thread(register.last if closed else register.open_ones)
    return [outage_document(one, daemon.app.settings.timezone) for one in found]


@router.get("/{id}", response_model=OutageDetail)
async def one_outage(id: str, daemon: TheDaemon, token: Read) -> Json:
    """One outage with every change of its life."""
    outage = await asyncio.to_thread(daemon.outages.get, id)
    if outage is None:
        raise Problem(404, f"There is no outage {id!r}.")
    log = await asyncio.to_thread(daemon.outages.log, id)
    entries = [
        {
            "at": entry.at.isoformat(),
            "who": entry.who,
            "state": entry.state,
            "note": entry.note,
            "evidence": dict(entry.evidence),
        }
        for entry in log
    ]
    return outage_document(outage, daemon.app.settings.timezone) | {"log": entries}


@router.post("", response_model=OutageModel, status_code=201)
async def open_outage(
    body: OutageRequest,
    response: Response,
    daemon: TheDaemon,
    token: Admin,
    idempotency_key: IdempotencyKey = None,
) -> Json:
    """Announce an outage: from now on those behind it get its text, and no probe is sent."""
    made = await once(
        daemon, token, "outages", idempotency_key, body, lambda: _opened(body, daemon, token)
    )
    response.headers["location"] = f"/api/v1/outages/{made['id']}"
    return made


async def _opened(body: OutageRequest, daemon: Daemon, token: Token) -> Json:
    outage = await asyncio.to_thread(
        announce,
        daemon.outages,
        daemon.app.inventory,
        root=body.root,
        cause=body.cause,
        since=body.since or datetime.now(UTC),
        expected_end=body.expected_end,
        say={str(language): text for language, text in body.say.items()},
        note=body.note,
        who=token.name,
    )
    return outage_document(outage, daemon.app.settings.timezone)


@router.patch("/{id}", response_model=OutageModel)
async def change_outage(id: str, body: OutageChange, daemon: TheDaemon, token: Admin) -> Json:
    """Add a note, set the expected end, or end it with `state: cleared`."""
    wish = Change(**body.model_dump())
    outage = await asyncio.to_thread(
        change, daemon.outages, id, wish, who=token.name, now=datetime.now(UTC)
    )
    return outage_document(outage, daemon.app.settings.timezone)
