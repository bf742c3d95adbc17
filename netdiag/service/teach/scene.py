"""A scene for the engineer's bench: a device, a port, and somebody on it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

from netdiag.model.errors import UnknownSubscriberError
from netdiag.model.probe import TargetKind
from netdiag.model.scene import Scene
from netdiag.model.subscriber import Attachment, Device, Subscriber
from netdiag.probing import plan
from netdiag.service.app import App
from netdiag.service.diagnosis.diagnose import place_of
from netdiag.service.diagnosis.scene import set_scene


async def recorded(app: App, errand: plan.Errand, scene: Scene) -> bool:
    """The audit record of a test that disturbs the service; False when it could not be written."""
    return await asyncio.to_thread(
        app.readings.record,
        who="probes try",
        what=errand.probe.id,
        device=scene.attachment.device or "",
        port=scene.attachment.port or "",
        why="an engineer tries the probes; --disruptive True",
    )


def bench_scene(app: App, place: str, disruptive: bool) -> Scene:
    """The scene of a device, or of `device:port`. Raises UnknownSubscriberError."""
    name, _, port = place.partition(":")
    device = app.inventory.device(name)
    if device is None:
        raise UnknownSubscriberError(
            f"There is no device {name!r} in the inventory. `netdiag check` shows what it holds."
        )
    subscriber = _someone(app, device, port)
    now = datetime.now(UTC)
    return set_scene(
        subscriber,
        app.inventory,
        app.settings,
        app.content,
        now,
        app.readings.earlier(place_of(subscriber, Attachment(device=device.id, port=port)), now),
        disruptive=disruptive,
    )


def _someone(app: App, device: Device, port: str) -> Subscriber:
    """The subscriber on that port, or one made up, so that the probes have a port to ask about."""
    for ident in app.inventory.behind(device.id, port or None).subscribers:
        subscriber = app.inventory.subscriber(ident)
        at = subscriber.attachment if subscriber else None
        if subscriber and at and at.device == device.id and (not port or at.port == port):
            return subscriber
    return Subscriber(id=device.id, attachment=Attachment(device=device.id, port=port or "1"))


def of_the_device(errands: list[plan.Errand], scene: Scene) -> Iterator[plan.Errand]:
    """Those that the device itself is asked, as access device or as router."""
    own = (TargetKind.ACCESS, TargetKind.BNG)
    access = scene.attachment.device
    for errand in errands:
        if errand.probe.target in own and errand.targets[0].device == access:
            yield errand
