"""Every shipped probe reads its reply as its cases say, and every probe has one."""

from __future__ import annotations

from pathlib import Path

import pytest

from netdiag.model.content import Content
from netdiag.service.teach.run_cases import quarrels, read_case
from tests.conftest import NOW
from tests.probes.cases import HERE, load_case, paths

# Probes without a case would say so here, each with its reason. There is none.
WITHOUT_CASE: dict[str, str] = {}


@pytest.mark.parametrize("path", paths(), ids=lambda path: str(path.relative_to(HERE))[:-5])
def test_a_reply_becomes_the_facts_that_its_case_says(path: Path, content: Content) -> None:
    case = load_case(path)
    assert list(quarrels(case, content)) == []
    probe = next(p for p in content.probes if (p.platform, p.id) == (case.platform, case.probe))
    readings, _ = read_case(case, probe, content)
    assert set(readings) == set(probe.yields)


def test_cases_are_read_at_the_moment_of_all_tests() -> None:
    from netdiag.service.teach.run_cases import NOW as MOMENT

    assert MOMENT == NOW


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
