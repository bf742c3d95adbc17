"""What was accepted before a crash and never got to the engine is begun at the next start."""

from __future__ import annotations

import asyncio
import json
import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from netdiag.model.errors import NetdiagError
from netdiag.service.daemon.asked import Asked

if TYPE_CHECKING:
    from netdiag.service.daemon.daemon import Daemon

_SINCE = timedelta(days=2)
_log = logging.getLogger(__name__)


async def take_up(daemon: Daemon) -> None:
    """Begin it now. Raises StoreError."""
    since = datetime.now(UTC) - _SINCE
    for job, body in await asyncio.to_thread(daemon.inbox.since, since):
        if await daemon.jobs.get(job) is not None:
            continue
        accepted = json.loads(body)
        known = await asyncio.to_thread(daemon.diagnoses.get, job)
        if known is not None and not accepted.get("tell"):
            continue
        if accepted.get("flow"):
            await daemon.desk.begin(accepted["flow"], job, accepted["work"])
            continue
        asked = Asked(**accepted)
        try:
            await daemon.begin(await daemon.find(asked.key), asked, job)
        except NetdiagError as error:
            _log.warning("accepted work %s cannot be begun: %s", job, error)
