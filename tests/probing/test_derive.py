"""What follows from what was read, and what does not follow."""

from dataclasses import replace
from datetime import timedelta

import pytest

from netdiag.model.content import Content
from netdiag.model.fact import Absence, Fact, Facts
from netdiag.model.kept import Kept
from netdiag.model.words import AbsenceReason
from netdiag.probing.derive import Derived, complete
from netdiag.probing.merge import lay_over
from netdiag.triage.judge import Scored, survey
from tests.conftest import facts_of


def derived(content: Content, values, path=()) -> Facts:
    return complete(facts_of(values), Facts(), content.vocabulary, path)


@pytest.mark.parametrize(
    ("ping", "management", "expected"),
    [(0.0, None, True), (100.0, True, True), (None, True, True), (100.0, False, False)],
)
def test_a_device_is_reachable_if_anything_answers(content, ping, management, expected) -> None:
    values = {"device.ping_loss_pct": ping, "device.mgmt_answers": management}
    facts = derived(content, {k: v for k, v in values.items() if v is not None})
    fact = facts.fact("device.reachable")
    assert fact is not None
    assert fact.value is expected


@pytest.mark.parametrize("known", [{"device.ping_loss_pct": 100.0}, {"device.mgmt_answers": False}])
def test_silence_of_one_protocol_alone_does_not_make_a_device_dead(content, known) -> None:
    assert derived(content, known).fact("device.reachable") is None


@pytest.mark.parametrize(("seconds", "weak"), [(120, False), (2, True)])
def test_violations_of_the_mac_limit_are_the_new_ones(content, seconds: int, weak: bool) -> None:
    now = facts_of({"port.security_violations": 7})
    earlier = Facts(
        replace(fact, value=4, measured_at=fact.measured_at - timedelta(seconds=seconds))
        for fact in now.values()
        if isinstance(fact, Fact)
    )
    hits = complete(now, earlier, content.vocabulary).fact("port.mac_limit_hits")
    assert hits is not None
    assert (hits.value, hits.weak) == (3, weak)
    assert complete(now, Facts(), content.vocabulary).fact("port.mac_limit_hits") is None


def test_what_was_kept_of_other_facts_changes_no_result(content: Content) -> None:
    """One keeper over hundreds of different sets of facts, as over the steps of a diagnosis."""
    kept, scored = Derived(), Kept[Scored]()
    for rule in content.rules:
        for example in rule.examples:
            known = facts_of(example.facts)
            facts = complete(known, Facts(), content.vocabulary, (), kept)
            assert dict(facts) == dict(complete(known, Facts(), content.vocabulary))
            fresh = survey(facts, content)
            assert survey(facts, content, kept=scored) == fresh


@pytest.mark.parametrize(
    ("engine", "ticks", "seconds"),
    [
        (38_686_060, 3_868_616_879, 38_686_168),  # the agent began a little later than the system
        (117_956_722, 3_204_930_750, 117_956_722),  # two wraps
        (476_512, 70_196_500, 701_965),  # the engine was set up anew, the device was not
        (343, 343_489_818, 3_434_898),  # a clock of its own
        (709_606_619, 167_022_100, 1_670_221),  # seconds since a date
        (0, 952_564_178, 9_525_641),
        (-6_779_494, 3_617_017_908, 36_170_179),
    ],
)
def test_the_engine_time_is_believed_where_it_agrees_with_the_uptime(
    content: Content, engine: int, ticks: int, seconds: int
) -> None:
    told = {"device.engine_time_s": engine, "device.agent_uptime_ticks": ticks}
    uptime = derived(content, told).fact("device.uptime_s")
    assert uptime is not None
    assert uptime.value == seconds


def test_a_derived_fact_without_its_inputs_tells_for_want_of_what(content) -> None:
    lost = Absence(
        name="session.state", why=AbsenceReason.TIMED_OUT, detail="bng-1 was silent for 2 s"
    )
    known = facts_of({"ref.auth_kind": "pppoe"}).plus([lost])
    absence = complete(known, Facts(), content.vocabulary).absence("service.up")
    assert absence.why is AbsenceReason.TIMED_OUT
    assert "bng-1" in absence.detail


def test_a_value_that_was_read_is_never_replaced_by_a_derived_one(content) -> None:
    facts = derived(content, {"port.oper_status": "up", "port.block_reason": "loop"})
    fact = facts.fact("port.block_reason")
    assert fact is not None
    assert fact.value == "loop"


@pytest.mark.parametrize(
    ("pairs", "length", "summary"),
    [
        ([("ok", 30)] * 4, None, "ok"),
        ([("open", 14), ("open", 14.5)], 42, "cut"),
        ([("open", 41), ("open", 42)], 42, "unplugged_far_end"),
        ([("open", 41), ("open", 42)], None, "open_no_baseline"),
        ([("open", 1), ("open", 0.5)], 42, "no_cable"),
        ([("remote_off", None)] * 2, 42, "remote_off"),
        ([("ok", None), ("short", 12)], 42, "short"),
        ([("ok", 30), ("open", 29)], None, "pair_fault"),
        ([("open", 10), ("open", 25)], 42, "cut"),
    ],
)
def test_pairs_of_a_cable_test_make_a_summary(content, pairs, length, summary) -> None:
    values = {}
    for number, (state, metres) in enumerate(pairs, 1):
        values[f"cable.pair{number}.state"] = state
        if metres is not None:
            values[f"cable.pair{number}.length_m"] = float(metres)
    if length is not None:
        values["ref.line_length_m"] = float(length)
    fact = derived(content, values).fact("cable.summary")
    assert fact is not None
    assert fact.value == summary


def test_the_dead_device_is_the_one_nearest_the_core(content) -> None:
    silent = {"path.silent": ("sw-lenina-3", "agg-1")}
    fact = derived(content, silent, ("core-1", "agg-1", "sw-lenina-3")).fact("path.dead_device")
    assert fact is not None
    assert fact.value == "agg-1"


def test_a_live_reading_beats_a_stored_one_and_a_value_beats_an_absence() -> None:
    stored = facts_of({"session.state": "up"}, transport="sql")
    live = facts_of({"session.state": "absent"}, transport="routeros")
    lost = Absence(name="session.state", why=AbsenceReason.TIMED_OUT)
    for first, second in ((stored, live), (live, stored)):
        fact = lay_over(first, second.values()).fact("session.state")
        assert fact is not None
        assert fact.value == "absent"
    assert lay_over(live, [lost]).fact("session.state") is not None
