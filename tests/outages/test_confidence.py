"""The curve from gain to confidence follows a network's own outages, and never runs away."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from netdiag.outages.confidence import Calibration, learned

START = Calibration()


def test_nothing_closed_changes_nothing():
    fitted = learned([])
    assert all(abs(fitted(g) - START(g)) < 0.02 for g in range(1, 21))


def test_many_that_were_none_make_that_gain_worth_less():
    assert learned([(6.0, False)] * 30)(6.0) < START(6.0) - 0.3


def test_one_moves_it_little():
    assert abs(learned([(6.0, False)])(6.0) - START(6.0)) < 0.1


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 200), st.booleans()), max_size=60))
def test_whatever_was_closed_the_curve_stays_one(closed):
    fitted = learned(closed)
    assert abs(fitted.offset) < 200
    assert abs(fitted.slope) < 200
    assert all(0 <= fitted(gain) <= 0.995 for gain in (0, 1, 4, 9, 50, 500))
