"""What a line's past tells: staged days, an injected now."""

from datetime import UTC, datetime, timedelta

import pytest

from netdiag.model.content import Content
from netdiag.model.fact import Absence, Fact, Value
from netdiag.model.sample import Sample, same
from netdiag.model.words import Side
from netdiag.probing.derive import complete
from netdiag.probing.past import worth_noting
from netdiag.probing.usual import PROVIDED, remembered
from tests.conftest import NOW, facts_of

DAY = timedelta(days=1)


def read(fact: str, value: float, at: datetime, *, healthy: bool = True) -> Sample:
    side = Side.NONE if healthy else Side.PROVIDER
    return Sample(fact=fact, value=value, first=at, last=at, side=side, healthy=healthy)


def daily(
    fact: str, *values: float, last: datetime = NOW - DAY, healthy: bool = True
) -> list[Sample]:
    """One reading a day, the last value youngest."""
    count = len(values)
    return [
        read(fact, v, last - DAY * (count - 1 - n), healthy=healthy) for n, v in enumerate(values)
    ]


def told(samples: list[Sample], now: datetime = NOW) -> dict[str, Value]:
    return {r.name: r.value for r in remembered(samples, now, UTC) if isinstance(r, Fact)}


def test_a_line_without_a_past_says_so_and_claims_nothing() -> None:
    readings = remembered([], NOW, UTC)
    assert readings
    assert all(isinstance(r, Absence) and "no readings" in r.detail for r in readings)
    assert {r.name for r in readings} <= PROVIDED


def test_a_gigabit_until_tuesday_is_the_usual_speed_and_its_last_day_is_known() -> None:
    tuesday = NOW - DAY * 4
    samples = daily("port.speed_mbps", 1000, 1000, 1000, last=tuesday)
    samples += daily("port.speed_mbps", 100, 100, healthy=False)
    facts = {r.name: r for r in remembered(samples, NOW, UTC)}
    usual = facts["port.usual_mbps"]
    assert isinstance(usual, Fact)
    assert (usual.value, usual.measured_at) == (1000, tuesday)
    assert told(samples)["port.usual_seen_s"] == 4 * 86400


def test_one_healthy_day_makes_no_usual_speed() -> None:
    assert "port.usual_mbps" not in told(daily("port.speed_mbps", 1000))


def test_days_of_trouble_never_tell_what_is_usual() -> None:
    samples = daily("port.speed_mbps", 1000, 1000, 1000, healthy=False)
    samples += daily("onu.rx_dbm", -20, -20, -20, -20, healthy=False)
    assert not {"port.usual_mbps", "onu.usual_rx_dbm"} & set(told(samples))


def test_a_line_that_stays_slow_keeps_its_usual_speed_for_a_month_then_takes_the_new_one() -> None:
    before = daily("port.speed_mbps", 1000, 1000, 1000, last=NOW - DAY * 29)
    after = daily("port.speed_mbps", *[100] * 28)
    assert told([*before, *after])["port.usual_mbps"] == 1000
    assert told([*before, *after], NOW + DAY * 5)["port.usual_mbps"] == 100


def test_light_three_decibels_below_its_median_is_a_drop_that_one_bad_day_does_not_hide(
    content: Content,
) -> None:
    samples = daily("onu.rx_dbm", -20.1, -20.0, -27.5, -19.9, -20.0)
    now = facts_of({"onu.rx_dbm": -23.1})
    facts = complete(now.plus(remembered(samples, NOW, UTC)), facts_of({}), content.vocabulary)
    drop = facts.fact("onu.rx_drop_db")
    assert drop is not None
    assert (drop.value, drop.weak) == (3.1, False)


def test_a_fall_within_the_line_s_own_wander_is_weak(content: Content) -> None:
    samples = daily("radio.signal_dbm", -60, -66, -63, -58, -65, -61)
    now = facts_of({"radio.signal_dbm": -67})
    facts = complete(now.plus(remembered(samples, NOW, UTC)), facts_of({}), content.vocabulary)
    drop = facts.fact("radio.signal_drop_db")
    assert drop is not None
    assert drop.weak


