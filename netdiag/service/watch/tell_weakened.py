"""What is said of redundancy that is lost: to Alertmanager, and to people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from netdiag.model.maintenance import Maintenance
from netdiag.model.notice import News
from netdiag.model.outage import Cause
from netdiag.model.weakened import Weakened
from netdiag.notify.alertmanager import WEAKENED, Alert
from netdiag.notify.gate import Concern
from netdiag.notify.wording import Line
from netdiag.service.app import App
from netdiag.service.outages.place import expected_by, people_behind, place_of

_MOST_LISTED = 50


def alert_of_weakened(one: Weakened, app: App) -> Alert:
    """The alert of redundancy that is lost: a warning, nobody is cut off."""
    place = place_of(one.resource, app.inventory)
    behind = people_behind(one, app.inventory)
    return Alert(
        labels={
            "alertname": WEAKENED,
            "severity": "warning",
            "resource": one.resource,
            "root_device": place.device,
            "parent_device": place.parent,
            "scope": "redundancy",
            "site": place.site,
        },
        annotations={
            "summary": f"{one.resource} is gone, {len(one.dependents)} go on over another way",
            "description": "One more fault there would cut them off.",
            "devices": ", ".join(one.dependents[:_MOST_LISTED]),
            "subscribers_at_risk": str(behind),
        },
        started_at=one.since,
    )


def concern_of(one: Weakened, windows: Iterable[Maintenance], app: App, now: datetime) -> Concern:
    """For the gate: those at risk count as its subscribers, and it never breaks quiet hours."""
    window = expected_by(one.resource, windows, app.inventory, now)
    return Concern(
        subscribers=people_behind(one, app.inventory),
        site=place_of(one.resource, app.inventory).site,
        over=one.ended_at is not None,
        maintenance=f"maintenance {window.id} until {window.until:%H:%M}" if window else "",
        warning=True,
    )


def line_of(one: Weakened, app: App, since: str) -> Line:
    """For a message."""
    lasted = one.ended_at - one.since if one.ended_at else None
    return Line(
        kind=News.CLEARED if one.ended_at else News.RAISED,
        id=one.id,
        root=one.resource,
        site=place_of(one.resource, app.inventory).site,
        cause=Cause.UNKNOWN,
        subscribers=people_behind(one, app.inventory),
        since=since,
        minutes=round(lasted.total_seconds() / 60) if lasted else None,
        weak=True,
    )
