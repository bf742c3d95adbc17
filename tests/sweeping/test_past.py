"""What the days before tell: robust against odd days, unknown when there are too few."""

import random
from datetime import date, timedelta

import pytest

from netdiag.content.load import load
from netdiag.model.past import Past
from netdiag.sweeping.known import Known, packed, packed_day, unpacked, unpacked_day
from netdiag.sweeping.past import close_day, gather, slope, spread, tracked, usual

TODAY = date(2026, 6, 30)
VOCABULARY = load().vocabulary


def days(
    values: list[float], key: str = "port.sfp_rx_dbm median"
) -> dict[date, dict[str, dict[str, float]]]:
    """Values of the days before today, the last one yesterday's."""
    start = TODAY - timedelta(days=len(values))
    return {start + timedelta(days=n): {key: {"9": v}} for n, v in enumerate(values)}


def test_the_slope_is_not_turned_by_a_few_odd_days() -> None:
    noise = random.Random(7)
    points = [(n, -8 - 0.05 * n + noise.gauss(0, 0.1)) for n in range(60)]
    for odd in (5, 20, 21, 40):
        points[odd] = (odd, -40.0)
    assert slope(points) == pytest.approx(-0.05, abs=0.01)


def test_the_spread_is_not_widened_by_a_few_odd_days() -> None:
    noise = random.Random(3)
    values = [noise.gauss(-8, 0.2) for _ in range(60)]
    assert spread([*values, -40.0, -39.0]) == pytest.approx(0.2, abs=0.06)


def test_too_few_days_tell_nothing() -> None:
    past = Past(of="port.sfp_rx_dbm", day="median", take="median", least=7)
    assert usual([("x", past)], days([-8.0] * 6), TODAY) == {}
    assert usual([("x", past)], days([-8.0] * 7), TODAY) == {"x": {"9": -8.0}}


def test_days_out_of_the_window_and_today_do_not_count() -> None:
    past = Past(of="port.sfp_rx_dbm", day="median", take="count", days=10, least=1)
    told = days([-8.0] * 30)
    told[TODAY] = {"port.sfp_rx_dbm median": {"9": -20.0}}
    assert usual([("x", past)], told, TODAY) == {"x": {"9": 10.0}}


def test_the_same_weekday_is_compared_with_itself() -> None:
    past = Past(of="port.util_pct", day="max", take="median", days=36, least=2, same_weekday=True)
    values = [
        90.0 if (TODAY - timedelta(days=35 - n)).weekday() == TODAY.weekday() else 10.0
        for n in range(35)
    ]
    assert usual([("x", past)], days(values, "port.util_pct max"), TODAY) == {"x": {"9": 90.0}}


def test_the_best_is_what_held_on_several_days() -> None:
    past = Past(of="port.speed_mbps", day="max", take="best", least=3)
    told = days([100.0] * 10 + [1000.0, 1000.0], "port.speed_mbps max")
    assert usual([("x", past)], told, TODAY) == {"x": {"9": 100.0}}
    told |= {TODAY - timedelta(days=15): {"port.speed_mbps max": {"9": 1000.0}}}
    assert usual([("x", past)], told, TODAY) == {"x": {"9": 1000.0}}


def test_the_speed_of_a_link_that_is_down_is_no_speed() -> None:
    known = Known()
    tracks = tracked(VOCABULARY)
    table = {"port.speed_mbps": {"1": 1000, "2": 10}, "port.oper_status": {"1": "up", "2": "down"}}
    gather(known, table, tracks, 1000.0)
    assert close_day(known, tracks)["port.speed_mbps max"] == {"1": 1000.0}


def test_the_median_of_a_day_is_that_of_the_whole_day() -> None:
    known, tracks = Known(), tracked(VOCABULARY)
    for minute in range(0, 24 * 60, 5):
        level = -20.0 if minute < 10 * 60 else -24.0
        gather(known, {"port.sfp_rx_dbm": {"1": level}}, tracks, minute * 60.0)
    assert len(known.today["port.sfp_rx_dbm median"]["1"]) == 48
    assert close_day(known, tracks)["port.sfp_rx_dbm median"] == {"1": -24.0}


def test_what_is_remembered_survives_the_store() -> None:
    known = Known(misses=2, at=5.5, table={"port.in_octets": {"1": 2**60}}, boots=[1.5])
    assert unpacked(packed(known)) == known
    day = {"port.util_pct max": {"1": 33.25}}
    assert unpacked_day(packed_day(day)) == day


@pytest.mark.parametrize("data", [b"", b"damaged", packed_day({})[:5]])
def test_a_damaged_row_is_as_if_nothing_were_known(data: bytes) -> None:
    assert unpacked(data) == Known()
    assert unpacked_day(data) == {}


def test_a_device_of_52_ports_is_remembered_in_few_octets() -> None:
    noise = random.Random(1)
    columns = [f"column_{number}" for number in range(12)]
    table = {
        f"port.{name}": {str(i): noise.randrange(2**40) for i in range(1, 53)} for name in columns
    }
    assert len(packed(Known(at=1.0, table=table))) < 6000  # all of it random: the worst there is
