"""The journal of tests that touch the service: written before anything is changed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from netdiag.model.touched import Touched, TouchState
from netdiag.store.database import Database

if TYPE_CHECKING:
    from sqlalchemy import RowMapping


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

    def note(self, ident: str, outcome: str) -> None:
        """What is known so far of one that is still open."""
        from sqlalchemy import update

        from netdiag.store.tables import touches as table

        with self._database.write() as connection:
            connection.execute(update(table).where(table.c.id == ident).values(outcome=outcome))

    def open_lines(self) -> list[Touched]:
        """What has not been undone yet, as far as the journal knows; oldest first."""
        return [line for line in self.lines() if line.state is TouchState.OPEN]

    def line(self, ident: str) -> Touched | None:
        """One line."""
        return next((one for one in self.lines() if one.id == ident), None)

    def lines(self, since: datetime | None = None) -> list[Touched]:
        """All lines, oldest first."""
        from sqlalchemy import select

        from netdiag.store.tables import touches as table

        query = select(table).order_by(table.c.begun_at)
        if since is not None:
            query = query.where(table.c.begun_at >= since)
        with self._database.read() as connection:
            return [_line(row) for row in connection.execute(query).mappings()]


def _line(row: RowMapping) -> Touched:
    values = {name: row[name] for name in Touched.__dataclass_fields__}
    return Touched(**{**values, "state": TouchState(values["state"])})
