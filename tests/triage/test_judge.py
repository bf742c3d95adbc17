"""Logic first, points second; a wrong side is dearer than an honest 'undetermined'."""

import pytest

from netdiag.content.load import load
from netdiag.model.content import Content
from netdiag.model.fact import Absence, Facts
from netdiag.model.words import AbsenceReason, Grade, Side
from netdiag.probing.derive import complete
from netdiag.triage.judge import judge, survey
from netdiag.triage.outlook import wanted
from netdiag.triage.points import expected_costs, posteriors
from netdiag.triage.status import Status
from tests.conftest import facts_of

RULE = """\
fault: {fault}
rank: {rank}
side: {side}
segment: {segment}
category: technical
severity: major
probable_cause: other
title: {{en: t, ru: t, fa: t}}
prior: {prior}
{body}
route: field_line
sla: B
visit: false
say: {{en: s, ru: s, fa: s}}
next_steps: {{en: [n], ru: [n], fa: [n]}}
{extra}
"""
EXPECTED = ("match", "no_match", "unknown")
EXAMPLES = f"examples: [{', '.join(f'{{expect: {e}, facts: {{}}}}' for e in EXPECTED)}]"


def rule(fault, rank, side, body, segment="access", prior=0, extra=EXAMPLES):
    return RULE.format(
        fault=fault, rank=rank, side=side, body=body, segment=segment, prior=prior, extra=extra
    )


@pytest.fixture
def taught(tmp_path, content: Content):
    """Build content of a few rules over the shipped vocabulary."""
    from netdiag.content.load import shipped

    probes, rules = shipped()

    def build(*texts: str) -> Content:
        place = tmp_path / "rules"
        place.mkdir(exist_ok=True)
        for name in ("thresholds.yaml", "desks.yaml", "scale.yaml"):
            (place / name).write_text((rules / name).read_text(encoding="utf-8"))
        fallback = rule("undetermined.no-data", 990, "undetermined", "fallback: true", extra="")
        for number, text in enumerate((*texts, fallback)):
            (place / f"r{number}.yaml").write_text(text)
        return load(base=(probes, place))

    return build


DEAD = rule(
    "provider.access.dead",
    10,
    "provider",
    "require: [{if: device.reachable == false, db: 15}]",
)
CUT = rule(
    "provider.line.cut",
    20,
    "provider",
    "require: [port.oper_status == down, {if: cable.summary == cut, db: 15}]",
    segment="drop",
    extra=EXAMPLES + "\ndemarcation: true",
)
OFF = rule(
    "subscriber.cpe.off",
    30,
    "subscriber",
    "require: [{if: port.oper_status == down, db: 6}, {if: cable.summary == remote_off, db: 12}]",
    segment="cpe",
)


def test_confirmed_with_everything_nearer_excluded_is_certain(taught) -> None:
    facts = facts_of({"device.reachable": True, "port.oper_status": "down", "cable.summary": "cut"})
    verdict = judge(facts, taught(DEAD, CUT, OFF))
    assert (verdict.fault, verdict.side, verdict.grade) == (
        "provider.line.cut",
        Side.PROVIDER,
        Grade.CERTAIN,
    )
    assert {fact.name for fact in verdict.evidence.supports} == {
        "port.oper_status",
        "cable.summary",
    }


def test_confirmed_with_something_nearer_open_is_probable_and_names_it(taught) -> None:
    facts = facts_of({"port.oper_status": "down", "cable.summary": "cut"})
    verdict = judge(facts, taught(DEAD, CUT, OFF))
    assert verdict.grade is Grade.PROBABLE
    assert verdict.open_nearer == ("provider.access.dead",)
    assert "device.reachable" in {absence.name for absence in verdict.evidence.missing}


def test_the_nearest_confirmed_fault_is_primary_and_the_rest_stands_under_also(taught) -> None:
    facts = facts_of(
        {"device.reachable": False, "port.oper_status": "down", "cable.summary": "cut"}
    )
    verdict = judge(facts, taught(DEAD, CUT, OFF))
    assert verdict.fault == "provider.access.dead"
    assert verdict.also == (("provider.line.cut", Side.PROVIDER),)


