"""Counters between two sweeps: growth, wraps, resets, restarts, and counters that lie."""

from dataclasses import replace

import pytest

from netdiag.content.load import load
from netdiag.model.sweep import DEVICE
from netdiag.sweeping.columns import Place, carry, whole
from netdiag.sweeping.growth import Span, grown, span
from netdiag.sweeping.known import Columns, Known

NOW = 1_800_000_000.0
TYPES = load().vocabulary.types
VOCABULARY = load().vocabulary
FRAMES, FCS, ERRORS = "port.in_frames", "port.fcs_errors", "port.in_errors"
TICKS, UPTIME = "device.agent_uptime_ticks", "device.uptime_s"


def known(**more: object) -> Known:
    table: Columns = {
        TICKS: {DEVICE: 1_000_000},
        FRAMES: {"1": 10_000, "2": 5_000},
        FCS: {"1": 7, "2": 0},
        "port.in_octets": {"1": 10**9, "2": 10**9},
        "port.speed_mbps": {"1": 1000, "2": 1000},
        "port.oper_status": {"1": "up", "2": "up"},
    }
    return replace(Known(at=NOW - 900, table=table), **more)  # type: ignore[arg-type]


def later(**columns: dict[str, object]) -> Columns:
    table = {
        TICKS: {DEVICE: 1_090_000},
        FRAMES: {"1": 110_000, "2": 105_000},
        FCS: {"1": 207, "2": 0},
        "port.in_octets": {"1": 10**9 + 10**7, "2": 10**9 + 10**7},
        "port.oper_status": {"1": "up", "2": "up"},
    }
    return {**table, **columns}  # type: ignore[return-value]


def test_errors_are_counted_per_million_frames() -> None:
    table, at = whole(known(), later(), VOCABULARY, Place(), NOW)
    assert at.usable
    assert table["port.fcs_errors_rate"] == {"1": 2000.0, "2": 0.0}


def test_a_32_bit_counter_may_wrap_once_and_a_reset_is_unknown() -> None:
    narrow, wide = TYPES[FCS], TYPES[FRAMES]
    assert grown(narrow, {"1": 2**32 - 3}, {"1": 4}) == {"1": 7}
    assert grown(narrow, {"1": 900_000}, {"1": 4}) == {}
    assert grown(narrow, {"1": 3 * 10**9}, {"1": 4}) == {}  # cleared, not wrapped
    assert grown(wide, {"1": 2**32 - 3}, {"1": 4}) == {}


def test_a_port_that_was_not_there_has_no_growth() -> None:
    assert grown(TYPES[FRAMES], {"1": 5}, {"1": 9, "2": 40}) == {"1": 4}
    assert grown(TYPES[FRAMES], {"1": 5}, {"1": "much"}) == {}


def test_what_stood_still_grew_by_zero() -> None:
    assert grown(TYPES[FCS], {"1": 5, "2": 6}, {"1": 5, "2": 6}) == {"1": 0, "2": 0}


@pytest.mark.parametrize(
    ("old", "new", "restarted"),
    [
        ({TICKS: 1_000_000}, {TICKS: 1_090_000}, False),
        ({TICKS: 1_000_000}, {TICKS: 5_000}, True),
        ({TICKS: 1_000}, {TICKS: 60_000}, True),  # longer up than before, but not by the pause
        ({TICKS: 1_000_000}, {TICKS: 1_086_000}, False),  # its clock is a little slow
        ({TICKS: 2**32 - 20_000, UPTIME: 42_949_000}, {TICKS: 70_000, UPTIME: 42_949_900}, False),
        ({TICKS: 2**32 - 20_000, UPTIME: 42_949_000}, {TICKS: 70_000, UPTIME: 700}, True),
        ({TICKS: 2**32 - 20_000}, {TICKS: 70_000}, False),  # 497 days: a wrap, not a restart
        ({TICKS: 5_000_000}, {TICKS: 5_000_000}, False),  # the agent's clock stands still
        ({TICKS: 5_000_000}, {TICKS: 5_060_000}, False),  # or goes slow
        ({TICKS: 30_000}, {TICKS: 30_000}, True),  # five minutes old, twice
        ({UPTIME: 1000}, {UPTIME: 1900}, False),
        ({UPTIME: 1000}, {UPTIME: 30}, True),
        ({}, {}, False),
    ],
)
def test_a_restart_is_told_from_a_wrap(
    old: dict[str, int], new: dict[str, int], restarted: bool
) -> None:
    before = Known(at=NOW - 900, table={name: {DEVICE: value} for name, value in old.items()})
    assert span(before, {n: {DEVICE: v} for n, v in new.items()}, NOW).restarted is restarted


