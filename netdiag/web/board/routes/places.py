"""Who is behind a device or port; and the one box that finds everything."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from netdiag.model.user import UserRole
from netdiag.service.outages.impact import Behind, as_csv, behind_root, records, rows
from netdiag.store.changes import Changed
from netdiag.web.board.pages import page
from netdiag.web.board.session import Viewer

router = APIRouter(include_in_schema=False)
_NAMED = 200


@router.get("/find")
async def find(request: Request, who: Viewer, key: str = "") -> Response:
    """An outage's id, a device, device:port, a site, else a subscriber."""
    key = key.strip()[:200]
    daemon = request.app.state.daemon
    if not key:
        return RedirectResponse("/", 303)
    if await asyncio.to_thread(daemon.outages.get, key) is not None:
        return RedirectResponse(f"/outages/{key}", 303)
    device = key.partition(":")[0]
    if device == "site" or await asyncio.to_thread(daemon.app.inventory.device, device):
        return RedirectResponse(f"/impact?{urlencode({'place': key})}", 303)
    return RedirectResponse(f"/operator?{urlencode({'key': key})}", 303)


@router.get("/impact")
async def impact(request: Request, who: Viewer, place: str = "") -> Response:
    """Who loses service when it fails, what goes with it, what goes on over another path."""
    behind: Behind | None = None
    if place:
        inventory = request.app.state.daemon.app.inventory
        behind = await asyncio.to_thread(behind_root, inventory, place)
    return page(request, "impact.html", who, {"place": place, "behind": behind, "named": _NAMED})


@router.get("/impact.csv")
async def impact_csv(request: Request, who: Viewer, place: str) -> Response:
    """The same for a spreadsheet; contact data for the NOC alone."""
    state, contacts = request.app.state, who.user.role.allows(UserRole.NOC)
    inventory = state.daemon.app.inventory

    def made() -> str:
        behind = behind_root(inventory, place)
        return as_csv(
            rows(behind, records(inventory, behind), contacts=contacts), contacts=contacts
        )

    text = await asyncio.to_thread(made)
    if contacts:
        line = Changed(at=datetime.now(UTC), who=who.user.name, what="impact.contacts", thing=place)
        await asyncio.to_thread(state.accounts.changes.add, line)
    headers = {"content-disposition": 'attachment; filename="impact.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)
