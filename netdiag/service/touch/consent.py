"""Consent: what may be touched, what it costs the customer, and the record of what was done."""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from netdiag.inventory.inventory import Inventory
from netdiag.model.content import Content
from netdiag.model.errors import NetdiagError
from netdiag.model.probe import Probe, TargetKind
from netdiag.model.scene import Scene
from netdiag.model.touched import Touched, TouchState
from netdiag.model.verdict import ProbeRun
from netdiag.model.wire import Answer, Deadline, NoAnswer, Question, Target, Touch
from netdiag.model.words import AbsenceReason, Consent, Disruption, Outcome
from netdiag.service.touch.touch import Permit, Toucher
from netdiag.store.journal import Journal

Ask = Callable[[str, Target, Question, Deadline], Awaitable[Answer | NoAnswer]]
_LONG_ENOUGH_S = 240.0  # a test that stops the service must not be cut off in the middle
_SECONDS = {Disruption.BRIEF: 5.0, Disruption.OUTAGE: 15.0}  # where a probe does not say


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """On whose word the service is touched."""

    who: str
    ticket: str | None
    disruptive: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """A test that may be made, and for how long the customer is without service."""

    title: str
    seconds: float


def deadline_s(usual: float, disruptive: bool) -> float:
    """Seconds for the whole answer."""
    return max(usual, _LONG_ENOUGH_S) if disruptive else usual


def costs(content: Content, platform: str) -> tuple[Cost, ...]:
    """All tests of a platform that stop or may stop the service, the mildest first."""
    found = [
        Cost(title=probe.title, seconds=probe.outage_s or _SECONDS[probe.disruption])
        for probe in content.probes_of(platform)
        if probe.consent is not Consent.NONE and probe.disruption in _SECONDS
    ]
    return tuple(sorted(found, key=lambda cost: cost.seconds))


def sharers(inventory: Inventory, device: str, port: str) -> int | None:
    """How many subscribers the inventory knows on a port; None when it cannot be asked."""
    try:
        return len(inventory.behind(device, port).subscribers)
    except NetdiagError:
        return None


def asking(ask: Ask, toucher: Toucher | None, scene: Scene, party: Party) -> Ask:
    """The way out for one diagnosis: questions go as ever, touches by consent and journal."""

    async def put(
        transport: str, target: Target, question: Question, deadline: Deadline
    ) -> Answer | NoAnswer:
        if not isinstance(question, Touch):
            return await ask(transport, target, question, deadline)
        if toucher is None or not party.disruptive:
            detail = "it changes the device: that runs only with --disruptive"
            return NoAnswer(why=AbsenceReason.NOT_ASKED, detail=detail)
        return await toucher.perform(
            transport, target, question, deadline, _permit(scene, party, question)
        )

    return put


def record(
    journal: Journal, runs: Iterable[ProbeRun], content: Content, scene: Scene, party: Party
) -> None:
    """Journal lines for tests that end by themselves (a cable test): what came of them. Those
    that are undone have written their own."""
    asked = scene.targets.get(TargetKind.ACCESS, ())
    probes = content.probes_of(asked[0].platform) if asked else ()
    tests = {p.id: p for p in probes if p.consent is not Consent.NONE and p.act is None}
    for run in runs:
        if run.probe in tests and run.outcome is not Outcome.SKIPPED:
            try:
                journal.write(_line(run, tests[run.probe], scene, party))
            except NetdiagError:
                return  # the order itself stands in the audit record


def _permit(scene: Scene, party: Party, touch: Touch) -> Permit:
    return Permit(
        who=party.who,
        what=touch.what,
        device=scene.attachment.device or "",
        port=scene.attachment.port or "",
        subscriber=scene.subscriber.id,
        ticket=party.ticket,
    )


def _line(run: ProbeRun, probe: Probe, scene: Scene, party: Party) -> Touched:
    now = datetime.now(UTC)
    return Touched(
        id=str(uuid.uuid4()),
        begun_at=now - timedelta(seconds=run.duration_s),
        ended_at=now,
        who=party.who,
        what=probe.id,
        device=scene.attachment.device or "",
        port=scene.attachment.port or "",
        subscriber=scene.subscriber.id,
        ticket=party.ticket,
        transport=run.transport,
        due_at=now,
        host=socket.gethostname(),
        pid=os.getpid(),
        state=TouchState.DONE,
        outcome=f"{run.outcome}" + (f": {run.why}" if run.why else ""),
    )
