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


def test_damaged_frames_are_frames_too_where_the_others_are_counted_apart() -> None:
    apart = replace(ERRORS, rate=replace(ERRORS.rate, apart=True))
    old = before({"port.fcs_errors": 0, "port.in_frames": 0}, 60)
    half = rate(apart, old, facts_of({"port.fcs_errors": 5000, "port.in_frames": 5000}))
    assert isinstance(half, Fact)
    assert half.value == 500_000.0
    none_good = rate(apart, old, facts_of({"port.fcs_errors": 5000, "port.in_frames": 0}))
    assert isinstance(none_good, Fact)
    assert (none_good.value, none_good.weak) == (1_000_000.0, False)
    assert isinstance(
        rate(apart, old, facts_of({"port.fcs_errors": 0, "port.in_frames": 0})), Absence
    )


def test_a_32_bit_counter_that_wrapped_once_goes_on() -> None:
    old, new = before({"port.fcs_errors": 2**32 - 100}, 60), facts_of({"port.fcs_errors": 50})
    assert growth("port.fcs_errors", old, new) == Growth(150.0, 60.0)


def test_a_counter_that_fell_otherwise_was_reset_and_gives_no_rate() -> None:
    old, new = before({"port.fcs_errors": 900}, 60), facts_of({"port.fcs_errors": 3})
    assert growth("port.fcs_errors", old, new) == "the counter was reset between the readings"


def test_a_restart_between_the_readings_makes_the_pair_worthless() -> None:
    old = before({"port.fcs_errors": 10}, 60)
    for uptime, restarted in ((30, True), (90, False)):
        new = facts_of({"port.fcs_errors": 20, "device.uptime_s": uptime})
        assert (growth("port.fcs_errors", old, new) == Growth(10.0, 60.0)) is not restarted


def test_a_long_pause_does_not_hide_a_restart() -> None:
    old = before({"port.fcs_errors": 10, "device.uptime_s": 100}, 3600)
    new = facts_of({"port.fcs_errors": 20, "device.uptime_s": 2400})
    assert growth("port.fcs_errors", old, new) == "the device began anew between the readings"


def test_octets_of_a_new_session_are_no_growth_of_the_old_one() -> None:
    """3 GB, then 1 kB: without the session's age it would pass for a wrap of 32 bits."""
    old = before({"session.in_octets": 3_000_000_000}, 600)
    new = facts_of({"session.in_octets": 1000, "session.uptime_s": 60})
    assert growth("session.in_octets", old, new) == "the session began anew between the readings"


def test_readings_of_two_probes_make_no_rate() -> None:
    """ifInUcastPkts (32 bits) and ifHCInUcastPkts (64 bits) fill the same fact."""
    old = before({"port.in_frames": 1_000}, 60)
    now = facts_of({"port.in_frames": 5_000_000_000})["port.in_frames"]
    assert isinstance(now, Fact)
    other = replace(now, source=replace(now.source, probe="port-counters-32"))
    assert "different counters" in str(growth("port.in_frames", old, Facts([other])))


def test_each_family_has_its_own_discontinuity_mark() -> None:
    old = before({"uplink.in_octets": 10, "port.discontinuity": 0, "uplink.discontinuity": 0}, 60)
    marks = {"port.discontinuity": 4711, "uplink.discontinuity": 0}
    assert isinstance(
        growth("uplink.in_octets", old, facts_of({"uplink.in_octets": 20, **marks})), Growth
    )
    marks = {"port.discontinuity": 0, "uplink.discontinuity": 4711}
    assert "discontinuity" in str(
        growth("uplink.in_octets", old, facts_of({"uplink.in_octets": 20, **marks}))
    )


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
