"""The report of an outage: minutes, deadlines, evidence."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from netdiag.model.outage import Cause, Origin, Outage, OutageState
from netdiag.service.outages.report import Report, as_json, make_report
from netdiag.store.outages import Entry

BEGAN = datetime(2026, 1, 2, 3, 0, tzinfo=UTC)


def minutes(count: float) -> datetime:
    return BEGAN + timedelta(minutes=count)


def outage(**more) -> Outage:
    values = {
        "id": "out-1", "root": "sw-1", "state": OutageState.CLEARED, "cause": Cause.POWER,
        "origin": Origin.INFERENCE, "since": BEGAN, "cleared_at": minutes(60), "subscribers": 10,
    }  # fmt: skip
    return Outage(**values | more)


def line(after: float, state: OutageState = OutageState.CONFIRMED, **evidence) -> Entry:
    return Entry(at=minutes(after), who="inference", state=state, note="", evidence=evidence)


def report(one: Outage, log=(), after: float = 90, **more) -> Report:
    return make_report(one, list(log), now=minutes(after), **more)


def test_subscribers_times_minutes_of_one_count() -> None:
    assert report(outage()).minutes == 600


def test_a_count_that_changes_holds_until_the_next_one() -> None:
    """4 from the beginning, 10 from the 20th minute, 2 from the 50th to the 60th."""
    log = [line(5, subscribers=4), line(20, subscribers=10), line(50, subscribers=2)]
    found = report(outage(), log)
    assert found.minutes == 4 * 20 + 10 * 30 + 2 * 10
    assert found.peak == 10


def test_a_count_that_nobody_knows_is_not_zero() -> None:
    found = report(outage(subscribers=None))
    assert (found.minutes, found.peak) == (None, None)


def test_an_open_outage_is_counted_until_now() -> None:
    one = outage(state=OutageState.CONFIRMED, cleared_at=None)
    assert report(one, after=30).minutes == 300


@pytest.mark.parametrize(("within", "kept"), [(59, False), (60, True), (240, True)])
def test_a_deadline_is_kept_until_its_last_minute(within: float, kept: bool) -> None:
    found = report(outage(), restore_within=timedelta(minutes=within))
    assert [one.kept for one in found.promises] == [kept]


def test_a_deadline_of_an_open_outage_is_open_until_it_is_past() -> None:
    one = outage(state=OutageState.CONFIRMED, cleared_at=None, expected_end=minutes(45))
    assert [p.kept for p in report(one, after=40).promises] == [None]
    assert [p.kept for p in report(one, after=50).promises] == [False]


def test_it_tells_how_long_nobody_knew() -> None:
    log = [line(2, OutageState.SUSPECTED), line(7)]
    assert report(outage(), log).detected == timedelta(minutes=7)
    assert report(outage(), log[:1]).detected is None


def test_nested_evidence_is_lines_and_the_json_holds_all() -> None:
    log = [line(1, sessions={"lost": 4, "of": 5}, devices=["sw-1", "sw-2"])]
    found = report(outage(), log)
    assert [(name, value) for _, name, value in found.evidence] == [
        ("sessions.lost", "4"), ("sessions.of", "5"), ("devices", "sw-1, sw-2"),
    ]  # fmt: skip
    document = json.loads(json.dumps(as_json(found)))
    assert document["subscriber_minutes"] == 600
    assert document["timeline"][0]["evidence"]["sessions"] == {"lost": 4, "of": 5}
