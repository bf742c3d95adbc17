"""Run probes until the judgement wants nothing more, or the deadline has come."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo

from netdiag.model.content import Content
from netdiag.model.fact import Absence, Fact, Facts, Reading
from netdiag.model.probe import TargetKind
from netdiag.model.scene import Scene
from netdiag.model.verdict import ProbeRun
from netdiag.model.vocabulary import Kind
from netdiag.model.wire import Answer, Deadline, NoAnswer, Question, Target
from netdiag.model.words import AbsenceReason, Consent, Outcome
from netdiag.probing import plan
from netdiag.probing.ask import Asked, ask_all, unasked
from netdiag.probing.derive import Derived, complete
from netdiag.probing.lines import Lines
from netdiag.probing.merge import lay_over
from netdiag.probing.render import Params

Ask = Callable[[str, Target, Question, Deadline], Awaitable[Answer | NoAnswer]]
Wanted = Callable[[Facts], Mapping[str, float]]
Audit = Callable[[plan.Errand], Awaitable[bool]]  # False: the record could not be written

SECOND_READING_S = 2.1
BREATH_S = 0.003
PATIENCE_S = 0.25  # so long a dear probe waits for cheap ones that could make it needless
_MARGIN_S = 0.05


async def _nobody_records(_errand: plan.Errand) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Probed:
    """What a run brought: the facts, what became of each probe, and readings worth keeping."""

    facts: Facts
    runs: tuple[ProbeRun, ...]
    kept: tuple[Fact, ...]


@dataclass(slots=True, kw_only=True)
class Run:
    """One run of probes for one scene. Use `go` once."""

    content: Content
    scene: Scene
    ask: Ask
    wanted: Wanted
    deadline: Deadline
    audit: Audit = _nobody_records
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    zone: tzinfo = UTC
    _read: Facts = field(default_factory=Facts)
    _first: Facts = field(default_factory=Facts)
    _runs: list[ProbeRun] = field(default_factory=list)
    _progress: plan.Progress = field(default_factory=plan.Progress)
    _lines: Lines = field(default_factory=Lines)
    _tasks: dict[asyncio.Task[Asked | None], plan.Errand] = field(default_factory=dict)
    _begun: float = field(default_factory=time.monotonic)
    _worked_out: tuple[Facts, Facts, Facts] | None = None
    _kept: Derived = field(default_factory=Derived)
    _kept_of_view: Derived = field(default_factory=Derived)

    async def go(self) -> Probed:
        """Start, wait, judge, until nothing is wanted or time is up. Never raises for a device."""
        self._read = self.scene.facts
        errands, refused = plan.errands(self.content, self.scene)
        try:
            await self._until_settled(errands)
        finally:
            await self._stop()
        self._note_the_rest(errands, refused)
        facts = self._complete()
        return Probed(facts, tuple(self._runs), self._worth_keeping())

    async def _until_settled(self, errands: list[plan.Errand]) -> None:
        while self.deadline.remaining > _MARGIN_S:
            facts = self._complete()
            view = self._settled_view(facts)
            wanted = self.wanted(view)
            if not wanted:
                return
            before = len(self._progress.done)
            self._start_ready(errands, wanted, facts, view)
            if not self._tasks:
                if len(self._progress.done) == before:
                    return
                continue  # some were settled without asking: that may let others go
            done, _ = await asyncio.wait(
                self._tasks,
                timeout=self._next_look_s(),
                return_when=asyncio.FIRST_COMPLETED,
            )
            if done:  # what comes in the same moment is judged together
                await asyncio.sleep(BREATH_S)
            for task in [task for task in self._tasks if task.done()]:
                self._take(task)

    def _next_look_s(self) -> float:
        """Until the deadline; while dear probes hold back, only until patience ends."""
        left = max(0.0, self.deadline.remaining - _MARGIN_S)
        patience = PATIENCE_S - self._waited_s
        return min(left, patience) if patience > 0 else left

    @property
    def _waited_s(self) -> float:
        return time.monotonic() - self._begun

    def _start_ready(
        self, errands: list[plan.Errand], wanted: Mapping[str, float], facts: Facts, view: Facts
    ) -> None:
        """Start what could decide; what only helps, when nothing else is left to do."""
        decisive = {name: worth for name, worth in wanted.items() if worth >= 1.0}
        for wish in (decisive, wanted):
            patient = self._waited_s < PATIENCE_S
            ready = plan.ready(
                errands, wish, view, self.content, self.scene, self._progress, patient=patient
            )
            looks = [e for e in ready if not e.probe.act]
            for errand in sorted(looks, key=lambda e: not e.probe.silent):
                self._start_in_turn(errand)
            if not any(e.probe.act for e in self._progress.running.values()):
                self._second_readings(errands, wish, facts)
            if self._tasks:
                return
        self._act(errands, decisive, view)

    def _act(self, errands: list[plan.Errand], decisive: Mapping[str, float], view: Facts) -> None:
        """When nothing is left to look at: one test that changes the device, if it can decide."""
        ready = plan.ready(
            errands, decisive, view, self.content, self.scene, self._progress, patient=False
        )
        for errand in ready[:1]:
            self._start_in_turn(errand)

    def _start_in_turn(self, errand: plan.Errand) -> None:
        """One question knocks at a device; the others follow when it has answered."""
        if self._lines.silent(errand) is not None:
            self._take_silent(errand)
        elif self._lines.may_ask(errand):
            self._start(errand)

    def _take_silent(self, errand: plan.Errand) -> None:
        """The device has not answered over this transport: it is not asked once more."""
        reply = self._lines.silent(errand)
        if reply is None:
            return
        self._progress.done.add(errand.key)
        detail = f"{reply.why}: {reply.detail}"
        self._runs.append(_run_of(errand, Outcome.ABSENT, detail))
        readings = unasked(errand.probe, reply, self.clock(), errand.targets[0].device)
        self._read = lay_over(self._read, readings)

    def _start(self, errand: plan.Errand, delay_s: float = 0.0) -> None:
        self._progress.running[errand.key] = errand
        limit = self.deadline.at_most(errand.probe.timeout_s + delay_s)
        task = asyncio.create_task(self._carry_out(errand, limit, delay_s))
        self._tasks[task] = errand

    async def _carry_out(
        self, errand: plan.Errand, limit: Deadline, delay_s: float
    ) -> Asked | None:
        """None: it may not be asked, for the audit record could not be written."""
        if delay_s:
            await asyncio.sleep(delay_s)
        if errand.probe.consent is not Consent.NONE and not await self.audit(errand):
            return None
        return await ask_all(
            errand,
            self._complete(),
            self.scene,
            self.content,
            self.ask,
            Deadline(limit.at - _MARGIN_S),
            self.clock,
            self.zone,
        )

    def _take(self, task: asyncio.Task[Asked | None]) -> None:
        errand = self._tasks.pop(task)
        self._progress.running.pop(errand.key, None)
        self._progress.done.add(errand.key)
        asked = task.result()
        if asked is None:
            self._lines.let_go(errand)
            detail = "refused: the audit record could not be written"
            self._runs.append(_run_of(errand, Outcome.SKIPPED, detail))
            return
        self._lines.heard(errand, asked.reply)
        self._runs.append(replace(asked.run, started_s=round(asked.begun - self._begun, 4)))
        if errand.again:
            self._first = self._first.plus(self._read_by(errand).values())
            uptime = self._read.fact("device.uptime_s")
            self._first = self._first.plus([uptime] if uptime else [])
        self._read = lay_over(self._read, self._wanted_of(errand, asked.readings))

    def _wanted_of(self, errand: plan.Errand, readings: tuple[Reading, ...]) -> tuple[Reading, ...]:
        """A probe that comes after others fills only what they left unknown."""
        if not errand.probe.after or errand.again:
            return readings
        return tuple(r for r in readings if self._read.fact(r.name) is None)

    def _second_readings(
        self, errands: list[plan.Errand], wanted: Mapping[str, float], facts: Facts
    ) -> None:
        """Counters are read again a little later when no stored reading can serve."""
        if self.deadline.remaining < SECOND_READING_S + 0.3:
            return
        counters = plan.wants_second_reading(wanted, self.content, facts)
        for errand in errands:
            if errand.key not in self._progress.done or not counters.intersection(
                errand.probe.yields
            ):
                continue
            again = replace(errand, again=True)
            if not self._progress.touched(again) and counters.intersection(self._read_by(errand)):
                self._start(again, delay_s=SECOND_READING_S)

    def _read_by(self, errand: plan.Errand) -> dict[str, Fact]:
        """What this probe itself has read: another probe's counter is another counter."""
        return {
            name: fact
            for name in errand.probe.yields
            if (fact := self._read.fact(name)) and fact.source.probe == errand.probe.id
        }

    def _complete(self) -> Facts:
        """Everything that follows from what was read. Worked out once for each new reading: every
        probe that starts asks for it."""
        known = self._worked_out
        if known is None or known[0] is not self._read or known[1] is not self._first:
            facts = self._all_of(self._read, self._kept)
            known = self._worked_out = (self._read, self._first, facts)
        return known[2]

    def _settled_view(self, facts: Facts) -> Facts:
        """Without stored readings that a live probe under way is about to confirm or refute."""
        coming = {
            name
            for errand in self._progress.running.values()
            if errand.probe.transport != "sql" and not errand.again
            for name in errand.probe.yields
        }
        stale = [
            Absence(name=n, why=AbsenceReason.NOT_ASKED, detail="the live answer is awaited")
            for n in coming
            if (fact := self._read.fact(n)) is not None and fact.source.transport == "sql"
        ]
        if not stale:
            return facts
        return self._all_of(self._read.plus(stale), self._kept_of_view)

    def _all_of(self, read: Facts, kept: Derived) -> Facts:
        earlier = self.scene.earlier.plus(self._first.values())
        return complete(read, earlier, self.content.vocabulary, self.scene.path, kept)

    async def _stop(self) -> None:
        left = [t for t in self._tasks if not t.done()]
        for task in list(self._tasks):
            if task.done() and not task.cancelled():
                self._take(task)
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left, timeout=0.2)
        late = self.deadline.remaining <= _MARGIN_S
        for task in left:
            self._abandon(self._tasks.pop(task), late=late)

    def _abandon(self, errand: plan.Errand, *, late: bool) -> None:
        why = AbsenceReason.TIMED_OUT if late else AbsenceReason.NOT_ASKED
        detail = "the time for the whole answer was up" if late else "the verdict was settled"
        self._leave(errand, why, detail)
        self._progress.running.pop(errand.key, None)
        self._progress.done.add(errand.key)
        if not errand.again:
            outcome = Outcome.ABSENT if late else Outcome.SKIPPED
            self._runs.append(_run_of(errand, outcome, detail))

    def _leave(self, errand: plan.Errand, why: AbsenceReason, detail: str) -> None:
        self._read = self._read.plus(
            Absence(name=n, why=why, detail=detail)
            for n in errand.probe.yields
            if self._read.get(n) is None
        )

    def _note_the_rest(self, errands: list[plan.Errand], refused: list[plan.Refusal]) -> None:
        late = self.deadline.remaining <= _MARGIN_S
        params = Params(self.scene.params, self._complete())
        for errand in errands:
            if errand.key not in self._progress.done:
                why = self._why_not(errand, params, late=late)
                self._runs.append(_run_of(errand, Outcome.SKIPPED, why))
                if late and self._lines.knocking(errand):
                    self._leave(errand, AbsenceReason.TIMED_OUT, why)
        absences = [
            Absence(name=name, why=refusal.why, detail=refusal.detail)
            for refusal in refused
            for name in refusal.probe.yields
            if self._read.get(name) is None
        ]
        self._read = self._read.plus(absences)
        self._read = self._read.plus(self._without_probe(errands))

    def _why_not(self, errand: plan.Errand, params: Params, *, late: bool) -> str:
        lacking = plan.lacks(errand, params)
        if lacking:
            return f"{lacking} is not known"
        if late and self._lines.knocking(errand):
            return "the device had not answered another question when the time was up"
        return "not needed, or no time was left" if late else "not needed"

    def _without_probe(self, errands: list[plan.Errand]) -> list[Reading]:
        """Facts that nothing here can read: said once, as not supported or not in the inventory."""
        readable = {name for errand in errands for name in errand.probe.yields}
        nobody = {
            name: f"there is no {probe.target} to ask in the inventory and the configuration"
            for probe in self.content.probes
            if not self.scene.targets.get(probe.target) and probe.target is not TargetKind.DEVICE
            for name in probe.yields
        }
        unsupported = "no probe for this platform reads it"
        return [
            Absence(name=kind.name, why=AbsenceReason.NOT_IN_INVENTORY, detail=nobody[kind.name])
            if kind.name in nobody
            else Absence(name=kind.name, why=AbsenceReason.NOT_SUPPORTED, detail=unsupported)
            for kind in self.content.vocabulary.types.values()
            if kind.kind in (Kind.LIVE, Kind.STORED)
            and kind.name not in readable
            and self._read.get(kind.name) is None
        ]

    def _worth_keeping(self) -> tuple[Fact, ...]:
        types = self.content.vocabulary
        return tuple(
            reading
            for reading in self._read.values()
            if isinstance(reading, Fact)
            and types[reading.name].keep
            and reading.source.transport not in ("inventory", "stored")
        )


def _run_of(errand: plan.Errand, outcome: Outcome, why: str) -> ProbeRun:
    return ProbeRun(
        probe=errand.probe.id,
        device=errand.targets[0].device if len(errand.targets) == 1 else None,
        transport=errand.probe.transport,
        outcome=outcome,
        duration_s=0.0,
        why=why,
    )
