"""Session starts and stops out of FreeRADIUS's radacct, read on from a cursor. Pure: what to ask,
and what the rows tell.

A stop is written late and its rows are found by time: every look goes back a little, and events
are kept once. Times are the database's own; only their distance to its own clock is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from netdiag.model.event import Event
from netdiag.model.wire import Row, SqlQuery

_COLUMNS = "radacctid, username, callingstationid, nasipaddress, acctstarttime, acctstoptime"
ROWS = 2000  # of one answer; where it is full, the next one has more
_BACK = timedelta(seconds=120)  # stops may be written so late
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[+-]\d{2}:?\d{2}|Z)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """The highest row seen, and the newest stop, as the database writes it; empty at the start."""

    row: int = 0
    stop: str = ""


def first_question() -> SqlQuery:
    """Where accounting stands now: what is older is no news."""
    text = "SELECT MAX(radacctid) AS newest, CURRENT_TIMESTAMP AS db_now FROM radacct"
    return SqlQuery(text=text, max_rows=1)


def first_cursor(rows: Iterable[Row]) -> Cursor:
    """The cursor of the answer to the first question."""
    for row in rows:
        newest = row.get("newest")
        return Cursor(row=int(str(newest or 0)), stop=str(row.get("db_now") or ""))
    return Cursor()


def starts_question(cursor: Cursor) -> SqlQuery:
    """Sessions that were entered since then."""
    return SqlQuery(
        text=f"SELECT {_COLUMNS}, CURRENT_TIMESTAMP AS db_now FROM radacct "  # noqa: S608  a number
        f"WHERE radacctid > {cursor.row:d} ORDER BY radacctid LIMIT {ROWS}",
        max_rows=ROWS,
    )


def stops_question(cursor: Cursor, passed: int = 0) -> SqlQuery | None:
    """Sessions that ended since a little before then, the first `passed` of them left out; None
    while there is no time to begin with. In a mass outage there are more than one answer holds."""
    since = _parsed(cursor.stop)
    if since is None:
        return None
    written = (since - _BACK).isoformat(sep=" ")
    if since.tzinfo is None:
        written = written.partition(".")[0]
    return SqlQuery(
        text=f"SELECT {_COLUMNS}, CURRENT_TIMESTAMP AS db_now FROM radacct "  # noqa: S608  a time
        f"WHERE acctstoptime >= '{written}' ORDER BY acctstoptime, radacctid "
        f"LIMIT {ROWS} OFFSET {passed:d}",
        max_rows=ROWS,
    )


def after(cursor: Cursor, started: Iterable[Row], stopped: Iterable[Row]) -> Cursor:
    """The cursor behind these rows."""
    rows = [int(str(row["radacctid"])) for row in started]
    stops = [str(row["acctstoptime"]) for row in stopped if row.get("acctstoptime")]
    return Cursor(row=max([cursor.row, *rows]), stop=max([cursor.stop, *stops], key=_comparable))


def events(rows: Iterable[Row], now: datetime) -> Iterator[Event]:
    """A start, a stop, or both, of every row."""
    for row in rows:
        login = str(row.get("username") or "")
        if not login:
            continue
        for column, state in (("acctstarttime", "up"), ("acctstoptime", "down")):
            at = _moment(row, column, now)
            if at is not None:
                yield Event(
                    at=at,
                    source="radius",
                    subject=login,
                    kind="session",
                    state=state,
                    detail={"nas": str(row.get("nasipaddress") or "")},
                    key=f"{row['radacctid']!s}:{state}:{row[column]!s}",
                )


def _moment(row: Row, column: str, now: datetime) -> datetime | None:
    """By our clock: as long ago as the database's clock says."""
    at, there = _parsed(str(row.get(column) or "")), _parsed(str(row.get("db_now") or ""))
    if at is None or there is None:
        return None
    if at.tzinfo is None or there.tzinfo is None:
        at, there = at.replace(tzinfo=None), there.replace(tzinfo=None)
    return now - max(timedelta(0), there - at)


def _parsed(text: str) -> datetime | None:
    if not _TIME.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:  # 0000-00-00 00:00:00, "none" in old schemas for MySQL
        return None


def _comparable(text: str) -> datetime:
    at = _parsed(text)
    if at is None:
        return datetime.min.replace(tzinfo=UTC)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
