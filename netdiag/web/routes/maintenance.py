"""Announced work: planned and ended by who may write the register, read by everybody who may."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from fastapi import APIRouter, Response

from netdiag.model.maintenance import Maintenance
from netdiag.service.outages.maintain import cancel, id_of, plan
from netdiag.web.asking import IdempotencyKey, TheDaemon
from netdiag.web.auth import Admin, Read
from netdiag.web.models_watch import MaintenanceModel, MaintenanceRequest
from netdiag.web.problems import Problem

router = APIRouter(prefix="/api/v1/maintenance", tags=["outages"])


@router.get("", response_model=list[MaintenanceModel])
async def announced(daemon: TheDaemon, token: Read) -> list[MaintenanceModel]:
    """Windows that are in force or still to come, by their beginning."""
    found = await asyncio.to_thread(daemon.watching.windows.current, datetime.now(UTC))
    return [_shown(one) for one in found]


@router.get("/{id}", response_model=MaintenanceModel)
async def one_window(id: str, daemon: TheDaemon, token: Read) -> MaintenanceModel:
    """One window, also when it is over."""
    found = await asyncio.to_thread(daemon.watching.windows.get, id)
    if found is None:
        raise Problem(404, f"There is no window {id!r}.")
    return _shown(found)


@router.post("", response_model=MaintenanceModel, status_code=201)
async def announce(
    body: MaintenanceRequest,
    response: Response,
    daemon: TheDaemon,
    token: Admin,
    idempotency_key: IdempotencyKey = None,
) -> MaintenanceModel:
    """Announce work at a device, a port or a site, and all that hangs below it. What fails then
    stands in the register and is told to nobody; what still fails at the end is told then."""
    wish = Maintenance(
        id=id_of(token.id, idempotency_key) if idempotency_key else "",
        root=body.root,
        since=body.since or datetime.now(UTC),
        until=body.until,
        who=token.name,
        note=body.note,
    )
    made, again = await asyncio.to_thread(plan, daemon.database, daemon.app.inventory, wish)
    response.headers["location"] = f"/api/v1/maintenance/{made.id}"
    if again:
        response.status_code = 200
    return _shown(made)


@router.delete("/{id}", response_model=MaintenanceModel)
async def end(id: str, daemon: TheDaemon, token: Admin) -> MaintenanceModel:
    """End a window now: what still fails is told from here on. Once more changes nothing."""
    if await asyncio.to_thread(daemon.watching.windows.get, id) is None:
        raise Problem(404, f"There is no window {id!r}.")
    ended = await asyncio.to_thread(cancel, daemon.database, id, token.name, datetime.now(UTC))
    return _shown(ended)


def _shown(window: Maintenance) -> MaintenanceModel:
    return MaintenanceModel.model_validate(window, from_attributes=True)
