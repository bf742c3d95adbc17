"""What findings teach: slowly, with wrong codes allowed for, and for the better."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from netdiag.kpi.beta import interval
from netdiag.kpi.learn import Doubt, Lesson, lessons
from netdiag.kpi.match import Pair
from netdiag.model.words import Side
from tests.kpi.town import judged, truth

P, S = Side.PROVIDER, Side.SUBSCRIBER
CABLE, PORT, ROUTER = "provider.line.cable-fault", "provider.access.port-failed", "subscriber.hung"


def pair(stated: float, found: str, fault: str = CABLE) -> Pair:
    side = S if found == ROUTER else P
    return Pair(
        judged("x", P, fault=fault, confidence=stated, side_confidence=stated),
        truth(side, fault=found),
    )


# Verdicts of another rule, so that a wrong code seldom names the cable by chance.
MANY_OTHERS = [pair(0.5, PORT, fault=PORT)] * 800


def of(fault: str, found: tuple[Lesson, ...]) -> Lesson:
    return next(one for one in found if one.fault == fault)


def test_a_rule_that_keeps_its_word_is_not_moved() -> None:
    """72 of 80 true at a stated 90 %; of the right ones an eighth is coded wrongly."""
    cases = [pair(0.9, CABLE)] * 63 + [pair(0.9, ROUTER)] * 17
    lesson = of(CABLE, lessons(cases + MANY_OTHERS, Doubt()))
    assert (lesson.cases, lesson.confirmed) == (80, 63)
    assert lesson.share == pytest.approx(0.9, abs=0.01)
    assert abs(lesson.shift_db) < 0.5


def test_a_rule_that_promises_too_much_is_moved_down_and_one_that_promises_too_little_up() -> None:
    too_much = [pair(0.95, CABLE)] * 40 + [pair(0.95, ROUTER)] * 60
    too_little = [pair(0.3, CABLE)] * 80 + [pair(0.3, ROUTER)] * 20
    assert of(CABLE, lessons(too_much, Doubt())).shift_db < -8
    assert of(CABLE, lessons(too_little, Doubt())).shift_db > 5


def test_few_cases_move_little_and_many_move_all_the_way() -> None:
    moved = [of(CABLE, lessons([pair(0.9, ROUTER)] * n, Doubt())).shift_db for n in (1, 5, 50, 500)]
    assert moved == sorted(moved, reverse=True)
    assert moved[0] > -2
    assert -20 <= moved[-1] < -15


def test_wrong_codes_are_allowed_for() -> None:
    """Found right in 7 of 8 is as right as codes can tell, when one in eight is wrong."""
    cases = ([pair(0.99, CABLE)] * 7 + [pair(0.99, ROUTER)]) * 20 + MANY_OTHERS
    assert of(CABLE, lessons(cases, Doubt())).share > 0.99
    assert of(CABLE, lessons(cases, Doubt(wrong_codes=0))).share == 0.875


def test_where_only_the_side_was_found_it_is_held_against_the_sides_confidence() -> None:
    case = Pair(judged("x", P, fault=CABLE, confidence=0.3, side_confidence=0.9), truth(P))
    lesson = of(CABLE, lessons([case] * 30, Doubt()))
    assert (lesson.stated, lesson.confirmed) == (0.9, 30)


def test_another_cause_on_the_same_side_does_not_confirm_the_fault() -> None:
    assert of(CABLE, lessons([pair(0.9, PORT)], Doubt())).confirmed == 0


def test_undetermined_claims_nothing_and_learns_nothing() -> None:
    silent = Pair(judged("x", Side.UNDETERMINED, confidence=0.0), truth(P, fault=CABLE))
    assert lessons([silent], Doubt()) == ()


def test_a_rule_that_is_surely_more_often_wrong_than_right_is_named() -> None:
    wrong = [pair(0.9, ROUTER)] * 28 + [pair(0.9, CABLE)] * 2
    assert of(CABLE, lessons(wrong, Doubt())).doubtful
    assert not of(CABLE, lessons(wrong[:2], Doubt())).doubtful  # two cases prove nothing


def test_learning_brings_the_stated_confidence_nearer_to_the_truth() -> None:
    """Two thousand made-up tickets: the rule says 90 % and is right in 65 %; 12 % of the codes are
    wrong. What it says after the lesson is nearer to the truth."""
    dice = random.Random(7)
    cases = []
    for _ in range(2000):
        right = dice.random() < 0.65
        code = CABLE if right else ROUTER
        if dice.random() < 0.125:
            code = dice.choice([one for one in (CABLE, PORT, ROUTER) if one != code])
        cases.append(pair(0.9, code))
    shift = of(CABLE, lessons(cases + MANY_OTHERS, Doubt())).shift_db
    odds = 0.9 / 0.1 * 10 ** (shift / 10)
    assert odds / (1 + odds) == pytest.approx(0.65, abs=0.03)


@settings(max_examples=60, deadline=None)
@given(some.lists(some.tuples(some.floats(0.01, 1), some.sampled_from([CABLE, PORT, ROUTER])),
                  min_size=1, max_size=50))  # fmt: skip
def test_a_lesson_is_always_within_bounds(cases: list[tuple[float, str]]) -> None:
    for lesson in lessons([pair(*case) for case in cases], Doubt()):
        assert -20 <= lesson.shift_db <= 20
        assert 0 <= lesson.low <= lesson.high <= 1
        assert 0 <= lesson.share <= 1


@pytest.mark.parametrize(
    ("a", "b", "low", "high"),
    [
        (1, 1, 0.05, 0.95),  # uniform
        (0.5, 0.5, 0.0062, 0.9938),  # arcsine law
        (2, 1, 0.05**0.5, 0.95**0.5),  # the distribution function is x²
        (5, 1, 0.05**0.2, 0.95**0.2),
        (1, 3, 1 - 0.95 ** (1 / 3), 1 - 0.05 ** (1 / 3)),
    ],
)
def test_intervals_of_the_beta_distribution(a: float, b: float, low: float, high: float) -> None:
    """Where the quantile can be written down."""
    assert interval(a, b) == pytest.approx((low, high), abs=1e-3)
