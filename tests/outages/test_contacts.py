"""Complaints: of neighbours they tell of a cut, of people whose lines are well they do not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netdiag.outages.observation import Kind, Observation, State
from tests.outages.small_town import (
    EVERYBODY,
    NOON,
    SWITCHES,
    all_up,
    confirmed,
    mixed,
    on,
    seen,
    told,
    watched,
)


def found(people, state, after, apart, side="none", segment="none"):
    return [
        Observation(NOON + after + n * apart, person, Kind.VERDICT, State(state), side, segment)
        for n, person in enumerate(people)
    ]


ANSWERED = seen(EVERYBODY, "up", -600, "probe", apart=0.5)


@pytest.mark.parametrize("known", [[], ANSWERED], ids=["never heard of", "answered before"])
def test_neighbours_who_call_within_minutes_are_an_outage(known):
    calls = seen(on("sw-12"), "down", 0, "contact", apart=40)
    assert confirmed(watched(known + calls, 900)[1]) == {("sw-12",)}


def test_neighbours_who_call_while_their_sessions_stay_up_are_none():
    calls = seen(on("sw-12"), "down", 0, "contact", apart=40)
    assert confirmed(watched(all_up() + calls, 900)[1]) == set()


def test_neighbours_who_were_found_well_are_none():
    calls = seen(on("sw-12"), "down", 0, "contact", apart=40)
    well = found(on("sw-12"), "up", 45, 40)
    assert confirmed(watched(ANSWERED + calls + well, 900)[1]) == set()


def test_nor_are_those_who_were_found_well_before_their_call_was_written_down():
    calls = seen(on("sw-12"), "down", 60, "contact", apart=40)
    well = found(on("sw-12"), "up", 0, 40)
    assert watched(ANSWERED + calls + well, 900)[1] == []


def test_nor_those_whose_trouble_was_found_at_home():
    calls = seen(on("sw-12"), "down", 0, "contact", apart=40)
    own = found(on("sw-12"), "down", 45, 40, "subscriber", "cpe")
    assert confirmed(watched(ANSWERED + calls + own, 900)[1]) == set()


def test_those_whose_diagnoses_agree_are_an_outage():
    calls = seen(on("sw-12")[:4], "down", 0, "contact", apart=60)
    agree = found(on("sw-12")[:4], "down", 45, 60, "provider", "access")
    assert confirmed(watched(ANSWERED + calls + agree, 900)[1]) == {("sw-12",)}


@pytest.mark.parametrize("diagnosed", [True, False])
def test_when_everybody_calls_alike_it_is_not_told_as_an_outage(diagnosed):
    """A site of the world is down: forty call within ten minutes, from everywhere."""
    callers = mixed(EVERYBODY)[:40]
    evidence = ANSWERED + seen(callers, "down", 0, "contact", apart=15)
    evidence += found(callers, "up", 40, 15) if diagnosed else []
    assert confirmed(watched(evidence, 1200)[1]) == set()


def test_a_cut_during_such_a_wave_of_calls_is_found():
    callers = mixed(EVERYBODY)[:40]
    evidence = all_up() + seen(callers, "down", 0, "contact", apart=15)
    evidence += found(callers, "up", 40, 15)
    evidence += seen(on("sw-21"), "down", 300, "session", apart=15)
    assert confirmed(watched(evidence, 1200)[1]) == {("sw-21",)}


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from(EVERYBODY), min_size=1, max_size=40, unique=True),
    st.integers(1, 30),
    st.integers(0, 60),
)
def test_callers_who_are_all_found_well_at_once_are_never_an_outage(callers, apart, after):
    calls = seen(callers, "down", 0, "contact", apart=apart)
    well = found(callers, "up", after, apart)
    assert confirmed(watched(ANSWERED + calls + well, 1200)[1]) == set()


def test_the_same_in_any_order():
    calls = seen(on("sw-12"), "down", 0, "contact", apart=5)
    well = found(on("sw-12")[:3], "up", 10, 5)
    one, other = (
        told(watched(some, 900)[1]) for some in (ANSWERED + calls + well, well + calls + ANSWERED)
    )
    assert one == other
    assert set(SWITCHES) >= {root for _, roots in one for root in roots}
