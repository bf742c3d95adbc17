"""The engineer's bench for probes: try them on one device, record what it says."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from netdiag.model.errors import UnknownSubscriberError
from netdiag.model.fact import Absence, Fact, Reading
from netdiag.model.probe import TargetKind
from netdiag.model.scene import Scene
from netdiag.model.subscriber import Attachment, Device, Subscriber
from netdiag.model.verdict import ProbeRun
from netdiag.model.wire import Deadline
from netdiag.model.words import Consent
from netdiag.probing import plan
from netdiag.probing.ask import ask_all
from netdiag.probing.merge import lay_over
from netdiag.service.app import App
from netdiag.service.diagnose import place_of
from netdiag.service.scene import set_scene

_PER_PROBE_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One probe on one device, and what came of it."""

    run: ProbeRun
    readings: tuple[Reading, ...]


async def try_device(app: App, place: str, *, disruptive: bool = False) -> list[Tried]:
    """Run every probe that a device (or `device:port`) can be asked, one after the other.

    Those that disturb the service run only when `disruptive`, on a port that was named, and after
    an audit record; those that change the device need a diagnosis around them. Raises
    UnknownSubscriberError when the inventory has no such device.
    """
    scene = await asyncio.to_thread(_scene, app, place, disruptive)
    errands, _ = plan.errands(app.content, scene)
    known = scene.facts
    tried: list[Tried] = []
    for errand in _of_the_device(errands, scene):
        if errand.probe.act is not None:
            continue
        if errand.probe.consent is not Consent.NONE and not (
            disruptive and ":" in place and await _recorded(app, errand, scene)
        ):
            continue
        asked = await ask_all(
            errand,
            known,
            scene,
            app.content,
            app.wires.ask,
            Deadline.after(_PER_PROBE_S),
            lambda: datetime.now(UTC),
            ZoneInfo(app.settings.timezone),
        )
        known = lay_over(known, asked.readings)
        tried.append(Tried(run=asked.run, readings=asked.readings))
    return tried


def counts(tried: list[Tried]) -> tuple[int, int]:
    """How many facts were read, and how many were not."""
    readings: list[Reading] = [r for one in tried for r in one.readings]
    read = sum(isinstance(r, Fact) for r in readings)
    return read, sum(isinstance(r, Absence) for r in readings)


async def _recorded(app: App, errand: plan.Errand, scene: Scene) -> bool:
    return await asyncio.to_thread(
        app.readings.record,
        who="probes try",
        what=errand.probe.id,
        device=scene.attachment.device or "",
        port=scene.attachment.port or "",
        why="an engineer tries the probes; --disruptive True",
    )


def _scene(app: App, place: str, disruptive: bool) -> Scene:
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


def _of_the_device(errands: list[plan.Errand], scene: Scene) -> Iterator[plan.Errand]:
    own = (TargetKind.ACCESS, TargetKind.BNG)
    access = scene.attachment.device
    for errand in errands:
        if errand.probe.target in own and errand.targets[0].device == access:
            yield errand
