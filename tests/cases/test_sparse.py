"""A few facts, as a person tells a case: enough to name a side, never to name a wrong one."""

from collections.abc import Iterator, Mapping

import pytest

from netdiag.model.content import Content
from netdiag.model.fact import Absence, Value
from netdiag.model.rule import Expect, Rule
from netdiag.model.words import AbsenceReason, Side
from netdiag.service.doctor.check import example_facts
from netdiag.triage.judge import judge
from tests.conftest import facts_of


def matches(content: Content) -> Iterator[tuple[Rule, Mapping[str, Value]]]:
    for rule in content.rules:
        for example in rule.examples:
            if example.expect is Expect.MATCH:
                yield rule, example.facts


def side_of(facts: Mapping[str, Value], content: Content) -> Side:
    return judge(example_facts(facts, content), content).side


def test_the_facts_that_prove_a_fault_name_its_side_by_themselves(content: Content) -> None:
    found = {rule.fault: side_of(facts, content) for rule, facts in matches(content)}
    sides = {rule.fault: rule.side for rule in content.rules}
    silent = [name for name, side in found.items() if side is not sides[name]]
    assert silent == []


def test_with_any_one_of_them_missing_no_other_side_is_named(content: Content) -> None:
    wrong = []
    for rule, facts in matches(content):
        for name in facts:
            rest = {key: value for key, value in facts.items() if key != name}
            side = side_of(rest, content)
            if side not in (rule.side, Side.UNDETERMINED):
                wrong.append(f"{rule.fault} without {name}: {side}")
    assert wrong == []


@pytest.mark.parametrize(
    ("facts", "side"),
    [
        ({"aaa.last_reject_reason": "wrong_password"}, Side.SUBSCRIBER),
        ({"account.tariff_end_s": -100}, Side.ACCOUNT),
        ({"cable.summary": "cut"}, Side.PROVIDER),
        ({"port.block_reason": "loop"}, Side.SUBSCRIBER),
        ({"port.oper_status": "down", "cable.summary": "unplugged_far_end"}, Side.SUBSCRIBER),
        ({"port.oper_status": "down"}, Side.UNDETERMINED),
        ({"port.mac_count": 0}, Side.UNDETERMINED),
        ({"report.power_ok": False}, Side.UNDETERMINED),
        ({"report.symptom": "slow"}, Side.UNDETERMINED),
        ({"report.symptom": "redirect_page"}, Side.UNDETERMINED),
        ({"service.up": False}, Side.UNDETERMINED),
        ({"site.ports_down_pct": 60.0}, Side.UNDETERMINED),
    ],
)
def test_one_fact_decides_only_where_it_is_proof(facts, side, content: Content) -> None:
    assert side_of(facts, content) is side


def test_asked_in_vain_is_not_the_same_as_never_asked(content: Content) -> None:
    told = facts_of({"aaa.last_reject_reason": "wrong_password"})
    assert judge(told, content).side is Side.SUBSCRIBER
    vain = [Absence(name="service.up", why=AbsenceReason.NOT_REACHABLE)]
    assert judge(told.plus(vain), content).side is Side.UNDETERMINED
