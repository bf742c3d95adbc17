"""What sweeps have found: read by everybody who may read, voted on by who may diagnose."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from netdiag.model.sweep import Finding
from netdiag.service.daemon.daemon import Daemon
from netdiag.service.sweep.words import document
from netdiag.store.findings import Findings
from netdiag.store.tokens import Token
from netdiag.web.asking import IdempotencyKey, TheDaemon
from netdiag.web.auth import Diagnose, Read
from netdiag.web.models import Key
from netdiag.web.models_findings import FindingModel, FindingState, VotedModel, VoteRequest
from netdiag.web.once import once
from netdiag.web.problems import Problem

router = APIRouter(prefix="/api/v1/findings", tags=["findings"])
Number = Annotated[int, Path(ge=0, le=2**31 - 1)]


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
async def one_finding(id: Number, daemon: TheDaemon, token: Read) -> dict[str, Any]:
    """One finding with its evidence and the proposed action."""
    found = await asyncio.to_thread(Findings(daemon.database).get, id)
    if found is None:
        raise Problem(404, f"There is no finding {id}.")
    return document(found, daemon.app.content)


@router.post("/{id}/votes", response_model=VotedModel, status_code=201)
async def vote(
    id: Number,
    body: VoteRequest,
    daemon: TheDaemon,
    token: Diagnose,
    idempotency_key: IdempotencyKey = None,
) -> dict[str, Any]:
    """It counts for or against the rule, the last word of each caller on a finding; nonsense closes
    the finding for 90 days."""
    what = f"findings/{id}/votes"
    return await once(
        daemon, token, what, idempotency_key, body, lambda: _voted(id, body, daemon, token)
    )


async def _voted(number: int, body: VoteRequest, daemon: Daemon, token: Token) -> dict[str, Any]:
    register, now = Findings(daemon.database), datetime.now(UTC)

    def voted() -> Finding | None:
        found = register.get(number)
        if found is not None:
            register.vote(found, useful=body.useful, who=token.name, remark=body.remark, now=now)
        return register.get(number)

    found = await asyncio.to_thread(voted)
    if found is None:
        raise Problem(404, f"There is no finding {number}.")
    return VotedModel(id=number, state=found.state).model_dump()
