"""Erlang C against published figures and against the formula written out."""

import math

import pytest

from netdiag.kpi.erlang import answered_within, mean_wait_s, people_needed, waiting_probability


def by_definition(people: int, load: float) -> float:
    """(A^n/n! · n/(n−A)) / (Σ_{k<n} A^k/k! + A^n/n! · n/(n−A))."""
    last = load**people / math.factorial(people) * people / (people - load)
    return last / (sum(load**k / math.factorial(k) for k in range(people)) + last)


def test_the_published_example_of_48_erlangs_and_55_people() -> None:
    """360 calls in half an hour, four minutes each: the example of many introductions to Erlang C
    (23.9 % wait, 8.2 s on average; 86.7 % answered within 20 s; 54 people are enough for 80/20)."""
    assert waiting_probability(55, 48) == pytest.approx(0.23870, abs=5e-5)
    assert mean_wait_s(55, 48, 240) == pytest.approx(8.184, abs=5e-3)
    assert answered_within(55, 48, 240, 20) == pytest.approx(0.8668, abs=5e-4)
    assert people_needed(720, 240, within_s=20, share=0.8) == 54


def test_the_published_example_of_10_erlangs() -> None:
    """100 calls in half an hour, three minutes each, another common example: 17.4 % wait, 7.8 s on
    average, 88.8 % answered within 20 s."""
    assert waiting_probability(12, 10) == pytest.approx(0.44939, abs=5e-5)
    assert waiting_probability(14, 10) == pytest.approx(0.1741, abs=5e-5)
    assert answered_within(14, 10, 180, 20) == pytest.approx(0.888, abs=5e-4)
    assert mean_wait_s(14, 10, 180) == pytest.approx(7.8, abs=0.05)
    assert people_needed(200, 180, within_s=20, share=0.8) == 14


@pytest.mark.parametrize(
    ("people", "load", "waits"),
    [
        (1, 0.5, 0.5),  # one server: the probability is the load
        (2, 1.0, 1 / 3),
        (3, 2.0, 4 / 9),
        (5, 4.0, 0.5541),
        (10, 8.0, 0.4092),
        (20, 16.0, 0.2561),
    ],
)
def test_tables_of_the_waiting_probability(people: int, load: float, waits: float) -> None:
    """M/M/c at 80 % load: 0.554, 0.409, 0.256 stand in every table of queueing theory."""
    assert waiting_probability(people, load) == pytest.approx(waits, abs=6e-5)


@pytest.mark.parametrize("people", [1, 2, 7, 30, 100])
@pytest.mark.parametrize("busy", [0.05, 0.5, 0.9, 0.999])
def test_the_recursion_is_the_formula(people: int, busy: float) -> None:
    load = people * busy
    assert waiting_probability(people, load) == pytest.approx(by_definition(people, load), rel=1e-9)


def test_large_desks_do_not_overflow() -> None:
    assert 0 < waiting_probability(5000, 4950) < 1


def test_without_calls_nobody_is_needed_and_nobody_waits() -> None:
    assert people_needed(0, 300, within_s=20, share=0.8) == 0
    assert waiting_probability(1, 0) == 0


def test_a_queue_that_only_grows_is_said_to() -> None:
    assert waiting_probability(10, 10) == 1
    assert answered_within(10, 12, 180, 20) == 0
    assert mean_wait_s(10, 12, 180) == math.inf


def test_people_are_not_busier_than_the_operator_allows() -> None:
    """Big desks reach 80 % in 20 s at 97 % load; nobody works so for long."""
    few = people_needed(2000, 300, within_s=20, share=0.8)
    more = people_needed(2000, 300, within_s=20, share=0.8, most_busy=0.85)
    load = 2000 * 300 / 3600
    assert load / few > 0.9
    assert load / more <= 0.85


@pytest.mark.parametrize("per_hour", [1, 13, 77, 250])
def test_one_person_fewer_would_not_do(per_hour: float) -> None:
    count = people_needed(per_hour, 300, within_s=20, share=0.8)
    load = per_hour * 300 / 3600
    assert answered_within(count, load, 300, 20) >= 0.8
    assert count == 1 or answered_within(count - 1, load, 300, 20) < 0.8
