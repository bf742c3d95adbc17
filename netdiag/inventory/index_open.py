"""An index on disk or in memory: kept as long as it fits its feed, compiled again when not."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from netdiag.inventory import index_rows
from netdiag.inventory.feed import Feed
from netdiag.inventory.index_write import fill, write_file
from netdiag.inventory.records import SourceDownError

_LOOK_S = 1.0  # how often a changed file is looked for
_TRY_AGAIN_S = 30.0  # how long broken content is left alone unless it changes
_TOO_OLD = 8  # so many refresh periods old, and a caller waits for the new content


@dataclass(slots=True)
class _Opened:
    db: sqlite3.Connection
    stamp: str
    read_at: datetime


class IndexFile:
    """The index of one feed. Thread-safe; the first caller compiles, others use the old one."""

    def __init__(self, feed: Feed, state_dir: Path | None) -> None:
        self._feed = feed
        self._path = _path(feed, state_dir) if state_dir else None
        self._query = threading.Lock()
        self._compile = threading.Lock()
        self._opened: _Opened | None = None
        self._looked = float("-inf")
        self._failed = ("", float("-inf"))
        self._stale_note: str | None = None
        self._memory_note: str | None = None

    @property
    def read_at(self) -> datetime | None:
        """When the content was read."""
        return self._opened.read_at if self._opened else None

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know about this index."""
        return tuple(n for n in (self._stale_note, self._memory_note) if n)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The database, up to date as far as it can be. Raises SourceDownError."""
        opened = self._ready()
        with self._query:
            # Another thread may have put a newer one in place meanwhile.
            yield (self._opened or opened).db

    def refresh(self) -> None:
        """Compile again what is due: a changed file, a list older than its refresh time."""
        self._looked = float("-inf")
        self._ready(due=1)

    def forget(self) -> None:
        """The index turned out to be damaged: the next call compiles it again."""
        self._drop()
        if self._path:
            with suppress(OSError):
                self._path.unlink(missing_ok=True)

    def close(self) -> None:
        """Close the database."""
        self._drop()

    def _drop(self) -> None:
        with self._query:
            opened, self._opened = self._opened, None
            self._looked = float("-inf")
            if opened:
                opened.db.close()

    def _ready(self, due: int = _TOO_OLD) -> _Opened:
        opened = self._opened
        if opened and time.monotonic() - self._looked < _LOOK_S:
            return opened
        # Whoever finds the index busy goes on with the old content, if there is any.
        if not self._compile.acquire(blocking=opened is None):
            return opened or self._ready(due)
        try:
            return self._up_to_date(due)
        finally:
            self._compile.release()

    def _up_to_date(self, due: int) -> _Opened:
        opened = self._opened or self._from_disk()
        stamp = ""
        try:
            stamp = self._feed.stamp()
            if opened is None:
                opened = self._compiled()
            elif opened.stamp != stamp or self._old(opened, due):
                opened = self._compiled() if self._worth_trying(stamp) else opened
            else:
                self._stale_note = None
        except SourceDownError as error:
            self._failed = (stamp, time.monotonic())
            if opened is None:
                raise
            self._stale_note = f"{error} Answers come from the copy of {opened.read_at:%F %H:%M}."
        self._put(opened)
        self._looked = time.monotonic()
        return opened

    def _worth_trying(self, stamp: str) -> bool:
        """Not again the same broken content, or the same silent server, within seconds."""
        failed_stamp, failed_at = self._failed
        return stamp != failed_stamp or time.monotonic() - failed_at > _TRY_AGAIN_S

    def _old(self, opened: _Opened, due: int) -> bool:
        period = self._feed.refresh_s
        if period is None:
            return False
        return datetime.now().astimezone() - opened.read_at > timedelta(seconds=period * due)

    def _put(self, opened: _Opened) -> None:
        with self._query:
            before, self._opened = self._opened, opened
            if before and before is not opened:
                before.db.close()

    def _compiled(self) -> _Opened:
        opened = self._compile_anew()
        self._stale_note = None
        return opened

    def _compile_anew(self) -> _Opened:
        if self._path:
            try:
                write_file(self._path, self._feed)
                found = self._from_disk()
                if found:
                    self._memory_note = None
                    return found
            except (OSError, sqlite3.OperationalError) as error:
                reason = getattr(error, "strerror", None) or error
                self._memory_note = (
                    f"The state directory {self._path.parent} cannot be written ({reason}): "
                    f"{self._feed.name} is compiled at every start. Give netdiag the right to "
                    "write there or set 'state_dir'."
                )
        db = sqlite3.connect(":memory:", check_same_thread=False)
        fill(db, self._feed)
        return _opened(db)

    def _from_disk(self) -> _Opened | None:
        """The index on disk when it is whole and of this mapping and format."""
        if self._path is None:
            return None
        db: sqlite3.Connection | None = None
        try:
            if not self._path.is_file():
                return None
            # Immutable: the file is replaced, never written; no lock or journal beside it.
            address = f"file:{quote(str(self._path.resolve()))}?mode=ro&immutable=1"
            db = sqlite3.connect(address, uri=True, check_same_thread=False)
            meta = dict(db.execute("SELECT key, value FROM meta"))
            if meta["format"] == str(index_rows.FORMAT) and meta["mapping"] == self._feed.mapping:
                return _opened(db)
        except (OSError, sqlite3.Error, KeyError, ValueError):
            pass
        if db:
            db.close()
        return None


def _opened(db: sqlite3.Connection) -> _Opened:
    meta = dict(db.execute("SELECT key, value FROM meta"))
    return _Opened(db=db, stamp=meta["stamp"], read_at=datetime.fromisoformat(meta["read_at"]))


def _path(feed: Feed, state_dir: Path) -> Path:
    name = hashlib.sha256(f"{feed.kind}:{feed.where}".encode()).hexdigest()[:16]
    return state_dir / "inventory" / f"{name}.sqlite"
