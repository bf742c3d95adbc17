"""Keeps Alertmanager in step with the register of outages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from netdiag.model.outage import Outage, OutageState
from netdiag.notify.alertmanager import ALERT, CUT_OFF, Alert, Alertmanager, due
from netdiag.service.app import App
from netdiag.service.outages.place import expected_by, place_of
from netdiag.service.outages.words import outage_sentence
from netdiag.service.watch.notify_settings import NotifySettings
from netdiag.service.watch.tell_weakened import alert_of_weakened
from netdiag.service.watch.weakened import Redundancy
from netdiag.store.cursors import Cursors
from netdiag.store.maintenance import Windows
from netdiag.store.outages import Register

Json = dict[str, Any]
_CURSOR = "alertmanager"
_TOLD = (OutageState.CONFIRMED, OutageState.CLEARING)
_MOST_LISTED = 50
_MOST_DEVICES = 2000


class Alerts:
    """What fires is what the register says is broken now; nothing else is remembered but which
    labels were told, so that each is told as resolved one day, also over a restart."""

    def __init__(
        self,
        register: Register,
        windows: Windows,
        redundancy: Redundancy,
        cursors: Cursors,
        manager: Alertmanager,
        may: Callable[[], bool] = lambda: True,
    ) -> None:
        self._may = may
        self._register = register
        self._windows = windows
        self._redundancy = redundancy
        self._cursors = cursors
        self._manager = manager

    async def send(self, app: App, settings: NotifySettings) -> None:
        """Tell all that fires and all that was over within five minutes. Raises RefusedError,
        NotDeliveredError."""
        now = datetime.now(UTC)
        told, alerts = await asyncio.to_thread(self._alerts, app, settings, now)
        if not self._may():
            return  # asleep meanwhile: what fires is another process's to tell now
        if alerts != told:
            # Written down first: what is told must be resolved one day, whatever happens now.
            kept = [_kept(alert) for alert in alerts]
            await asyncio.to_thread(self._cursors.put, _CURSOR, kept, now)
        await self._manager.send(alerts, now)

    def _alerts(
        self, app: App, settings: NotifySettings, now: datetime
    ) -> tuple[tuple[Alert, ...], tuple[Alert, ...]]:
        told = tuple(_alert(one) for one in self._cursors.get(_CURSOR) or ())
        windows = self._windows.current(now)
        wanted: list[Alert] = []
        for outage in self._register.open_ones():
            if outage.state not in _TOLD:
                continue
            if expected_by(outage.root, windows, app.inventory, now) is None:
                wanted.append(alert_of(outage, app, settings.link))
                if settings.alertmanager is not None and settings.alertmanager.devices:
                    wanted += cut_off_by(outage, app)
        for one in self._redundancy.now():
            expected = expected_by(one.resource, windows, app.inventory, now)
            if one.told_at is not None and expected is None:
                wanted.append(alert_of_weakened(one, app))
        return told, due(told, wanted, now)


def alert_of(outage: Outage, app: App, link: str) -> Alert:
    """The alert of one outage. Its labels change only when its root does."""
    place = place_of(outage.root, app.inventory)
    cut = app.inventory.topology().cut_off([place.device]) if outage.root == place.device else ()
    return Alert(
        labels={
            "alertname": ALERT,
            "outage": outage.id,
            "root": outage.root,
            "root_device": place.device,
            "parent_device": place.parent,
            "scope": place.scope,
            "site": place.site,
        },
        annotations={
            "summary": f"{outage.root}: {outage.cause}, {_count(outage.subscribers)} subscribers",
            "description": outage_sentence(outage, "en", app.settings.timezone),
            "subscribers": _count(outage.subscribers),
            "cause": str(outage.cause),
            "confidence": f"{outage.confidence:.2f}",
            "expected_end": outage.expected_end.isoformat() if outage.expected_end else "",
            "devices_cut_off": str(len(cut)),
            "devices": ", ".join(cut[:_MOST_LISTED]),
            "origin": str(outage.origin),
        },
        started_at=outage.since,
        link=f"{link.rstrip('/')}/api/v1/outages/{outage.id}" if link else "",
    )


def cut_off_by(outage: Outage, app: App) -> list[Alert]:
    """An alert for the root's device and each that is cut off with it. config/alertmanager-inhibit
    silences by them what other programs say of the same device."""
    root = place_of(outage.root, app.inventory)
    if outage.root != root.device or root.scope == "site":
        return []
    found = []
    for device in (root.device, *app.inventory.topology().cut_off([root.device])[:_MOST_DEVICES]):
        place = place_of(device, app.inventory)
        labels = {
            "alertname": CUT_OFF,
            "device": device,
            "root_device": root.device,
            "parent_device": place.parent,
            "scope": place.scope,
            "site": place.site,
        }
        found.append(Alert(labels=labels, started_at=outage.since))
    return found


def _count(number: int | None) -> str:
    return "?" if number is None else str(number)


def _kept(alert: Alert) -> Json:
    return {
        "labels": dict(alert.labels),
        "annotations": dict(alert.annotations),
        "started_at": alert.started_at.isoformat(),
        "ended_at": alert.ended_at.isoformat() if alert.ended_at else None,
        "link": alert.link,
    }


def _alert(kept: Json) -> Alert:
    ended = kept["ended_at"]
    return Alert(
        labels=kept["labels"],
        annotations=kept["annotations"],
        started_at=datetime.fromisoformat(kept["started_at"]),
        ended_at=datetime.fromisoformat(ended) if ended else None,
        link=kept["link"],
    )
