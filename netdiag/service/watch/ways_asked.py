"""Dead links of rings are asked after: the notification that one is up again may be lost."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import UTC, datetime

from netdiag.model.errors import NetdiagError
from netdiag.model.event import Event
from netdiag.service.app import App
from netdiag.service.diagnosis.check_port import read_port

_DEADLINE_S = 10.0
_log = logging.getLogger(__name__)


async def found_up(places: Iterable[str], app: App) -> list[Event]:
    """Events of those `DEVICE:PORT` that have link now. Of one that is down, or could not be asked,
    there is nothing new to tell."""
    found = []
    for place in places:
        try:
            status = (await read_port(app, place, _DEADLINE_S)).fact("port.oper_status")
        except NetdiagError as error:
            _log.info("%s is not asked after: %s", place, error)
            continue
        if status is not None and status.value == "up":
            now = datetime.now(UTC)
            found.append(Event(at=now, source="watch", subject=place, kind="probe", state="up"))
    return found