def test_after_a_restart_there_are_no_rates_and_it_is_remembered() -> None:
    before = known()
    read = later(**{TICKS: {DEVICE: 4_000}})
    table, at = whole(before, read, VOCABULARY, Place(), NOW)
    assert "port.fcs_errors_rate" not in table
    assert table["device.reboots_7d"] == {DEVICE: 1}
    carry(before, read, at, NOW)
    assert before.boots == [NOW]
    assert "port.speed_mbps" not in before.table  # what was carried over is asked anew


@pytest.mark.parametrize(("host", "boots"), [(9_090_000, []), (4_000, [NOW]), (None, [NOW])])
def test_an_agent_that_begins_anew_is_no_restart_of_the_device(
    host: int | None, boots: list[float]
) -> None:
    before, read = known(), later(**{TICKS: {DEVICE: 4_000}})
    if host is not None:
        before.table["device.host_uptime_ticks"] = {DEVICE: 9_000_000}
        read["device.host_uptime_ticks"] = {DEVICE: host}
    table, at = whole(before, read, VOCABULARY, Place(), NOW)
    assert "port.fcs_errors_rate" not in table
    carry(before, read, at, NOW)
    assert before.boots == boots


def test_a_visit_that_comes_too_early_leaves_what_there_is_to_compare_with() -> None:
    before = known()
    soon, read = NOW - 896, later(**{TICKS: {DEVICE: 1_000_400}, FCS: {"1": 150}})
    table, at = whole(before, read, VOCABULARY, Place(), soon)
    assert "port.fcs_errors_rate" not in table
    carry(before, read, at, soon)
    table, _ = whole(before, later(), VOCABULARY, Place(), NOW)
    assert table["port.fcs_errors_rate"]["1"] == 2000.0


def test_errors_of_any_kind_are_held_against_their_own_average() -> None:
    before = known()
    before.table |= {"port.in_errors": {"1": 20, "2": 3}, FRAMES: {"1": 10_000, "2": 5_000}}
    read = later(**{"port.in_errors": {"1": 420, "2": 403}})
    table, _ = whole(before, read, VOCABULARY, Place(), NOW)
    assert table["port.in_errors_rate"] == {"1": 4000.0, "2": 4000.0}
    assert table["port.in_errors_times"] == {"1": 2.0}  # three errors are no average
    assert table["device.ports_erring"] == {DEVICE: 2}


def test_a_port_that_received_more_than_fits_is_not_believed() -> None:
    read = later(**{"port.in_octets": {"1": 10**15, "2": 10**9 + 10**7}})
    table, _ = whole(known(), read, VOCABULARY, Place(), NOW)
    assert set(table["port.fcs_errors_rate"]) == {"2"}
    assert set(table["port.util_pct"]) == {"2"}


def test_a_moved_discontinuity_mark_makes_the_rates_of_its_port_unknown() -> None:
    before = known()
    before.table["port.discontinuity"] = {"1": 0, "2": 0}
    table, _ = whole(
        before, later(**{"port.discontinuity": {"1": 5, "2": 0}}), VOCABULARY, Place(), NOW
    )
    assert set(table["port.fcs_errors_rate"]) == {"2"}


@pytest.mark.parametrize(
    ("frames", "damaged", "rate"),
    [
        (900, 0, None),  # nothing passed
        (2_000, 1, None),  # one of two thousand is no five hundred per million
        (60_000, 2, None),
        (5_000, 0, None),
        (100_000, 0, 0.0),
        (2_000_000, 6, 3.0),
        (2_000, 20, 10_000.0),
        (0, 5_000, 1_000_000.0),  # nothing else gets through
        (100, 9, None),
    ],
)
def test_a_few_of_a_few_make_no_rate(frames: int, damaged: int, rate: float | None) -> None:
    read = later(**{FRAMES: {"1": 10_000 + frames}, FCS: {"1": 7 + damaged}})
    table, _ = whole(known(), read, VOCABULARY, Place(), NOW)
    assert table["port.fcs_errors_rate"].get("1") == rate


