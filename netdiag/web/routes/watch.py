"""What nobody was told and why."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from fastapi import APIRouter

from netdiag.service.watch.held import held
from netdiag.web.asking import TheDaemon
from netdiag.web.auth import Read
from netdiag.web.models_watch import HeldModel

router = APIRouter(prefix="/api/v1", tags=["outages"])


@router.get("/outages/held", response_model=list[HeldModel])
async def held_back(daemon: TheDaemon, token: Read) -> list[HeldModel]:
    """Held back now (quiet hours, a storm, too small …), dropped or failed within a day."""
    watching = daemon.watching

    def found() -> list[HeldModel]:
        return [
            HeldModel.model_validate(one, from_attributes=True)
            for one in held(
                daemon.outages,
                watching.notices,
                watching.windows,
                watching.redundancy,
                daemon.app,
                datetime.now(UTC),
            )
        ]

    return await asyncio.to_thread(found)
