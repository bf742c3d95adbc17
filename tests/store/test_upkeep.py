"""Backup while it is used, retention, the way back."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from netdiag.model.errors import ContentError
from netdiag.service.daemon import upkeep
from netdiag.service.daemon.settings import Retention
from netdiag.store import tables
from netdiag.store.database import Database
from netdiag.store.diagnoses import Diagnoses
from netdiag.store.inbox import Inbox
from tests.store.test_repositories import NOW, document


def test_what_is_too_old_goes_and_the_rest_stays(database: Database) -> None:
    diagnoses = Diagnoses(database)
    for days in (0, 100, 200):
        moment = (NOW - timedelta(days=days)).isoformat()
        diagnoses.keep(document(f"d{days}") | {"finished_at": moment}, "cli")
    gone = upkeep.forget(database, Retention(diagnoses=150), NOW)
    assert gone["diagnoses"] == 1
    assert diagnoses.get("d100") is not None
    assert diagnoses.get("d200") is None
    assert upkeep.size(database).rows["diagnoses"] == 2


# Few rows whatever comes: one per user, token, device, process or name.
BOUNDED = {"users", "tokens", "sessions", "cursors", "workers", "leases", "attempts", "log_cover",
           "sweep_devices"}  # fmt: skip
# Gone with the row that they belong to, or kept to a number by whoever writes them.
WITH_OTHERS = {"outage_log", "ticket_events", "log_lines", "sweep_days"}


def test_no_table_grows_for_ever(database: Database) -> None:
    forgotten = set(upkeep.forget(database, Retention(), NOW))
    there = set(upkeep.size(database).rows)
    assert there - forgotten - BOUNDED - WITH_OTHERS == set()


def test_the_history_of_a_line_that_is_no_more_goes_and_a_test_under_way_stays(
    database: Database,
) -> None:
    long_ago = NOW - timedelta(days=900)
    line = {"subscriber": "1", "device": "sw-1", "port": "7", "fact": "cable.length_m"}
    touch = {
        "begun_at": long_ago - timedelta(days=900), "who": "anna", "what": "bounce",
        "device": "sw-1", "port": "7", "subscriber": "1", "transport": "snmp", "undo": "{}",
        "due_at": long_ago, "host": "here", "pid": 1, "state": "open", "outcome": "",
    }  # fmt: skip
    with database.write() as connection:
        for last in (long_ago, NOW):
            row = {"value": 1.0, "first": last, "last": last, "side": "none", "healthy": True}
            connection.execute(insert(tables.history).values(line | row))
        connection.execute(insert(tables.touches).values(touch | {"id": "t-open"}))
        ended = {"id": "t-ended", "ended_at": long_ago - timedelta(days=800)}
        connection.execute(insert(tables.touches).values(touch | ended))
    gone = upkeep.forget(database, Retention(), NOW)
    assert (gone["history"], gone["touches"]) == (1, 1)
    assert upkeep.size(database).rows["touches"] == 1


def test_a_backup_made_while_rows_come_in_is_whole(tmp_path: Path) -> None:
    database = Database.in_directory(tmp_path / "state")
    inbox = Inbox(database)
    inbox.accept("rt", "first", raw="", body="{}", work="j", now=NOW)
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            inbox.accept("rt", f"d{number}", raw="", body="{}", work="j", now=NOW)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = upkeep.backup(database, tmp_path / "copies")
    finally:
        stop.set()
        writer.join()
        database.close()
    assert [path.name for path in made] == ["netdiag.db"]
    copy = Database.in_directory(tmp_path / "copies")
    with copy.read() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    assert Inbox(copy).since(datetime(2020, 1, 1, tzinfo=UTC))
    copy.close()


def test_a_way_back_that_is_not_there_is_told(database: Database) -> None:
    with pytest.raises(ContentError, match="0001"):
        upkeep.downgrade(database, "7")
    upkeep.downgrade(database, "0001")


@pytest.mark.real
def test_postgresql_is_backed_up_by_its_own_tool(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="pg_dump"):
        upkeep.backup(Database("postgresql://x@127.0.0.1/x"), tmp_path)
