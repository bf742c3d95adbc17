"""What the probes of a platform can ever tell, and the rules that can ever be confirmed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.coverage import page
from netdiag.model.content import Content
from netdiag.probing.reach import access_kinds, access_platforms, known, lacking, out_of_reach
from tests.conftest import ROOT


def without(content: Content, *facts: str) -> Content:
    """The content with nothing that reads these facts."""
    probes = tuple(
        replace(p, facts=tuple(e for e in p.facts if e.fact not in facts), silent={})
        for p in content.probes
    )
    return replace(content, probes=probes)


def test_a_rule_that_nothing_can_prove_is_named_with_its_fact(content: Content) -> None:
    states = ("onu.state", "onu.run_status", "onu.waits", "pon.admin_status")
    poorer = without(content, "port.admin_status", *states)
    said = {one.rule.fault: str(one) for one in out_of_reach(poorer)}
    assert "provider.access.port-admin-down" in said
    sentence = said["provider.access.port-admin-down"]
    assert "nothing yields port.admin_status" in sentence
    assert sentence.startswith("rules/access/port-admin-down.yaml")


def test_every_shipped_rule_is_within_reach(content: Content) -> None:
    assert [str(one) for one in out_of_reach(content)] == []


def test_a_fact_without_the_value_that_would_prove_is_no_proof(content: Content) -> None:
    """A port with link is not blocked: that much follows anywhere, and says nothing of a block."""
    blocked = content.rule("provider.access.port-err-disabled")
    generic, cisco = known(content, "generic"), known(content, "cisco_ios")
    assert generic["port.block_reason"] == frozenset(["none"])
    assert lacking(blocked, generic) == ("port.block_reason",)
    assert lacking(blocked, cisco) == ()


def test_what_a_probe_needs_must_be_within_reach_too(content: Content) -> None:
    edgecore = known(content, "edgecore")
    assert "port.sfp_rx_dbm" in edgecore
    models = {n: p for n, p in content.platforms.items() if p.family != "edgecore"}
    family = replace(content.platforms["edgecore"])
    bare = replace(content, platforms={**models, "edgecore": family})
    assert "port.sfp_rx_dbm" not in known(bare, "edgecore")


def test_rates_and_workings_follow_from_their_counters(content: Content) -> None:
    reach = known(content, "generic")
    assert {"port.fcs_errors_rate", "port.util_pct", "port.last_change_s"} <= set(reach)
    poorer = known(without(content, "port.fcs_errors"), "generic")
    assert "port.fcs_errors_rate" not in poorer


def test_access_platforms_are_those_with_lines(content: Content) -> None:
    names = access_platforms(content)
    assert {"dlink_ds", "generic", "mikrotik_routeros"} <= set(names)
    assert not {"any", "billing", "dns", "icmp", "freeradius"} & set(names)
    assert not [name for name in names if "/" in name]
    assert all(access_kinds(content, name) for name in names)


@pytest.mark.parametrize("fault", ["provider.line.cable-fault", "subscriber.lan.loop", "none.ok"])
def test_the_faults_of_copper_are_decided_on_a_plain_switch(fault: str, content: Content) -> None:
    assert lacking(content.rule(fault), known(content, "generic")) == ()


def test_the_page_of_what_can_be_decided_is_made_of_rules_and_probes(content: Content) -> None:
    text = (ROOT / "docs" / "reference" / "coverage.md").read_text(encoding="utf-8")
    assert text == page(content), "run: python -m bench.coverage > docs/reference/coverage.md"
