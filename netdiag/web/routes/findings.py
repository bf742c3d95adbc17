"""What sweeps have found: read by everybody who may read."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from netdiag.service.sweep.words import document
from netdiag.store.findings import Findings
from netdiag.web.asking import TheDaemon
from netdiag.web.auth import Read
from netdiag.web.models import Key
from netdiag.web.models_findings import FindingModel, FindingState
from netdiag.web.problems import Problem

router = APIRouter(prefix="/api/v1/findings", tags=["findings"])
_LARGEST = 2**31 - 1  # of a number in the store


@router.get("", response_model=list[FindingModel])
async def all_findings(
    daemon: TheDaemon,
    token: Read,
    state: FindingState = FindingState.OPEN,
    site: Key | None = None,
    device: Key | None = None,
    rule: Key | None = None,
    severity: Key | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> list[dict[str, Any]]:
    """The most important first: by customers behind the place, by how much it hurts them, and by
    how sure it is."""
    found = await asyncio.to_thread(
        Findings(daemon.database).find,
        state=None if state is FindingState.ALL else state.value,
        site=site,
        device=device,
        rule=rule,
        severity=severity,
        limit=limit,
    )
    return [document(one, daemon.app.content) for one in found]


@router.get("/{id}", response_model=FindingModel)
async def one_finding(
    id: Annotated[int, Path(ge=0, le=_LARGEST)], daemon: TheDaemon, token: Read
) -> dict[str, Any]:
    """One finding with its evidence and the proposed action."""
    found = await asyncio.to_thread(Findings(daemon.database).get, id)
    if found is None:
        raise Problem(404, f"There is no finding {id}.")
    return document(found, daemon.app.content)
