"""Growth of counters: wraps, resets, restarts, windows that are too short."""

from dataclasses import replace
from datetime import timedelta

import pytest

from netdiag.model.fact import Absence, Fact, Facts
from netdiag.model.vocabulary import FactType, Kind, Rate, ValueType
from netdiag.probing.rates import Growth, growth, rate
from tests.conftest import facts_of

ERRORS = FactType(
    name="port.fcs_errors_rate",
    type=ValueType.FLOAT,
    kind=Kind.DERIVED,
    meaning="",
    label={},
    rate=Rate(of="port.fcs_errors", per="port.in_frames", scale=1e6, min_per=1000),
)


def before(values, seconds: float) -> Facts:
    """The same facts, measured so many seconds earlier."""
    return Facts(
        replace(fact, measured_at=fact.measured_at - timedelta(seconds=seconds))
        for fact in facts_of(values).values()
        if isinstance(fact, Fact)
    )


def test_a_rate_is_growth_per_growth() -> None:
    now = facts_of({"port.fcs_errors": 1500, "port.in_frames": 3_000_000})
    reading = rate(ERRORS, before({"port.fcs_errors": 500, "port.in_frames": 1_000_000}, 60), now)
    assert isinstance(reading, Fact)
    assert (reading.value, reading.weak) == (500.0, False)


def test_a_32_bit_counter_that_wrapped_once_goes_on() -> None:
    old, new = before({"port.fcs_errors": 2**32 - 100}, 60), facts_of({"port.fcs_errors": 50})
    assert growth("port.fcs_errors", old, new) == Growth(150.0, 60.0)


def test_a_counter_that_fell_otherwise_was_reset_and_gives_no_rate() -> None:
    old, new = before({"port.fcs_errors": 900}, 60), facts_of({"port.fcs_errors": 3})
    assert growth("port.fcs_errors", old, new) == "the counter was reset between the readings"


def test_a_restart_between_the_readings_makes_the_pair_worthless() -> None:
    old = before({"port.fcs_errors": 10, "device.uptime_s": 90_000}, 60)
    new = facts_of({"port.fcs_errors": 20, "device.uptime_s": 30})
    assert growth("port.fcs_errors", old, new) == "the device restarted between the readings"


def test_a_discontinuity_mark_makes_the_pair_worthless() -> None:
    old = before({"port.fcs_errors": 10, "port.discontinuity": 0}, 60)
    new = facts_of({"port.fcs_errors": 20, "port.discontinuity": 4711})
    assert "discontinuity" in str(growth("port.fcs_errors", old, new))


@pytest.mark.parametrize(("seconds", "frames"), [(2.1, 1_000_000), (60, 500)])
def test_a_short_window_or_few_frames_make_a_weak_rate(seconds: float, frames: int) -> None:
    now = facts_of({"port.fcs_errors": 5, "port.in_frames": frames})
    reading = rate(ERRORS, before({"port.fcs_errors": 0, "port.in_frames": 0}, seconds), now)
    assert isinstance(reading, Fact)
    assert reading.weak


def test_one_reading_or_no_frames_give_an_absence_never_zero() -> None:
    now = facts_of({"port.fcs_errors": 5, "port.in_frames": 10})
    assert isinstance(rate(ERRORS, Facts(), now), Absence)
    idle = rate(ERRORS, before({"port.fcs_errors": 5, "port.in_frames": 10}, 60), now)
    assert isinstance(idle, Absence)
