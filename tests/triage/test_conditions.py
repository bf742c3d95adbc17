"""Three values: a comparison with a missing fact is unknown, and unknown never becomes false."""

from hypothesis import given
from hypothesis import strategies as st

from netdiag.model.condition import (
    All,
    Any,
    Compare,
    FactRef,
    Literal,
    Op,
    Truth,
    evaluate,
    unknown_facts,
)
from netdiag.model.words import AbsenceReason
from tests.conftest import facts_of

DOWN = Compare("port.oper_status", Op.EQ, Literal("down"))
FAST = Compare("port.speed_mbps", Op.GE, Literal(1000))


def test_a_missing_fact_makes_a_comparison_unknown() -> None:
    assert evaluate(DOWN, facts_of({})) is Truth.UNKNOWN
    assert evaluate(DOWN, facts_of({"port.oper_status": "down"})) is Truth.TRUE
    assert evaluate(DOWN, facts_of({"port.oper_status": "up"})) is Truth.FALSE


def test_all_is_false_if_any_is_false_even_when_the_rest_is_unknown() -> None:
    assert evaluate(All((DOWN, FAST)), facts_of({"port.speed_mbps": 100})) is Truth.FALSE
    assert evaluate(All((DOWN, FAST)), facts_of({"port.speed_mbps": 1000})) is Truth.UNKNOWN


def test_any_is_true_if_any_is_true_even_when_the_rest_is_unknown() -> None:
    assert evaluate(Any((DOWN, FAST)), facts_of({"port.speed_mbps": 1000})) is Truth.TRUE
    assert evaluate(Any((DOWN, FAST)), facts_of({"port.speed_mbps": 100})) is Truth.UNKNOWN


def test_an_explicit_null_answers_only_the_question_whether_it_is_null() -> None:
    nothing = facts_of({"fdb.other_mac": None})
    is_null = Compare("fdb.other_mac", Op.EQ, Literal(None))
    is_this = Compare("fdb.other_mac", Op.EQ, Literal("02:00:00:00:00:01"))
    assert evaluate(is_null, nothing) is Truth.TRUE
    assert evaluate(is_this, nothing) is Truth.UNKNOWN
    assert evaluate(is_null, facts_of({})) is Truth.UNKNOWN


def test_a_device_that_does_not_know_is_unknown_unless_the_rule_asks_for_just_that() -> None:
    says = facts_of({"port.oper_status": "unknown"})
    not_up = Compare("port.oper_status", Op.NE, Literal("up"))
    dark = Compare("port.oper_status", Op.IN, Literal(("down", "notPresent")))
    assert {evaluate(one, says) for one in (DOWN, not_up, dark)} == {Truth.UNKNOWN}
    assert list(unknown_facts(DOWN, says)) == ["port.oper_status"]
    assert says.absence("port.oper_status").why is AbsenceReason.NOT_SUPPORTED
    asked = Compare("port.oper_status", Op.IN, Literal(("down", "unknown")))
    assert evaluate(asked, says) is Truth.TRUE
    named = Compare("aaa.tried_login", Op.NE, FactRef("ref.login"))  # a login may be called so
    logins = {"aaa.tried_login": "unknown", "ref.login": "petrov"}
    assert evaluate(named, facts_of(logins)) is Truth.TRUE


def test_what_only_one_kind_of_line_has_is_no_question_on_another() -> None:
    dark = Compare("onu.state", Op.EQ, Literal("los"), only="pon")
    assert evaluate(dark, facts_of({"ref.access_kind": "copper"})) is Truth.FALSE
    assert evaluate(dark, facts_of({"ref.access_kind": "pon"})) is Truth.UNKNOWN
    assert evaluate(dark, facts_of({"onu.state": "los"})) is Truth.TRUE
    stray = facts_of({"ref.access_kind": "copper", "onu.state": "los"})
    assert evaluate(dark, stray) is Truth.FALSE


def test_a_fact_compares_with_another_fact_and_is_unknown_without_it() -> None:
    mine = Compare("session.mac", Op.IN, FactRef("ref.mac"))
    facts = {"session.mac": "02:00:00:00:00:01", "ref.mac": ("02:00:00:00:00:01",)}
    assert evaluate(mine, facts_of(facts)) is Truth.TRUE
    assert evaluate(mine, facts_of({"session.mac": "02:00:00:00:00:01"})) is Truth.UNKNOWN


def test_the_facts_for_want_of_which_a_condition_is_open_are_named() -> None:
    both = All((DOWN, FAST))
    assert list(unknown_facts(both, facts_of({"port.oper_status": "down"}))) == ["port.speed_mbps"]
    assert list(unknown_facts(both, facts_of({"port.oper_status": "up"}))) == []


LEAVES = st.sampled_from([DOWN, FAST, Compare("service.up", Op.EQ, Literal(value=True))])
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.builds(
        lambda kind, items: kind(tuple(items)),
        st.sampled_from([All, Any]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=6,
)
KNOWN = {"port.oper_status": "down", "port.speed_mbps": 1000, "service.up": False}


@given(CONDITIONS, st.sets(st.sampled_from(sorted(KNOWN))))
def test_learning_more_never_turns_a_decided_condition_around(condition, hidden) -> None:
    """What is true or false on part of the facts stays so on all of them."""
    part = facts_of({k: v for k, v in KNOWN.items() if k not in hidden})
    before = evaluate(condition, part)
    if before is not Truth.UNKNOWN:
        assert evaluate(condition, facts_of(KNOWN)) is before


@given(CONDITIONS)
def test_a_condition_over_all_facts_is_never_unknown(condition) -> None:
    assert evaluate(condition, facts_of(KNOWN)) is not Truth.UNKNOWN
