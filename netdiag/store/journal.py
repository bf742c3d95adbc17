"""The journal of tests that touch the service: written before anything is changed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from netdiag.model.touched import Touched, TouchState
from netdiag.store.database import Database

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, RowMapping


class Journal:
    """Lines by time. Every method raises StoreError: what cannot be written is not done."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(self, line: Touched) -> None:
        """Write a line; an open one before the device is touched."""
        from sqlalchemy import insert

        from netdiag.store.tables import touches as table

        values = {name: getattr(line, name) for name in Touched.__dataclass_fields__}
        with self._database.write() as connection:
            connection.execute(insert(table).values(values))

    def end(self, ident: str, state: TouchState, outcome: str, at: datetime) -> None:
        """It is over. A line that has ended keeps its end."""
        from sqlalchemy import update

        from netdiag.store.tables import touches as table

        mine = (table.c.id == ident) & (table.c.state == TouchState.OPEN)
        change = update(table).where(mine).values(state=state, outcome=outcome, ended_at=at)
        with self._database.write() as connection:
            connection.execute(change)

    def open_lines(self) -> list[Touched]:
        """What has not been undone yet, as far as the journal knows; oldest first."""
        from netdiag.store.tables import touches as table

        return self._read(table.c.state == TouchState.OPEN)

    def line(self, ident: str) -> Touched | None:
        """One line."""
        from netdiag.store.tables import touches as table

        return next(iter(self._read(table.c.id == ident)), None)

    def lines(self, since: datetime | None = None) -> list[Touched]:
        """All lines, oldest first."""
        from netdiag.store.tables import touches as table

        return self._read() if since is None else self._read(table.c.begun_at >= since)

    def _read(self, *where: ColumnElement[bool]) -> list[Touched]:
        from sqlalchemy import select

        from netdiag.store.tables import touches as table

        query = select(table).where(*where).order_by(table.c.begun_at)
        with self._database.read() as connection:
            return [_line(row) for row in connection.execute(query).mappings()]


def _line(row: RowMapping) -> Touched:
    values = {name: row[name] for name in Touched.__dataclass_fields__}
    return Touched(**{**values, "state": TouchState(values["state"])})