@pytest.mark.parametrize(
    "columns",
    [
        {"port.in_octets": {"1": 10**15}},
        {"port.out_octets": {"1": 10**15}},
        {FRAMES: {"1": 10**12}},  # 64-bit and 32-bit counters by turns
        {FCS: {"1": 10**6}},  # a thousand a second, and fewer good ones
    ],
)
def test_who_counts_what_cannot_be_is_not_believed(columns: dict[str, dict[str, object]]) -> None:
    before = known()
    before.table["port.out_octets"] = {"1": 0, "2": 0}
    before.table["port.in_bcast_frames"] = {"1": 0, "2": 0}
    more = {"port.out_octets": {"1": 9}, "port.in_bcast_frames": {"1": 10**6, "2": 5}}
    table, _ = whole(before, later(**{**more, **columns}), VOCABULARY, Place(), NOW)
    assert "1" not in table["port.fcs_errors_rate"]
    assert set(table["port.bcast_pps"]) == {"2"}


def test_two_sweeps_within_seconds_tell_no_rates() -> None:
    assert not Span(seconds=4, restarted=False).usable


def test_the_trunk_is_the_named_port_else_the_live_one_that_receives_most() -> None:
    read = later(**{"port.name": {"1": "Gi0/1", "2": "Gi0/2"}})
    named, _ = whole(known(), read, VOCABULARY, Place(trunks=frozenset(("gi0/2",))), NOW)
    assert named["port.trunk"] == {"2": True}
    read["port.in_octets"] = {"1": 10**12, "2": 10**9, "3": 10**14}  # 3 is down
    guessed, _ = whole(known(), read, VOCABULARY, Place(), NOW)
    assert guessed["port.trunk"] == {"1": True}
    old, narrow = known(), later(**{FRAMES: {"1": 5_000, "2": 10**8}})
    for table in (old.table, narrow):
        del table["port.in_octets"]  # an agent without 64-bit counters
    guessed, _ = whole(old, narrow, VOCABULARY, Place(), NOW)
    assert guessed["port.trunk"] == {"2": True}


def test_a_link_that_changed_is_counted_once_a_sweep_for_a_day() -> None:
    before = known()
    before.table["port.last_change_ticks"] = {"1": 100, "2": 100}
    for number in range(3):
        at = NOW + number * 900
        read = later(**{
            TICKS: {DEVICE: 1_090_000 + number * 90_000},
            "port.last_change_ticks": {"1": 900_000 * (number + 1), "2": 100 + number},
        })  # fmt: skip
        table, passed = whole(before, read, VOCABULARY, Place(), at)
        carry(before, read, passed, at)
    assert table["port.flaps_24h"] == {"1": 3, "2": 0}  # a tick more or less is no change
    table, _ = whole(
        before, later(**{TICKS: {DEVICE: 10_000_000}}), VOCABULARY, Place(), NOW + 90_000
    )
    assert table["port.flaps_24h"] == {"1": 0, "2": 0}


def test_a_link_is_seen_to_change_also_where_the_agent_does_not_tell_when() -> None:
    before, read = known(), later(**{"port.oper_status": {"1": "down", "2": "up"}})
    for table in (before.table, read):
        table["port.last_change_ticks"] = {"1": 0, "2": 0}
    table, _ = whole(before, read, VOCABULARY, Place(), NOW)
    assert table["port.flaps_24h"] == {"1": 1, "2": 0}


def test_half_duplex_that_was_full_before_is_remembered_until_it_is_full_again() -> None:
    before, told = known(), []
    for number, way in enumerate(("full", "half", "half", "full")):
        read = later(**{TICKS: {DEVICE: 1_090_000 + number * 90_000}})
        read["port.duplex"] = {"1": way, "2": "half"}
        at = NOW + number * 900
        table, passed = whole(before, read, VOCABULARY, Place(), at)
        carry(before, read, passed, at)
        told.append((table["port.duplex_fell"]["1"], table["port.duplex_fell"]["2"]))
    assert told == [(False, False), (True, False), (True, False), (False, False)]
