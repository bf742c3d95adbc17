"""The technician's real cause, out of a field of the ticket that he closes."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime

from netdiag.model.errors import ContentError
from netdiag.model.ticket import Case
from netdiag.routing.desks.desk import Seen
from netdiag.service.kpi.feedback import codes_of, finding_of_ticket
from netdiag.service.tickets.room import Room

_log = logging.getLogger(__name__)


async def keep_finding(room: Room, case: Case, seen: Seen, who: str) -> None:
    """Keep what it really was, where the operator declared a field and its codes (`feedback`)."""
    app = room.daemon.app
    if app.settings.feedback is None or case.subscriber is None:
        return
    try:
        codes = await asyncio.to_thread(codes_of, app.settings, app.content)
    except ContentError as error:
        _log.warning("closing codes of tickets are not read: %s", error)
        return
    finding = finding_of_ticket(
        codes,
        system=case.system,
        ticket=case.external_id,
        fields=seen.fields,
        subscriber=case.subscriber,
        diagnosis=case.diagnosis,
        at=datetime.now(UTC),
        who=who,
    )
    if finding is not None:
        await asyncio.to_thread(room.daemon.feedback.add_new, [finding])
