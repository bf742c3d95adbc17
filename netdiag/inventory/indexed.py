"""A source that answers from its compiled index."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from netdiag.inventory import index_rows
from netdiag.inventory.feed import Feed
from netdiag.inventory.index_open import IndexFile
from netdiag.inventory.index_rows import Sql
from netdiag.inventory.keys import By, Reading, fold
from netdiag.inventory.records import (
    DeviceRow,
    LinkRow,
    Part,
    Problem,
    Reference,
    SourceDownError,
    SourceState,
)
from netdiag.inventory.source import chunks
from netdiag.model.subscriber import Subscriber

_SELECT = f"SELECT {index_rows.SUBSCRIBER} FROM subscribers"  # noqa: S608 (our own names)
_BY_KEY = " WHERE row IN (SELECT row FROM keys WHERE kind = ? AND value = ?)"
_WHERE = {
    (By.ID, False): " WHERE id = ?",
    (By.ID, True): " WHERE id_key = ?",
    (By.LOGIN, False): " WHERE login = ?",
    (By.LOGIN, True): " WHERE login_key = ?",
    (By.IP, False): " WHERE ip = ?",
    (By.DEVICE, False): " WHERE device_key = ?",
    (By.BNG, False): " WHERE bng_key = ?",
    (By.PORT, False): " WHERE device_key = ? AND port_key = ?",
    (By.PHONE, False): _BY_KEY,
    (By.MAC, False): _BY_KEY,
}
_REFERENCES = """
SELECT device, COUNT(*), place, MIN(row) FROM subscribers WHERE device IS NOT NULL
GROUP BY device_key UNION ALL
SELECT bng, COUNT(*), place, MIN(row) FROM subscribers WHERE bng IS NOT NULL GROUP BY bng_key
"""


class IndexedSource:
    """Files, lists over HTTP and NetBox: compiled once, then looked up."""

    def __init__(self, feed: Feed, state_dir: Path | None) -> None:
        self._feed = feed
        self._index = IndexFile(feed, state_dir)

    @property
    def name(self) -> str:
        """Name of the source."""
        return self._feed.name

    def can_find(self, by: By) -> bool:
        """An index finds by anything."""
        return True

    def lists(self, part: Part) -> bool:
        """An index knows all its rows."""
        return True

    def find(self, reading: Reading, limit: int) -> tuple[Subscriber, ...]:
        """Subscribers that match the reading."""
        params = self._params(reading)
        if params is None:
            return ()
        where = _WHERE[(reading.by, reading.fold)]
        rows = self._ask(f"{_SELECT}{where} ORDER BY row LIMIT ?", (*params, limit))
        return tuple(index_rows.subscriber_out(row) for row in rows)

    def _params(self, reading: Reading) -> Sql | None:
        value = reading.value
        if reading.by is By.PHONE:
            digits = self._feed.phone.key(value)
            return (By.PHONE.value, digits) if digits else None
        if reading.by is By.MAC:
            return (By.MAC.value, value)
        if reading.by is By.PORT:
            return (fold(value), fold(reading.port))
        folded = reading.fold or reading.by in (By.DEVICE, By.BNG)
        return (fold(value) if folded else value,)

    def ids(self, by: By, values: Sequence[str], port: str = "") -> tuple[str, ...]:
        """Ids of everybody on these devices."""
        column = "bng_key" if by is By.BNG else "device_key"
        only = " AND port_key = ?" if by is By.PORT else ""
        extra = (fold(port),) if only else ()
        found: list[str] = []
        for some in chunks(values):
            marks = ", ".join("?" * len(some))
            sql = f"SELECT id FROM subscribers WHERE {column} IN ({marks}){only} ORDER BY row"  # noqa: S608
            found.extend(row[0] for row in self._ask(sql, (*map(fold, some), *extra)))
        return tuple(found)

    def device(self, ident: str) -> DeviceRow | None:
        """What the source knows of a device."""
        sql = (
            f"SELECT {index_rows.DEVICE} FROM devices WHERE id_key = ? "  # noqa: S608
            "ORDER BY id <> ? LIMIT 1"
        )
        rows = self._ask(sql, (fold(ident), ident))
        return index_rows.device_out(rows[0]) if rows else None

    def devices(self) -> tuple[DeviceRow, ...]:
        """All devices, in the order of the source."""
        sql = f"SELECT {index_rows.DEVICE} FROM devices ORDER BY rowid"  # noqa: S608
        return tuple(index_rows.device_out(row) for row in self._ask(sql))

    def links(self) -> tuple[LinkRow, ...]:
        """All links, in the order of the source."""
        sql = f"SELECT {index_rows.LINK} FROM links ORDER BY rowid"  # noqa: S608
        return tuple(index_rows.link_out(row) for row in self._ask(sql))

    def references(self) -> tuple[Reference, ...]:
        """Devices that subscribers name."""
        return tuple(
            Reference(device=device, subscribers=count, place=place)
            for device, count, place, _ in self._ask(_REFERENCES)
        )

    def problems(self) -> tuple[Problem, ...]:
        """Broken rows that the compilation met."""
        rows = self._ask("SELECT place, text FROM problems ORDER BY rowid")
        return tuple(Problem(source=self.name, place=place, text=text) for place, text in rows)

    def state(self) -> SourceState:
        """Counts and age."""
        try:
            counts = {part: self._count(part) for part in Part}
        except SourceDownError as error:
            return SourceState(
                name=self.name,
                kind=self._feed.kind,
                where=self._feed.where,
                notes=(str(error),),
                available=False,
            )
        return SourceState(
            name=self.name,
            kind=self._feed.kind,
            where=self._feed.where,
            subscribers=counts[Part.SUBSCRIBERS],
            devices=counts[Part.DEVICES],
            links=counts[Part.LINKS],
            as_of=self._index.read_at,
            notes=self._index.notes,
        )

    def _count(self, part: Part) -> int:
        count: int = self._ask(f"SELECT COUNT(*) FROM {part.value}")[0][0]  # noqa: S608
        return count

    def stamp(self) -> str:
        """When the content was read."""
        self._ask("SELECT 1")
        return str(self._index.read_at)

    def refresh(self) -> None:
        """Read a changed file or an old list again."""
        self._index.refresh()

    def close(self) -> None:
        """Close the index."""
        self._index.close()

    def _ask(self, sql: str, params: Sql = ()) -> list[Sql]:
        try:
            return self._query(sql, params)
        except sqlite3.DatabaseError:
            self._index.forget()
        try:
            return self._query(sql, params)
        except sqlite3.DatabaseError as error:
            raise SourceDownError(
                f"The index of {self.name} cannot be read: {error}. Check the disk of 'state_dir'."
            ) from None

    def _query(self, sql: str, params: Sql) -> list[Sql]:
        with self._index.reading() as db:
            return db.execute(sql, params).fetchall()