def test_the_olt_s_own_level_stands_in_where_the_onu_tells_none(content: Content) -> None:
    samples = daily("onu.olt_rx_dbm", -22, -22, -22)
    now = facts_of({"onu.olt_rx_dbm": -26.0})
    facts = complete(now.plus(remembered(samples, NOW, UTC)), facts_of({}), content.vocabulary)
    drop = facts.fact("onu.rx_drop_db")
    assert drop is not None
    assert drop.value == 4.0


def test_a_whole_cable_is_remembered_even_from_a_day_of_another_fault() -> None:
    pairs: dict[str, Value] = {f"cable.pair{n}.length_m": 41.0 for n in (1, 2)}
    noted = worth_noting(facts_of({"cable.summary": "remote_off", **pairs}), Side.SUBSCRIBER)
    assert told(list(noted))["ref.line_length_m"] == 41.0
    assert worth_noting(facts_of({"cable.summary": "cut", **pairs}), Side.PROVIDER) == ()


def test_a_cable_that_now_ends_earlier_tells_by_how_much(content: Content) -> None:
    whole = [read("cable.length_m", 41.0, NOW - DAY * 200)]
    now = facts_of(
        {"cable.pair1.state": "open", "cable.pair1.length_m": 12.0, "cable.pair2.state": "open",
         "cable.pair2.length_m": 12.4, "port.oper_status": "down"}
    )  # fmt: skip
    facts = complete(now.plus(remembered(whole, NOW, UTC)), facts_of({}), content.vocabulary)
    for name, value in (("cable.length_change_m", -28.6), ("cable.summary", "cut")):
        fact = facts.fact(name)
        assert fact is not None
        assert fact.value == value


def test_what_was_stored_inventoried_or_short_is_not_noted_again() -> None:
    values: dict[str, Value] = {"port.speed_mbps": 1000, "port.oper_status": "up"}
    assert worth_noting(facts_of(values, transport="stored"), Side.NONE) == ()
    rate = facts_of({"port.fcs_errors_rate": 3.0}, weak=True)
    assert worth_noting(rate, Side.NONE) == ()


def test_the_speed_of_a_dead_port_is_no_speed() -> None:
    assert (
        worth_noting(facts_of({"port.speed_mbps": 10, "port.oper_status": "down"}), Side.NONE) == ()
    )


def ups(*hours_ago: float, kind: str = "port.up_since", looks: int = 1) -> list[Sample]:
    """Moments of a change, each looked at an hour later (and again, a few seconds off)."""
    found = []
    for hours in hours_ago:
        at = NOW - timedelta(hours=hours)
        for look in range(looks):
            seen = at + timedelta(hours=min(hours, 1 + look) * 0.9)
            found.append(read(kind, at.timestamp() + look * 3, seen))
    return found


def test_breaks_that_were_seen_are_counted_once_however_often_they_were_looked_at() -> None:
    samples = ups(100, 20, 10, 5, 3, looks=2)
    assert told(samples)["port.flaps_seen_24h"] == 4


def test_a_down_and_the_up_that_ends_it_are_one_break() -> None:
    samples = [*ups(100, 4), *ups(5, kind="port.down_since")]
    assert told(samples)["port.flaps_seen_24h"] == 1


def test_too_few_seen_breaks_do_not_say_that_there_were_few(content: Content) -> None:
    now = facts_of({"port.oper_status": "up", "port.last_change_s": 300})
    few = complete(now.plus(remembered(ups(100, 3), NOW, UTC)), facts_of({}), content.vocabulary)
    assert few.fact("port.flaps_24h") is None
    many = ups(100, 20, 17, 14, 11, 8, 5, 2)
    facts = complete(now.plus(remembered(many, NOW, UTC)), facts_of({}), content.vocabulary)
    fact = facts.fact("port.flaps_24h")
    assert fact is not None
    assert fact.value == 7


