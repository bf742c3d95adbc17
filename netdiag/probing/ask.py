"""Put one probe to its targets and read the replies."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from netdiag.model.content import Content
from netdiag.model.fact import Absence, Fact, Facts, Reading, Source, Value
from netdiag.model.probe import Combine, Extract, Probe, TargetKind
from netdiag.model.scene import Scene
from netdiag.model.verdict import ProbeRun
from netdiag.model.vocabulary import Vocabulary
from netdiag.model.wire import (
    Answer,
    Deadline,
    DnsLookup,
    LogLines,
    NoAnswer,
    Ping,
    Question,
    SnmpSet,
    SnmpSheet,
    SqlQuery,
    Target,
    Touch,
)
from netdiag.model.words import AbsenceReason, Outcome
from netdiag.probing.extract import Circumstances, extract, skipped
from netdiag.probing.plan import Errand
from netdiag.probing.render import NoValueError, Params, render
from netdiag.probing.show import shown

Ask = Callable[[str, Target, Question, Deadline], Awaitable[Answer | NoAnswer]]


_Result = tuple[Target, list[Reading], NoAnswer | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What one errand brought."""

    readings: tuple[Reading, ...]
    run: ProbeRun
    begun: float
    reply: NoAnswer | None = None  # why nothing came back, of a single target


async def ask_all(
    errand: Errand,
    facts: Facts,
    scene: Scene,
    content: Content,
    ask: Ask,
    deadline: Deadline,
    clock: Callable[[], datetime],
    zone: tzinfo,
) -> Asked:
    """Ask every target of the errand at once; combine what they say."""
    begun = time.monotonic()

    async def one(target: Target) -> _Result:
        try:
            return await _ask_one(errand, target, facts, scene, content, ask, deadline, clock, zone)
        except Exception as error:
            logging.getLogger(__name__).exception("probe %s failed", errand.probe.id)
            return _failed(errand, target, error)

    results = await asyncio.gather(*(one(target) for target in errand.targets))
    readings = _combined(errand, results)
    replies = [f"{reply.why}: {reply.detail}" for _, _, reply in results if reply]
    absent = [f"{r.why}: {r.detail}" for r in readings if isinstance(r, Absence)]
    answered = any(isinstance(r, Fact) for r in readings)
    told = answered and len(replies) < len(results)
    outcome = Outcome.OK if told else Outcome.ABSENT
    run = ProbeRun(
        probe=errand.probe.id,
        device=errand.targets[0].device if len(errand.targets) == 1 else None,
        transport=errand.probe.transport,
        outcome=outcome,
        duration_s=round(time.monotonic() - begun, 4),
        why=next(iter(replies if outcome is Outcome.OK else (*replies, *absent)), None),
    )
    reply = results[0][2] if len(results) == 1 else None
    return Asked(readings=tuple(readings), run=run, begun=begun, reply=reply)


def _failed(errand: Errand, target: Target, error: Exception) -> _Result:
    source = Source(
        transport=errand.probe.transport,
        probe=errand.probe.id,
        query=errand.probe.title,
        device=target.device,
    )
    detail = f"the probe itself failed ({type(error).__name__}); this is a bug of netdiag"
    reply = NoAnswer(why=AbsenceReason.UNREADABLE, detail=detail)
    return target, skipped(errand.probe, reply.why, detail, source), reply


async def _ask_one(
    errand: Errand,
    target: Target,
    facts: Facts,
    scene: Scene,
    content: Content,
    ask: Ask,
    deadline: Deadline,
    clock: Callable[[], datetime],
    zone: tzinfo,
) -> _Result:
    probe = errand.probe
    own = {"host": target.host}
    if probe.target in (TargetKind.RESOLVER, TargetKind.ANCHOR):
        own[probe.target] = target.host
    options = {f"option.{key}": value for key, value in target.options.items()}
    params = Params({**scene.params, **own, **options}, facts)
    source = Source(
        transport=probe.transport, probe=probe.id, query=probe.title, device=target.device
    )
    try:
        question = _question(probe, params)
    except NoValueError as error:
        why = NoAnswer(why=AbsenceReason.NOT_ASKED, detail=f"{error.name} is not known")
        absent = skipped(probe, AbsenceReason.NOT_IN_INVENTORY, why.detail, source)
        return target, absent, why
    source = Source(
        transport=probe.transport, probe=probe.id, query=shown(question), device=target.device
    )
    reply = await ask(probe.transport, target, question, deadline)
    age = timedelta(seconds=reply.age_s if isinstance(reply, Answer) else 0.0)
    at = Circumstances(params=params, now=clock() - age, source=source, zone=zone)
    no_answer = reply if isinstance(reply, NoAnswer) else None
    return target, extract(probe, reply, content.vocabulary, at), no_answer