def test_nothing_measured_is_undetermined_and_blames_nobody(taught) -> None:
    verdict = judge(Facts(), taught(DEAD, CUT, OFF))
    assert verdict.side is Side.UNDETERMINED
    assert verdict.fault == "undetermined.no-data"


def test_a_dead_port_without_a_cable_test_does_not_blame_the_subscriber(taught) -> None:
    facts = facts_of({"device.reachable": True, "port.oper_status": "down"})
    verdict = judge(facts, taught(DEAD, CUT, OFF))
    assert verdict.side is Side.UNDETERMINED
    assert set(verdict.leading) == {"subscriber.cpe.off", "provider.line.cut"}


def test_ten_decibels_ahead_of_every_other_side_is_possible(taught) -> None:
    strong = OFF.replace("port.oper_status == down, db: 6", "port.oper_status == down, db: 18")
    facts = facts_of({"device.reachable": True, "port.oper_status": "down"})
    verdict = judge(facts, taught(DEAD, CUT, strong))
    assert (verdict.side, verdict.grade) == (Side.SUBSCRIBER, Grade.POSSIBLE)


def test_where_the_drop_belongs_to_the_subscriber_its_faults_are_his(taught) -> None:
    facts = facts_of({"device.reachable": True, "port.oper_status": "down", "cable.summary": "cut"})
    verdict = judge(facts, taught(DEAD, CUT, OFF), Side.SUBSCRIBER)
    assert verdict.side is Side.SUBSCRIBER


def test_a_weak_rate_never_makes_a_verdict_certain(taught) -> None:
    errors = rule(
        "provider.line.errors",
        40,
        "provider",
        "require: [{if: 'port.fcs_errors_rate >= $fcs_major', db: 15}]",
        segment="drop",
    )
    facts = facts_of({"port.fcs_errors_rate": 500.0})
    assert judge(facts, taught(errors)).grade is Grade.CERTAIN
    weak = facts_of({"port.fcs_errors_rate": 500.0}, weak=True)
    verdict = judge(weak, taught(errors))
    assert (verdict.grade, verdict.weak) == (Grade.PROBABLE, True)


NEARER = rule(
    "provider.near",
    10,
    "provider",
    "require: [{if: port.fcs_errors_rate > 100, db: 10}]\nrefute: [port.late_coll_rate > 9]",
)
FARTHER = rule(
    "subscriber.far", 20, "subscriber", "require: [{if: port.oper_status == down, db: 20}]"
)


def judged_with(taught, weak: dict[str, object]):
    firm = facts_of({"port.oper_status": "down"})
    return judge(firm.plus(facts_of(weak, weak=True).values()), taught(NEARER, FARTHER))


def test_a_nearer_fault_that_only_a_short_rate_excludes_keeps_a_farther_one_from_certain(
    taught,
) -> None:
    verdict = judged_with(taught, {"port.fcs_errors_rate": 0.0})
    assert (verdict.fault, verdict.grade) == ("subscriber.far", Grade.PROBABLE)
    assert verdict.weak
    assert verdict.hardly_excluded == ("provider.near",)


def test_a_refutation_by_a_short_rate_is_no_firmer(taught) -> None:
    verdict = judged_with(taught, {"port.late_coll_rate": 50.0})
    assert (verdict.grade, verdict.hardly_excluded) == (Grade.PROBABLE, ("provider.near",))


def test_the_same_exclusion_over_a_long_window_makes_it_certain(taught) -> None:
    known = facts_of({"port.oper_status": "down", "port.fcs_errors_rate": 0.0})
    verdict = judge(known, taught(NEARER, FARTHER))
    assert (verdict.fault, verdict.grade) == ("subscriber.far", Grade.CERTAIN)
    assert (verdict.weak, verdict.hardly_excluded) == (False, ())