def test_a_link_that_has_not_moved_for_a_day_has_not_flapped(content: Content) -> None:
    facts = complete(
        facts_of({"port.oper_status": "up", "port.last_change_s": 90000}),
        facts_of({}),
        content.vocabulary,
    )
    fact = facts.fact("port.flaps_24h")
    assert fact is not None
    assert fact.value == 0


def test_a_counter_of_link_losses_is_exact_over_about_a_day_and_useless_after_a_restart() -> None:
    counts = [read("port.link_downs", 40, NOW - timedelta(hours=24)),
              read("port.link_downs", 49, NOW - timedelta(hours=1))]  # fmt: skip
    assert told(counts)["port.flaps_24h"] == 9
    began_anew = [*counts[:1], read("port.link_downs", 2, NOW - timedelta(hours=1))]
    assert "port.flaps_24h" not in told(began_anew)
    young = [read("port.link_downs", 40, NOW - timedelta(hours=3)), counts[1]]
    assert "port.flaps_24h" not in told(young)


def test_starts_of_the_switch_are_counted_once_each() -> None:
    boots = [read("device.booted_at", (NOW - timedelta(hours=h)).timestamp() + jitter, NOW)
             for h in (300, 9, 5, 2) for jitter in (0, 40)]  # fmt: skip
    assert told(boots)["device.reboots_seen_24h"] == 3


@pytest.mark.parametrize(("shift_h", "habit"), [(0.0, True), (5.0, None)])
def test_up_again_every_morning_at_seven_is_a_habit(shift_h: float, habit: bool | None) -> None:
    mornings = [
        NOW.replace(hour=7) - DAY * n + timedelta(hours=shift_h * (n % 3)) for n in range(7)
    ]
    samples = [read("port.up_since", m.timestamp(), m + timedelta(hours=1)) for m in mornings]
    assert told(samples, NOW + DAY / 2).get("port.night_pattern") == habit


def test_a_link_that_stood_all_week_shows_no_habit_and_too_few_days_show_nothing() -> None:
    since = (NOW - DAY * 30).timestamp()
    week = [read("port.up_since", since, NOW - DAY * n) for n in range(6)]
    assert told(week)["port.night_pattern"] is False
    assert "port.night_pattern" not in told(week[:3])


def test_one_day_of_the_same_reading_is_one_sample() -> None:
    morning = read("onu.rx_dbm", -20.0, NOW)
    evening = read("onu.rx_dbm", -20.5, NOW + timedelta(hours=5))
    assert same(morning, evening)
    assert not same(morning, read("onu.rx_dbm", -23.0, NOW + timedelta(hours=5)))
    assert not same(morning, read("onu.rx_dbm", -20.0, NOW + DAY))
    assert not same(morning, read("onu.rx_dbm", -20.0, NOW + timedelta(hours=5), healthy=False))


def test_drops_of_an_onu_are_counted_whatever_the_clock_of_the_olt_says() -> None:
    """An OLT without a clock dates everything into the year 2000: only changes count."""
    looks = [  # hours ago, seconds since it went down by the OLT's clock
        (20, 8.2e8),
        (16, 8.2e8 + 4 * 3600),  # the same moment, read again
        (12, 60.0),
        (6, 90.0),
        (3, 90.0 + 3 * 3600),
    ]
    samples = [
        read("onu.down_at", (at := NOW - timedelta(hours=hours)).timestamp() - age, at)
        for hours, age in looks
    ]
    assert told(samples)["onu.flaps_seen_24h"] == 2


def test_the_moment_an_onu_went_down_is_noted_and_few_seen_drops_prove_nothing(
    content: Content,
) -> None:
    (noted,) = worth_noting(facts_of({"onu.last_down_s": 60.0}), Side.PROVIDER)
    assert (noted.fact, noted.value) == ("onu.down_at", NOW.timestamp() - 60)
    for seen, drops in ((2, None), (7, 7)):
        facts = complete(facts_of({"onu.flaps_seen_24h": seen}), facts_of({}), content.vocabulary)
        fact = facts.fact("onu.flaps_24h")
        assert (fact.value if fact else None) == drops
