"""Outages that were open when the memory of inference was lost: they end when all is well."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from netdiag.model.outage import Outage
from netdiag.service.app import App
from netdiag.service.watch.inference import Inference
from netdiag.service.watch.probes import Prober
from netdiag.service.watch.tree import Known

_GIVEN_UP = timedelta(hours=6)  # after that, one whose root cannot be asked is let go
_NOTE = "found well after inference had lost it"


class Orphans:
    """Looks after them."""

    def __init__(self, prober: Prober) -> None:
        self._prober = prober

    async def look(self, inference: Inference, app: App) -> int:
        """Ask the roots of all orphans, and let those go that are over; how many."""
        watch, known = inference.watch, inference.known
        if watch is None or known is None:
            return 0
        living = [change.outage for change in watch.open()]
        now, gone = datetime.now(UTC), 0
        for orphan in await asyncio.to_thread(inference.writer.orphans, living):
            if await self._is_over(orphan, app, known, now):
                await asyncio.to_thread(inference.writer.let_go, orphan, now, _NOTE)
                gone += 1
        return gone

    async def _is_over(self, orphan: Outage, app: App, known: Known, now: datetime) -> bool:
        devices = {root.partition(":")[0] for root in orphan.root.split("+")}
        up = [await self._prober.device_is_up(one, app, known) for one in devices]
        return all(up) if None not in up else now - orphan.since > _GIVEN_UP