def test_an_exclusion_that_holds_without_the_short_rate_is_firm(taught) -> None:
    """The refute by a firm fact stands, whatever the short rate says beside it."""
    firm = facts_of({"port.oper_status": "down", "port.late_coll_rate": 50.0})
    both = firm.plus(facts_of({"port.fcs_errors_rate": 0.0}, weak=True).values())
    verdict = judge(both, taught(NEARER, FARTHER))
    assert (verdict.grade, verdict.hardly_excluded) == (Grade.CERTAIN, ())


def test_a_short_rate_that_excludes_a_farther_fault_weakens_nothing(taught) -> None:
    farther = rule("subscriber.last", 30, "subscriber", "require: [port.fcs_errors_rate > 100]")
    firm = facts_of({"port.oper_status": "down"})
    both = firm.plus(facts_of({"port.fcs_errors_rate": 0.0}, weak=True).values())
    assert judge(both, taught(FARTHER, farther)).grade is Grade.CERTAIN


def test_facts_know_which_of_them_are_weak_and_can_leave_them_out() -> None:
    facts = facts_of({"a.b": 1}).plus(facts_of({"c.d": 2}, weak=True).values())
    assert facts.weak == {"c.d"}
    assert set(facts.without(facts.weak)) == {"a.b"}
    assert set(facts) == {"a.b", "c.d"}
    assert facts.without(()).weak == {"c.d"}


def test_one_family_counts_once(taught) -> None:
    body = (
        "require: [{if: port.oper_status == down, db: 9, family: link}]\n"
        "support: [{if: port.mac_count == 0, db: 7, family: link}]"
    )
    content = taught(rule("provider.line.x", 10, "provider", body))
    field = survey(facts_of({"port.oper_status": "down", "port.mac_count": 0}), content)
    assert field.scores["provider.line.x"] == pytest.approx(9)


def test_shares_sum_to_one_and_ten_decibels_are_ten_times(taught) -> None:
    shares = posteriors({"a": 10.0, "b": 0.0})
    assert sum(shares.values()) == pytest.approx(1)
    assert shares["a"] / shares["b"] == pytest.approx(10)


def test_handing_over_is_cheapest_when_sides_are_even(content: Content) -> None:
    even = {Side.PROVIDER: 0.5, Side.SUBSCRIBER: 0.5, Side.ACCOUNT: 0.0}
    costs = expected_costs(even, content.scale)
    assert min(costs, key=lambda side: costs[side]) is Side.UNDETERMINED
    sure = {Side.PROVIDER: 0.97, Side.SUBSCRIBER: 0.02, Side.ACCOUNT: 0.01}
    costs = expected_costs(sure, content.scale)
    assert min(costs, key=lambda side: costs[side]) is Side.PROVIDER


def test_nothing_is_wanted_once_the_verdict_cannot_change(taught) -> None:
    content = taught(DEAD, CUT, OFF)
    dead = facts_of({"device.reachable": False})
    assert wanted(dead, content) == {}
    unknown = wanted(Facts(), content)
    assert {"device.reachable", "port.oper_status", "cable.summary"} <= set(unknown)


def test_for_each_shipped_match_example_the_rule_itself_is_confirmed(content: Content) -> None:
    from netdiag.model.rule import Expect
    from netdiag.service.doctor.check import example_facts
    from netdiag.triage.status import stand

    for one in content.rules:
        for example in one.examples:
            if example.expect is Expect.MATCH:
                facts = example_facts(example.facts, content)
                assert stand(one, facts).status is Status.CONFIRMED, one.fault


def test_what_could_not_be_asked_never_blames_the_subscriber(content: Content) -> None:
    """Every shipped rule of the subscriber's side stays unconfirmed without a measurement."""
    for kind in ("pppoe", "dhcp", "static"):
        known = facts_of(
            {"ref.auth_kind": kind, "ref.access_kind": "copper"}, transport="inventory"
        )
        facts = complete(known, Facts(), content.vocabulary)
        verdict = judge(facts, content)
        assert verdict.side is Side.UNDETERMINED, kind


