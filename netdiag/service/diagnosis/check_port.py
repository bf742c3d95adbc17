"""Ask about one port and nothing else, for `netdiag check-port`."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from netdiag.model.errors import UnknownSubscriberError
from netdiag.model.fact import Facts
from netdiag.model.subscriber import Attachment, Subscriber
from netdiag.model.wire import Deadline
from netdiag.probing.run import Run
from netdiag.service.app import App
from netdiag.service.diagnosis.diagnose import place_of
from netdiag.service.diagnosis.scene import set_scene
from netdiag.triage.plugin import FACTS, Limits, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """What the user set; None: as in rules/thresholds.yaml."""

    errors_warning: float | None = None
    errors_critical: float | None = None
    speed_mbps: float | None = None
    down: State = State.CRITICAL


def limits(app: App, wish: Thresholds) -> Limits:
    """The user's thresholds over those of the rules."""
    usual = app.content.thresholds
    warning, critical = wish.errors_warning, wish.errors_critical
    return Limits(
        errors_warning=float(usual["fcs_warn"].value) if warning is None else warning,
        errors_critical=float(usual["fcs_major"].value) if critical is None else critical,
        speed_mbps=wish.speed_mbps,
        down=wish.down,
    )


async def read_port(app: App, place: str, deadline_s: float) -> Facts:
    """The facts that the plugin judges, read now; readings are kept for the next rate.

    Raises UnknownSubscriberError when the inventory has no such device.
    """
    device, _, port = place.partition(":")
    if not port or app.inventory.device(device) is None:
        raise UnknownSubscriberError(
            f"{place!r} is no DEVICE:PORT of the inventory. `netdiag check` shows what it holds."
        )
    now = datetime.now(UTC)
    subscriber = Subscriber(id=place, attachment=Attachment(device=device, port=port))
    where = place_of(subscriber, Attachment(device=device, port=port))
    stored = await asyncio.to_thread(app.readings.earlier, where, now)
    scene = await asyncio.to_thread(
        set_scene, subscriber, app.inventory, app.settings, app.content, now, stored
    )
    run = Run(
        content=app.content,
        scene=scene,
        ask=app.wires.ask,
        wanted=lambda facts: {name: 1.0 for name in FACTS if facts.fact(name) is None},
        deadline=Deadline.after(deadline_s),
        zone=ZoneInfo(app.settings.timezone),
    )
    probed = await run.go()
    await asyncio.to_thread(app.readings.keep, where, probed.kept)
    return probed.facts
