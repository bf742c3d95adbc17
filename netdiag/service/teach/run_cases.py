"""Run the cases of probes: does each reply become the facts that its case says?"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from netdiag.content.vocabulary import literal
from netdiag.model.content import Content
from netdiag.model.fact import Absence, Fact, Facts, Reading, Source
from netdiag.model.probe import Probe, TargetKind
from netdiag.model.scene import Scene
from netdiag.model.subscriber import Attachment, Subscriber
from netdiag.model.wire import Answer, Deadline, NoAnswer, Question, Target
from netdiag.probing.ask import ask_all
from netdiag.probing.plan import Errand
from netdiag.probing.show import shown
from netdiag.service.teach.probe_cases import Case, cases_in, load_case

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)  # the moment at which every case is read
_DEVICE = "sw-lenina-3"


def read_case(case: Case, probe: Probe, content: Content) -> tuple[dict[str, Reading], str]:
    """The readings by fact, and what was asked."""
    asked: list[str] = []

    async def ask(_: str, target: Target, question: Question, __: Deadline) -> Answer | NoAnswer:
        asked.append(shown(question))
        return case.reply(question, target.device)

    names = list(case.replies) or [_DEVICE]
    options = {n.removeprefix("option."): t for n, t in case.know.items() if n.startswith("option")}
    targets = tuple(Target(device=name, host="192.0.2.7", options=options) for name in names)
    scene = Scene(
        subscriber=Subscriber(id="100234"),
        attachment=Attachment(device=_DEVICE, port="7"),
        targets={TargetKind(probe.target): targets},
        params={name: text for name, text in case.know.items() if name not in content.vocabulary},
    )
    errand = Errand(probe=probe, targets=targets)
    known = _known(case, content)
    work = ask_all(errand, known, scene, content, ask, Deadline.after(5), lambda: NOW, UTC)
    outcome = asyncio.run(work)
    return {reading.name: reading for reading in outcome.readings}, " ".join(asked)


def _known(case: Case, content: Content) -> Facts:
    """What is known beforehand, as facts of the vocabulary."""
    source = Source(transport="test", probe="test", query="test")
    return Facts(
        Fact(name=name, value=text, source=source, measured_at=NOW)
        for name, text in case.know.items()
        if name in content.vocabulary
    )


def quarrels(case: Case, content: Content) -> Iterator[str]:
    """What does not come out as the case says."""
    probe = next(
        (p for p in content.probes if (p.platform, p.id) == (case.platform, case.probe)), None
    )
    if probe is None:
        yield f"there is no probe {case.platform}/{case.probe}"
        return
    readings, asked = read_case(case, probe, content)
    if not asked:
        yield "the question was not put: the case does not 'know' enough"
    if case.asks is not None and case.asks not in asked:
        yield f"it asks {asked!r}, not {case.asks!r}"
    got = {name: r.value for name, r in readings.items() if isinstance(r, Fact)}
    wanted = {name: literal(tree, content.vocabulary[name]) for name, tree in case.facts.items()}
    for name in sorted({*got, *wanted}):
        if name not in got:
            reading = readings.get(name)
            told = f": {reading.why}, {reading.detail}" if isinstance(reading, Absence) else ""
            yield f"{name} is not read{told}"
        elif name not in wanted:
            yield f"{name} = {got[name]!r} is read, the case does not say so"
        elif got[name] != wanted[name]:
            yield f"{name} = {got[name]!r}, the case says {wanted[name]!r}"
    for name, why in case.absent.items():
        reading = readings.get(name)
        if not isinstance(reading, Absence) or str(reading.why) != why:
            yield f"{name} is not absent for the reason {why}"


def run_cases(directory: Path, content: Content, probe: str | None) -> tuple[int, list[str]]:
    """How many cases there are (of one probe, or of all), and what is wrong with some."""
    count, wrong = 0, []
    for path in cases_in(directory):
        if probe is None or path.parent.name == probe:
            count += 1
            shown_as = path.relative_to(directory)
            wrong += [
                f"{shown_as}: {text}" for text in quarrels(load_case(path, directory), content)
            ]
    return count, wrong
