"""Upkeep of the store: how large, a copy of it while it runs, back to an older schema."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select, text

from netdiag.model.errors import ContentError
from netdiag.service.daemon.settings import Retention
from netdiag.store.database import Database, connect
from netdiag.store.migrate import NEWEST, go_to, revision
from netdiag.store.retention import forget as forget_rows
from netdiag.store.schema import metadata


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is kept."""

    revision: str
    rows: dict[str, int]
    megabytes: float


def size(database: Database) -> Size:
    """Rows by table, and the size on disk."""
    with database.read() as connection:
        rows = {
            name: connection.execute(select(func.count()).select_from(table)).scalar() or 0
            for name, table in metadata.tables.items()
        }
        if database.is_sqlite:
            query = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
        else:
            query = "SELECT pg_database_size(current_database())"
        octets = connection.execute(text(query)).scalar() or 0
        return Size(
            revision=revision(connection) or "-", rows=rows, megabytes=round(octets / 1e6, 2)
        )


def backup(database: Database, into: Path) -> list[Path]:
    """Copy the SQLite files of the store (rows and durable work) into a directory, while they are
    in use. ContentError on PostgreSQL, which has pg_dump."""
    if not database.is_sqlite:
        raise ContentError("The store is in PostgreSQL: use `pg_dump`, which copies it in use.")
    if into.exists() and not into.is_dir():
        raise ContentError(f"{into} is no directory. Name one for the copies.")
    into.mkdir(parents=True, exist_ok=True, mode=0o750)
    name = Path(database.url.removeprefix("sqlite:///"))
    made = []
    # The durable work first: it names rows, and a row that is there already does no harm.
    for source in (name.with_name(f"{name.stem}-work.db"), name):
        if source.is_file():
            target = into / source.name
            _copy(source, target)
            made.append(target)
    return made


def _copy(source: Path, target: Path) -> None:
    partial = target.with_suffix(".part")
    partial.unlink(missing_ok=True)
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(partial)) as copy:
        live.backup(copy, pages=1000)
    partial.replace(target)


def downgrade(database: Database, target: str) -> None:
    """Back to an older schema, before an older netdiag is installed. ContentError when there is
    no such revision."""
    if not (target.isdigit() and "0001" <= target <= NEWEST):
        raise ContentError(f"There is no revision {target!r}; they run from 0001 to {NEWEST}.")
    engine = connect(database.url)
    try:
        go_to(engine, target)
    finally:
        engine.dispose()


def forget(database: Database, retention: Retention, now: datetime) -> dict[str, int]:
    """What the nightly chore does to rows, now."""
    days = {name: getattr(retention, name) for name in Retention.__dataclass_fields__}
    return forget_rows(database, days, now)
