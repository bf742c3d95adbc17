"""What was not told, to whom, and why: nothing that is held back is hidden."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from netdiag.model.notice import NoticeState
from netdiag.model.outage import OutageState
from netdiag.service.app import App
from netdiag.service.outages.place import expected_by
from netdiag.service.watch.weakened import Redundancy
from netdiag.store.maintenance import Windows
from netdiag.store.notices import Notices
from netdiag.store.outages import Register

_LOOK_BACK = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One thing that somebody was not told."""

    outage: str
    root: str
    destination: str  # a destination of people, or `alertmanager`
    kind: str  # raised, changed, cleared
    state: str  # held, dropped, failed
    why: str
    at: datetime


def held(
    register: Register,
    notices: Notices,
    windows: Windows,
    redundancy: Redundancy,
    app: App,
    now: datetime,
) -> Iterator[Held]:
    """What is held back now, and what was dropped or failed within a day."""
    weak = {one.id: one.resource for one in redundancy.all()}
    for notice in notices.held(now - _LOOK_BACK):
        outage = register.get(notice.outage)
        yield Held(
            outage=notice.outage,
            root=outage.root if outage else weak.get(notice.outage, ""),
            destination=notice.destination,
            kind=str(notice.kind),
            state=str(notice.state),
            why=notice.why,
            at=notice.at,
        )
    current = windows.current(now)
    for outage in register.open_ones():
        window = expected_by(outage.root, current, app.inventory, now)
        suspected = outage.state is OutageState.SUSPECTED
        if suspected or window is not None:
            why = f"maintenance {window.id} until {window.until:%H:%M}" if window else ""
            yield Held(
                outage=outage.id,
                root=outage.root,
                destination="alertmanager",
                kind="raised",
                state=str(NoticeState.HELD),
                why="only suspected" if suspected else why,
                at=outage.since,
            )