@pytest.mark.parametrize(
    ("line", "own"),
    [("copper", {"cable"}), ("pon", {"onu", "pon"}), ("wireless", {"radio", "ap"})],
)
def test_a_line_leaves_no_question_open_about_what_only_another_kind_has(
    content: Content, line: str, own: set[str]
) -> None:
    field = survey(facts_of({"ref.access_kind": line}), content)
    asked = {name.split(".")[0] for standing in field.standings for name in standing.lacks}
    assert asked & {"cable", "onu", "pon", "radio", "ap"} == own


def test_weights_count_only_behind_open_gates(taught) -> None:
    """No MAC on a port says nothing about the router while the link itself is unknown."""
    hung = rule(
        "subscriber.cpe.hung",
        50,
        "subscriber",
        "require: [port.oper_status == up, {if: port.mac_count == 0, db: 16}]",
        segment="cpe",
    )
    blind = judge(facts_of({"port.mac_count": 0}), taught(hung))
    assert blind.side is Side.UNDETERMINED
    seen = judge(facts_of({"port.mac_count": 0, "port.oper_status": "up"}), taught(hung))
    assert seen.side is Side.SUBSCRIBER


ERRORS = rule(
    "provider.line.errors",
    40,
    "provider",
    "require: [port.oper_status == up, {if: 'port.fcs_errors_rate >= $fcs_major', db: 18}]",
    segment="drop",
    prior=-4,
)
UNPAID = rule(
    "account.unpaid",
    5,
    "account",
    "require: [{if: account.state == blocked_nonpayment, db: 20}]",
    segment="account",
    prior=3,
)


def in_vain(facts: Facts, *names: str) -> Facts:
    return facts.plus(Absence(name=name, why=AbsenceReason.NOT_REACHABLE) for name in names)


def test_what_nobody_asked_about_hardly_competes_with_a_fault_that_was_seen(taught) -> None:
    facts = facts_of({"port.oper_status": "up", "port.fcs_errors_rate": 900.0})
    verdict = judge(facts, taught(UNPAID, OFF, ERRORS))
    assert (verdict.side, verdict.grade) == (Side.PROVIDER, Grade.PROBABLE)
    assert verdict.side_confidence > 0.95
    assert "account.unpaid" in verdict.open_nearer


def test_what_was_asked_in_vain_competes_with_its_full_prior(taught) -> None:
    facts = facts_of({"port.oper_status": "up", "port.fcs_errors_rate": 900.0})
    content = taught(UNPAID, OFF, ERRORS)
    silent = survey(in_vain(facts, "account.state"), content).scores["account.unpaid"]
    unasked = survey(facts, content).scores["account.unpaid"]
    assert silent == pytest.approx(3)
    assert unasked == pytest.approx(3 + content.scale.unasked_db)


def test_behind_a_gate_that_nobody_asked_about_evidence_counts_at_a_discount(taught) -> None:
    content = taught(UNPAID, OFF, ERRORS)
    facts = facts_of({"port.fcs_errors_rate": 900.0})
    assert judge(facts, content).grade is Grade.POSSIBLE
    assert judge(facts, content).side is Side.PROVIDER
    blind = judge(in_vain(facts, "port.oper_status"), content)
    assert blind.side is Side.UNDETERMINED


def test_a_side_is_never_named_on_priors_and_hearsay_alone(taught) -> None:
    hearsay = rule(
        "subscriber.lan.hearsay",
        50,
        "subscriber",
        "require: [{if: port.mac_count == 0, db: 15}]\n"
        "support: [{if: report.symptom == slow, db: 6}]",
        segment="lan",
        prior=9,
    )
    verdict = judge(facts_of({"report.symptom": "slow"}), taught(hearsay, ERRORS))
    assert verdict.side is Side.UNDETERMINED
