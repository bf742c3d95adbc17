"""The engineer's bench for probes: try them on one device, record what it says."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from netdiag.content import placeholders
from netdiag.model.fact import Absence, Fact, Facts, Reading
from netdiag.model.probe import Probe, TargetKind
from netdiag.model.scene import Scene
from netdiag.model.verdict import ProbeRun
from netdiag.model.wire import Answer, Deadline, NoAnswer, Question, Target
from netdiag.model.words import Consent, Outcome
from netdiag.probing import plan
from netdiag.probing.ask import Ask, ask_all
from netdiag.probing.listing import Listed
from netdiag.probing.merge import lay_over
from netdiag.probing.render import Params
from netdiag.probing.show import shown
from netdiag.service.app import App
from netdiag.service.listing import Lister
from netdiag.service.teach.scene import bench_scene, of_the_device, recorded

_PER_PROBE_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What was asked, as an engineer would put it to the device himself, and the raw reply."""

    device: str
    asks: str
    reply: Answer | NoAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One probe on one device, and what came of it. `listed`: a table read row by row."""

    run: ProbeRun
    readings: tuple[Reading, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    listed: tuple[Listed, ...] = ()
    probe: Probe | None = None
    know: Mapping[str, str] = field(default_factory=dict)  # what was known when it was asked


async def try_device(
    app: App, place: str, *, disruptive: bool = False, only: Collection[str] = ()
) -> list[Tried]:
    """Run every probe that a device (or `device:port`) can be asked, one after the other; `only`
    those of these names, with what they need.

    Those that disturb the service run only when `disruptive`, on a port that was named, and after
    an audit record; those that change the device never (`diagnose --disruptive` runs them). Raises
    UnknownSubscriberError when the inventory has no such device.
    """
    scene = await asyncio.to_thread(bench_scene, app, place, disruptive)
    errands, _ = plan.errands(app.content, scene)
    bench = _Bench(app=app, scene=scene, known=scene.facts)
    pending = [
        errand
        for errand in of_the_device(errands, scene)
        if await _may(app, errand, scene, place, disruptive=disruptive)
    ]
    while ready := [errand for errand in pending if bench.lacks(errand) is None]:
        pending = [errand for errand in pending if errand not in ready]
        for errand in ready:  # what they tell may let others go
            await bench.ask(errand)
    bench.tried += [_skipped(errand, f"{bench.lacks(errand)} is not known") for errand in pending]
    bench.tried += await _tables(app, scene)
    return [one for one in bench.tried if not only or one.run.probe in only]


@dataclass(slots=True, kw_only=True)
class _Bench:
    app: App
    scene: Scene
    known: Facts
    tried: list[Tried] = field(default_factory=list)

    def lacks(self, errand: plan.Errand) -> str | None:
        return plan.lacks(errand, Params(self.scene.params, self.known))

    async def ask(self, errand: plan.Errand) -> None:
        heard: list[Exchange] = []
        know = _needed(errand, Params(self.scene.params, self.known))
        asked = await ask_all(
            errand,
            self.known,
            self.scene,
            self.app.content,
            _listening(self.app, heard),
            Deadline.after(_PER_PROBE_S),
            lambda: datetime.now(UTC),
            ZoneInfo(self.app.settings.timezone),
        )
        self.known = lay_over(self.known, asked.readings)
        self.tried.append(
            Tried(
                run=asked.run,
                readings=asked.readings,
                exchanges=tuple(heard),
                probe=errand.probe,
                know=know,
            )
        )


def _needed(errand: plan.Errand, params: Params) -> dict[str, str]:
    """Values of every placeholder that the question or the reading names."""
    options = {f"option.{n}": text for one in errand.targets for n, text in one.options.items()}
    read = repr((errand.probe.facts, errand.probe.expect))
    named = {name for name, _ in placeholders.names_in(read)}
    names = sorted(named | set(errand.probe.needs))
    told = {name: options.get(name) or params.get(name) for name in names}
    return {name: text for name, text in told.items() if text}


def _skipped(errand: plan.Errand, why: str) -> Tried:
    run = ProbeRun(
        probe=errand.probe.id,
        device=errand.targets[0].device,
        transport=errand.probe.transport,
        outcome=Outcome.SKIPPED,
        duration_s=0.0,
        why=why,
    )
    return Tried(run=run)


def _listening(app: App, heard: list[Exchange]) -> Ask:
    async def ask(
        transport: str, target: Target, question: Question, deadline: Deadline
    ) -> Answer | NoAnswer:
        reply = await app.wires.ask(transport, target, question, deadline)
        heard.append(Exchange(device=target.device, asks=shown(question), reply=reply))
        return reply

    return ask


async def _tables(app: App, scene: Scene) -> list[Tried]:
    """Tables that are read row by row: neighbours, own ports, VLANs."""
    tried: list[Tried] = []
    for target in scene.targets.get(TargetKind.ACCESS, ()):
        heard: list[Exchange] = []
        lister = Lister(
            content=app.content,
            ask=_listening(app, heard),
            deadline=Deadline.after(3 * _PER_PROBE_S),
            timezone=app.settings.timezone,
        )
        for probe in lister.probes(target, lambda probe: not _names(probe)):
            before = len(heard)
            one = await lister.one(target, probe, {})
            rows = one.table.rows if one.table else ()
            tried.append(Tried(run=one.run, exchanges=tuple(heard[before:]), listed=tuple(rows)))
    return tried


def _names(probe: Probe) -> bool:
    """Does it need a person or place to ask about?"""
    return any(not name.startswith("option.") for name in probe.needs)


async def _may(
    app: App, errand: plan.Errand, scene: Scene, place: str, *, disruptive: bool
) -> bool:
    if errand.probe.act is not None:
        return False
    if errand.probe.consent is Consent.NONE:
        return True
    return disruptive and ":" in place and await recorded(app, errand, scene)


def counts(tried: list[Tried]) -> tuple[int, int]:
    """How many facts were read, and how many were not."""
    readings: list[Reading] = [r for one in tried for r in one.readings]
    read = sum(isinstance(r, Fact) for r in readings)
    return read, sum(isinstance(r, Absence) for r in readings)
