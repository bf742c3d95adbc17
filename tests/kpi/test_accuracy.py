"""Right sides, calibration and cost, counted by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from netdiag.kpi.accuracy import accuracy
from netdiag.kpi.match import Pair
from netdiag.kpi.rows import Rows
from netdiag.kpi.share import Share
from netdiag.model.content import Content
from netdiag.model.words import Side
from tests.kpi.town import judged, truth

P, S, A, N, U = Side.PROVIDER, Side.SUBSCRIBER, Side.ACCOUNT, Side.NONE, Side.UNDETERMINED


def pair(decision: Side, real: Side, sure: float | None = 0.9) -> Pair:
    stated = 0.0 if decision is U else sure
    return Pair(judged("x", decision, side_confidence=stated), truth(real))


@pytest.fixture
def rows(content: Content) -> Rows:
    return Rows(costs=content.scale.cost, hand_over=content.scale.hand_over)


def test_right_wrong_and_undetermined_are_shares_of_the_known_cases(rows: Rows) -> None:
    got = accuracy([pair(P, P), pair(P, P), pair(S, P), pair(U, S), pair(N, N)], rows)
    assert (got.right, got.wrong, got.undetermined) == (Share(3, 5), Share(1, 5), Share(1, 5))
    assert got.wrong_when_decided == Share(1, 4)
    assert got.matrix[P] == {P: 2, S: 1, A: 0, N: 0, U: 0}
    assert got.matrix[S][U] == 1


def test_the_cost_is_the_operators_matrix_and_handing_over_has_its_price(rows: Rows) -> None:
    """Provider judged subscriber 120, subscriber judged provider 200, handed over 22."""
    got = accuracy([pair(S, P), pair(P, S), pair(U, A), pair(A, A)], rows)
    assert got.cost == pytest.approx((120 + 200 + 22 + 0) / 4)
    nothing = accuracy([pair(N, N), pair(P, N)], rows)
    assert (nothing.cost, nothing.costed) == (None, 0)


def test_calibration_and_brier_by_hand(rows: Rows) -> None:
    """Four at 0.95 of which three are right, one at 0.55 that is right."""
    cases = [pair(P, P, 0.95)] * 3 + [pair(P, S, 0.95), pair(P, P, 0.55)]
    got = accuracy(cases, rows)
    assert [(b.count, b.right) for b in got.bins] == [(1, 1.0), (4, 0.75)]
    assert got.calibration_error == pytest.approx((4 * 0.20 + 1 * 0.45) / 5)
    assert got.brier == pytest.approx((3 * 0.05**2 + 0.95**2 + 0.45**2) / 5)


def test_a_confidence_of_one_has_its_place_in_the_last_bin(rows: Rows) -> None:
    (last,) = accuracy([pair(P, P, 1.0)], rows).bins
    assert (last.low, last.high) == (14 / 15, 1.0)


def test_what_states_no_confidence_is_not_calibrated(rows: Rows) -> None:
    got = accuracy([pair(U, P), pair(P, P, None)], rows)
    assert (got.bins, got.calibration_error, got.brier) == ((), None, None)


def test_without_a_case_nothing_is_known(rows: Rows) -> None:
    document = accuracy([], rows).document()
    assert document["right"] == {"part": 0, "whole": 0, "rate": None, "low": None, "high": None}
    assert document["brier"] is None


@given(some.lists(some.tuples(some.sampled_from([P, S, A, N, U]), some.sampled_from([P, S, A, N]),
                              some.floats(0.01, 1)), max_size=60))  # fmt: skip
def test_the_shares_add_up_and_the_bins_hold_every_stated_case(
    cases: list[tuple[Side, Side, float]],
) -> None:
    got = accuracy([pair(*case) for case in cases], Rows())
    assert got.right.part + got.wrong.part + got.undetermined.part == len(cases)
    assert sum(b.count for b in got.bins) == sum(decision is not U for decision, _, _ in cases)
    assert all(b.low - 1e-9 <= b.stated <= b.high + 1e-9 for b in got.bins)
    assert sum(sum(row.values()) for row in got.matrix.values()) == len(cases)


def test_the_interval_of_few_cases_is_wide() -> None:
    """Wilson: 8 of 10 lie between 49 % and 94 %; 0 of 5 is not surely zero."""
    low, high = Share(8, 10).interval() or (0, 0)
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)
    assert Share(0, 5).interval() == pytest.approx((0, 0.434), abs=1e-3)
    assert Share(0, 0).interval() is None
