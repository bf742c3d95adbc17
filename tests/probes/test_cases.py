"""Every shipped probe reads its reply as its cases say, and every probe has one."""

from __future__ import annotations

import asyncio
from datetime import UTC
from pathlib import Path

import pytest

from netdiag.content.vocabulary import literal
from netdiag.model.content import Content
from netdiag.model.fact import Absence, Fact, Facts, Source
from netdiag.model.probe import Probe, TargetKind
from netdiag.model.scene import Scene
from netdiag.model.subscriber import Attachment, Subscriber
from netdiag.model.wire import Deadline, Target
from netdiag.probing.ask import ask_all
from netdiag.probing.plan import Errand
from netdiag.probing.show import shown
from tests.conftest import NOW
from tests.probes.cases import HERE, Case, load_case, paths

# Probes without a case would say so here, each with its reason. There is none.
WITHOUT_CASE: dict[str, str] = {}


def _probe(content: Content, case: Case) -> Probe:
    found = [p for p in content.probes if (p.platform, p.id) == (case.platform, case.probe)]
    assert found, f"there is no probe {case.platform}/{case.probe}"
    return found[0]


def _facts(case: Case, content: Content) -> Facts:
    """What is known beforehand, as facts of the vocabulary."""
    source = Source(transport="test", probe="test", query="test")
    tree = {name: text for name, text in case.know.items() if name in content.vocabulary}
    return Facts(
        Fact(name=name, value=text, source=source, measured_at=NOW) for name, text in tree.items()
    )


def _read(case: Case, probe: Probe, content: Content) -> tuple[dict[str, Fact | Absence], str]:
    asked: list[str] = []

    async def ask(transport: str, target: Target, question: object, _: Deadline) -> object:
        asked.append(shown(question))  # type: ignore[arg-type]
        return case.reply(question, target.device)

    names = list(case.replies) or ["sw-lenina-3"]
    options = {n.removeprefix("option."): t for n, t in case.know.items() if n.startswith("option")}
    targets = tuple(Target(device=name, host="192.0.2.7", options=options) for name in names)
    scene = Scene(
        subscriber=Subscriber(id="100234"),
        attachment=Attachment(device="sw-lenina-3", port="7"),
        targets={TargetKind(probe.target): targets},
        params={name: text for name, text in case.know.items() if name not in content.vocabulary},
    )
    outcome = asyncio.run(
        ask_all(
            Errand(probe=probe, targets=targets),
            _facts(case, content),
            scene,
            content,
            ask,  # type: ignore[arg-type]
            Deadline.after(5),
            lambda: NOW,
            UTC,
        )
    )
    return {r.name: r for r in outcome.readings}, " ".join(asked)


@pytest.mark.parametrize("path", paths(), ids=lambda path: str(path.relative_to(HERE))[:-5])
def test_a_reply_becomes_the_facts_that_its_case_says(path: Path, content: Content) -> None:
    case = load_case(path)
    probe = _probe(content, case)
    readings, asked = _read(case, probe, content)
    assert asked, f"the question was not put: {next(iter(readings.values()))}"
    assert case.asks is None or case.asks in asked, asked
    got = {name: r.value for name, r in readings.items() if isinstance(r, Fact)}
    wanted = {n: literal(tree, content.vocabulary[n]) for n, tree in case.facts.items()}
    assert got == wanted, {n: r for n, r in readings.items() if isinstance(r, Absence)}
    reasons = {n: str(readings[n].why) for n in case.absent if isinstance(readings[n], Absence)}  # type: ignore[union-attr]
    assert reasons == case.absent
    assert set(readings) == set(probe.yields)


def test_every_shipped_probe_has_a_case(content: Content) -> None:
    covered = {(p.parent.parent.name, p.parent.name) for p in paths()}
    missing = {f"{p.platform}/{p.id}" for p in content.probes} - {"/".join(c) for c in covered}
    assert missing == set(WITHOUT_CASE)


def test_every_fact_that_a_probe_can_give_comes_out_of_some_case(content: Content) -> None:
    given: dict[tuple[str, str], set[str]] = {}
    for path in paths():
        key = path.parent.parent.name, path.parent.name
        given.setdefault(key, set()).update(load_case(path).facts)
    never = {
        f"{p.platform}/{p.id}: {fact}"
        for p in content.probes
        for fact in p.yields
        if f"{p.platform}/{p.id}" not in WITHOUT_CASE
        and fact not in given.get((p.platform, p.id), set())
    }
    assert not never
