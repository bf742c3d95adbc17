"""Ask a device for its tables and read them row by row: `target: device` probes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from netdiag.locating.neighbours import Table
from netdiag.model.content import Content
from netdiag.model.fact import Facts
from netdiag.model.probe import Probe, TargetKind
from netdiag.model.verdict import ProbeRun
from netdiag.model.wire import Answer, Deadline, NoAnswer, Question, Target
from netdiag.model.words import AbsenceReason, Outcome
from netdiag.probing.listing import read_each
from netdiag.probing.plan import LOGINS, has_login
from netdiag.probing.render import NoValueError, Params, render
from netdiag.probing.show import shown

Ask = Callable[[str, Target, Question, Deadline], Awaitable[Answer | NoAnswer]]
_AT_THE_DOOR = (AbsenceReason.TIMED_OUT, AbsenceReason.NOT_REACHABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The table of one probe of one device, and what became of the question."""

    device: str
    table: Table | None
    run: ProbeRun

    @property
    def silent(self) -> bool:
        """Did nobody answer at all?"""
        return self.table is None and any(str(r) in (self.run.why or "") for r in _AT_THE_DOOR)


@dataclass(slots=True, kw_only=True)
class Lister:
    """Puts such questions and remembers them: nobody is asked the same twice. Bounded by its
    deadline; a device that did not answer is asked nothing more over that transport."""

    content: Content
    ask: Ask
    deadline: Deadline
    timezone: str = "UTC"
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    runs: list[ProbeRun] = field(default_factory=list)
    _silent: set[tuple[str, str]] = field(default_factory=set)

    def probes(self, target: Target, wanted: Callable[[Probe], bool]) -> list[Probe]:
        """Those of the device's own listing probes that are wanted and that can be asked."""
        platform = self.content.platforms.get(target.platform)
        served = platform.transports if platform else ()
        return [
            probe
            for probe in self.content.probes_of(target.platform)
            if probe.target is TargetKind.DEVICE
            and wanted(probe)
            and _can(probe.transport, target, served)
        ]

    async def all(
        self, target: Target, probes: Iterable[Probe], own: Mapping[str, str]
    ) -> list[Listed]:
        """The tables of one device, one question after the other."""
        return [await self.one(target, probe, own) for probe in probes]

    async def one(self, target: Target, probe: Probe, own: Mapping[str, str]) -> Listed:
        """One table."""
        begun = time.monotonic()
        options = {f"option.{name}": text for name, text in target.options.items()}
        params = Params({**own, **options, "host": target.host}, Facts())
        limit = self.deadline.at_most(probe.timeout_s)
        try:
            question = render(probe.ask, params)
        except NoValueError as error:
            return self._none(target, probe, Outcome.SKIPPED, f"{error.name} is not known", begun)
        if (target.device, probe.transport) in self._silent:
            return self._none(target, probe, Outcome.SKIPPED, "it did not answer before", begun)
        if limit.remaining <= 0:
            return self._none(target, probe, Outcome.SKIPPED, "no time was left", begun)
        reply = await self._asked(probe.transport, target, question, limit)
        if isinstance(reply, NoAnswer):
            if reply.why in _AT_THE_DOOR or reply.at_the_door:
                self._silent.add((target.device, probe.transport))
            why = f"{reply.why}: {reply.detail}"
            return self._none(target, probe, Outcome.ABSENT, why, begun)
        rows = read_each(
            probe,
            reply,
            self.content.vocabulary,
            params,
            self.clock(),
            target.device,
            ZoneInfo(self.timezone),
        )
        table = Table(probe=probe.id, query=shown(question), at=self.clock(), rows=rows)
        run = _run(target, probe, Outcome.OK, "the table was cut" if reply.cut else None, begun)
        self.runs.append(run)
        return Listed(device=target.device, table=table, run=run)

    async def _asked(
        self, transport: str, target: Target, question: Question, limit: Deadline
    ) -> Answer | NoAnswer:
        try:
            async with asyncio.timeout(limit.remaining + 0.05):
                return await self.ask(transport, target, question, limit)
        except TimeoutError:
            return NoAnswer(why=AbsenceReason.TIMED_OUT, detail="no answer before the deadline")

    def _none(
        self, target: Target, probe: Probe, outcome: Outcome, why: str, begun: float
    ) -> Listed:
        run = _run(target, probe, outcome, why, begun)
        self.runs.append(run)
        return Listed(device=target.device, table=None, run=run)


def _can(transport: str, target: Target, served: tuple[str, ...]) -> bool:
    if transport not in LOGINS:
        return True
    return (not served or transport in served) and has_login(transport, target)


def _run(target: Target, probe: Probe, outcome: Outcome, why: str | None, begun: float) -> ProbeRun:
    return ProbeRun(
        probe=probe.id,
        device=target.device,
        transport=probe.transport,
        outcome=outcome,
        duration_s=round(time.monotonic() - begun, 4),
        why=why,
    )
