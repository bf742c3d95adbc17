"""What a sweep tells inference: who fell silent, who is back. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from netdiag.model.event import Event
from netdiag.model.sweep import Reach
from netdiag.service.sweep.visit import Visit

_THERE = (Reach.OK, Reach.PARTIAL, Reach.NO_ANSWER, Reach.REFUSED)


def as_events(
    sweep: str, visits: Iterable[Visit], misses: Mapping[str, int], now: datetime
) -> list[Event]:
    """Events of devices. `misses`: in how many sweeps before this one in a row each was silent.
    Who was there and is there is no news; who was not asked, or stands behind a silent one, says
    nothing about himself."""
    found = []
    for visit in visits:
        silent = visit.reach is Reach.SILENT
        back = visit.reach in _THERE and misses.get(visit.device, 0) > 0
        if silent or back:
            found.append(
                Event(
                    at=now,
                    source="sweep",
                    subject=visit.device,
                    kind="probe",
                    state="down" if silent else "up",
                    detail={"sweep": sweep},
                    key=f"{sweep}:{visit.device}",
                )
            )
    return found
