"""Events once, cursors, maintenance windows, notices."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from netdiag.model.event import Event
from netdiag.model.maintenance import Maintenance
from netdiag.model.notice import News, NoticeState
from netdiag.store.cursors import Cursors
from netdiag.store.database import Database
from netdiag.store.events import Events
from netdiag.store.maintenance import MaintenanceError, Windows
from netdiag.store.notices import Notices

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
DOWN = Event(at=NOW, source="traps", subject="sw-1:7", kind="trap", state="down", key="a1")


def test_the_same_event_is_kept_once_however_often_it_comes(database: Database) -> None:
    events = Events(database)
    assert events.add([DOWN, DOWN], NOW) == 1
    assert events.add([DOWN, replace(DOWN, key="a2")], NOW + timedelta(hours=1)) == 1
    assert [one.number for one in events.after(0)] == [1, 2]


def test_another_source_or_moment_is_another_event(database: Database) -> None:
    plain = replace(DOWN, key="")
    others = [plain, replace(plain, source="api"), replace(plain, at=NOW + timedelta(seconds=1))]
    assert Events(database).add(others, NOW) == 3


def test_events_are_read_on_from_an_id_in_the_order_of_receipt(database: Database) -> None:
    events = Events(database)
    events.add([replace(DOWN, key=str(number)) for number in range(1000)], NOW)
    first = events.after(0, 600)
    second = events.after(first[-1].number)
    assert len(first) == 600
    assert len(second) == 400
    assert events.newest() == second[-1].number
    assert second[0].event.subject == "sw-1:7"


def test_a_cursor_is_replaced_whole(database: Database) -> None:
    cursors = Cursors(database)
    assert cursors.get("radacct") is None
    cursors.put("radacct", {"at": 1}, NOW)
    cursors.put("radacct", {"at": 2, "ids": [3]}, NOW)
    assert cursors.get("radacct") == {"at": 2, "ids": [3]}


def test_a_window_is_in_force_until_it_ends_or_is_cancelled(database: Database) -> None:
    windows = Windows(database)
    asked = Maintenance(id="", root="agg-1", since=NOW, until=NOW + timedelta(hours=2), who="noc")
    made = windows.announce(asked)
    assert windows.current(NOW) == [made]
    assert made.covers(NOW)
    assert not made.covers(NOW + timedelta(hours=2))
    ended = windows.cancel(made.id, NOW + timedelta(hours=1))
    assert not ended.covers(NOW + timedelta(hours=1))
    assert windows.current(NOW + timedelta(hours=1)) == []
    with pytest.raises(MaintenanceError, match="no window"):
        windows.cancel("mw-none", NOW)
    with pytest.raises(MaintenanceError, match="ends after"):
        windows.announce(replace(asked, until=NOW))


def test_a_notice_is_entered_once_and_its_message_counts_once(database: Database) -> None:
    notices = Notices(database)
    assert notices.add("out-1:raised:noc", "out-1", "noc", News.RAISED, NOW)
    assert not notices.add("out-1:raised:noc", "out-1", "noc", News.RAISED, NOW)
    notices.add("out-2:raised:noc", "out-2", "noc", News.RAISED, NOW)
    numbers = [one.id for one in notices.waiting("noc")]
    notices.put(numbers, NoticeState.SENDING, message="m-1", now=NOW)
    notices.put(numbers, NoticeState.SENT, now=NOW)
    assert notices.waiting("noc") == []
    assert notices.messages("noc", NOW - timedelta(hours=1)) == [NOW]


def test_what_is_held_is_listed_with_its_cause(database: Database) -> None:
    notices = Notices(database)
    notices.add("out-1:raised:noc", "out-1", "noc", News.RAISED, NOW)
    (one,) = notices.waiting("noc")
    notices.put([one.id], NoticeState.HELD, why="quiet hours until 07:00")
    assert [(held.outage, held.why) for held in notices.held(NOW)] == [
        ("out-1", "quiet hours until 07:00")
    ]