def _question(probe: Probe, params: Params) -> Question:
    look = render(probe.ask, params)
    if probe.act is None or isinstance(
        look, Ping | SqlQuery | DnsLookup | LogLines | SnmpSheet | SnmpSet | Touch
    ):
        return look
    return Touch(what=probe.id, act=render(probe.act, params), look=look)


def unasked(probe: Probe, reply: NoAnswer, now: datetime, device: str) -> list[Reading]:
    """Readings of a probe that was not put, because its device had not answered another one."""
    source = Source(transport=probe.transport, probe=probe.id, query=probe.title, device=device)
    at = Circumstances(params=Params({}, Facts()), now=now, source=source)
    return extract(probe, reply, Vocabulary(), at)


def _combined(errand: Errand, results: list[_Result]) -> list[Reading]:
    if len(results) == 1 and all(one.combine is Combine.ONE for one in errand.probe.facts):
        return results[0][1]
    return [_combine(one, results) for one in errand.probe.facts]


def _combine(one: Extract, results: list[_Result]) -> Reading:
    told = [
        (target.device, reading)
        for target, readings, _ in results
        for reading in readings
        if reading.name == one.fact
    ]
    known = [(device, reading) for device, reading in told if isinstance(reading, Fact)]
    absent = next((reading for _, reading in told if isinstance(reading, Absence)), None)
    if not known or (absent and _open(one.combine, [reading for _, reading in told])):
        return absent or Absence(name=one.fact, why=AbsenceReason.NOT_ASKED)
    first = known[0][1]
    source = Source(
        transport=first.source.transport,
        probe=first.source.probe,
        query=first.source.query,
        device=None if len(known) > 1 else known[0][0],
    )
    value = _joined(one.combine, known)
    return Fact(name=one.fact, value=value, source=source, measured_at=first.measured_at)


def _open(how: Combine, told: list[Reading]) -> bool:
    """Could one of whom nothing is known still turn what the others say?

    Of names in the order of the path the first one counts: it stands only when everything nearer
    the core than it has answered.
    """
    values = [one.value for one in told if isinstance(one, Fact)]
    match how:
        case Combine.ANY_TRUE:
            return True not in values
        case Combine.ALL_TRUE:
            return False not in values
        case Combine.SHARE_FALSE:
            return True
        case Combine.NAMES_FALSE:
            decisive = (isinstance(r, Absence) or r.value is False for r in told)
            first = next((r for r, d in zip(told, decisive, strict=True) if d), None)
            return isinstance(first, Absence)
        case _:
            return False


def _joined(how: Combine, known: list[tuple[str, Fact]]) -> Value:
    values = [fact.value for _, fact in known]
    numbers = [float(v) for v in values if isinstance(v, int | float)]
    match how:
        case Combine.SHARE_FALSE:
            return round(100 * sum(v is False for v in values) / len(values), 1)
        case Combine.NAMES_FALSE:
            return tuple(name for name, fact in known if fact.value is False)
        case Combine.ANY_TRUE:
            return any(v is True for v in values)
        case Combine.ALL_TRUE:
            return all(v is True for v in values)
        case Combine.MEAN:
            return round(sum(numbers) / len(numbers), 3)
        case Combine.MAX:
            return max(numbers)
        case Combine.MIN:
            return min(numbers)
        case Combine.ONE:
            return values[0]
