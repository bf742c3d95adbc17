"""Compiling a feed into a SQLite index: once per change, written aside, moved into place."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import time
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from netdiag.inventory import cells, index_rows, rows
from netdiag.inventory.feed import Feed
from netdiag.inventory.index_rows import Sql
from netdiag.inventory.keys import By
from netdiag.inventory.records import Part, RawRow

_BATCH = 5000
_LEFT_S = 3600.0  # no compilation takes that long
PROBLEMS_MAX = 1000  # more than a person reads; the rest is counted


class IndexWriter:
    """The sink of a feed: checks rows, writes the good ones, remembers what was wrong."""

    def __init__(self, db: sqlite3.Connection, feed: Feed) -> None:
        self._db = db
        self._feed = feed
        self._seen: dict[tuple[Part, str], str] = {}
        self._waiting: dict[str, list[Sql]] = {}
        self._row = 0
        self._problems = 0

    def note(self, place: str, text: str) -> None:
        """Remember a problem."""
        self._problems += 1
        if self._problems <= PROBLEMS_MAX:
            self._put("problems", (place, text))

    def add(self, part: Part, raw: RawRow) -> None:
        """Check one row and write it."""
        if part is Part.SUBSCRIBERS:
            self._subscriber(raw)
        elif part is Part.DEVICES:
            self._device(raw)
        else:
            link = rows.read_link(raw, self._feed.name, self.note)
            if link:
                self._put("links", index_rows.link_in(link))

    def finish(self, stamp: str) -> None:
        """Write what is left, the indexes and what the content was."""
        if self._problems > PROBLEMS_MAX:
            rest = self._problems - PROBLEMS_MAX
            self._put("problems", (self._feed.where, f"{rest} more problems are not listed."))
        for table in list(self._waiting):
            self._flush(table)
        meta = {
            "format": str(index_rows.FORMAT),
            "mapping": self._feed.mapping,
            "stamp": stamp,
            "read_at": datetime.now().astimezone().isoformat(),
        }
        self._db.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
        self._db.execute("COMMIT")
        self._db.executescript(index_rows.INDEXES)

    def _subscriber(self, raw: RawRow) -> None:
        subscriber = rows.read_subscriber(raw, self._feed.phone, self.note)
        if subscriber is None or self._again(Part.SUBSCRIBERS, subscriber.id, raw.place):
            return
        self._row += 1
        self._put("subscribers", index_rows.subscriber_in(self._row, raw.place, subscriber))
        at = subscriber.attachment
        radio = (at.radio_mac,) if at and at.radio_mac else ()
        for mac in dict.fromkeys((*subscriber.macs, *radio)):
            self._put("keys", (By.MAC.value, mac, self._row))
        if subscriber.phone:
            for digits in cells.phones(subscriber.phone, self._feed.phone):
                self._put("keys", (By.PHONE.value, digits, self._row))

    def _device(self, raw: RawRow) -> None:
        device = rows.read_device(raw, self.note)
        if device is None or self._again(Part.DEVICES, device.id, raw.place):
            return
        self._put("devices", index_rows.device_in(device))
        link = rows.parent_of(raw, self._feed.name, self.note)
        if link:
            self._put("links", index_rows.link_in(link))

    def _again(self, part: Part, ident: str, place: str) -> bool:
        first = self._seen.setdefault((part, ident), place)
        if first is place:
            return False
        what = part.value.removesuffix("s")
        self.note(place, f"{what} {ident} is already given at {first}. This row is left out.")
        return True

    def _put(self, table: str, row: Sql) -> None:
        waiting = self._waiting.setdefault(table, [])
        waiting.append(row)
        if len(waiting) >= _BATCH:
            self._flush(table)

    def _flush(self, table: str) -> None:
        waiting = self._waiting.pop(table, [])
        if waiting:
            marks = ", ".join("?" * len(waiting[0]))
            # The table is one of our own names, never text from outside.
            self._db.executemany(f"INSERT INTO {table} VALUES ({marks})", waiting)  # noqa: S608


def fill(db: sqlite3.Connection, feed: Feed) -> None:
    """Compile the feed into an open, empty database. Raises SourceDownError."""
    stamp = feed.stamp()
    db.isolation_level = None
    db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + index_rows.TABLES)
    db.execute("BEGIN")
    writer = IndexWriter(db, feed)
    feed.read(writer)
    writer.finish(stamp)


def write_file(path: Path, feed: Feed) -> None:
    """Compile the feed into a file that appears whole or not at all; readable by its owner only.

    Raises SourceDownError, and OSError or sqlite3.OperationalError when it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _sweep(path)
    handle, name = tempfile.mkstemp(prefix=path.stem, suffix=".new", dir=path.parent)
    os.close(handle)
    aside = Path(name)
    try:
        with closing(sqlite3.connect(aside)) as db:
            fill(db, feed)
        with aside.open("rb") as written:
            os.fsync(written.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def _sweep(path: Path) -> None:
    """Remove what a process left behind that was killed while compiling."""
    for left in path.parent.glob(f"{path.stem}*.new"):
        with suppress(FileNotFoundError):  # another process has just moved it into place
            if time.time() - left.stat().st_mtime > _LEFT_S:
                left.unlink()
