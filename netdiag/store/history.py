"""The own history of each line: one sample a change and a day, bounded in number and in time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from netdiag.model.errors import NetdiagError
from netdiag.model.sample import TRACKED, Sample, same
from netdiag.store.database import Database
from netdiag.store.readings import Place

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, RowMapping

MOST = 300  # samples of one fact of one line; a line that flaps all day makes no more
_Line = tuple[str, str, str]  # subscriber, device, port


class History:
    """Samples by line. A store that fails costs the history, never the diagnosis: `trouble` says
    why."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.trouble: str | None = None

    def note(self, place: Place, samples: Iterable[Sample]) -> None:
        """Remember what was read; what is too old, or too much, is forgotten."""
        rows = list(samples)
        if not rows:
            return
        try:
            with self._database.write() as connection:
                for sample in rows:
                    _note(connection, _line(place, sample.fact), sample)
        except NetdiagError as error:
            self.trouble = str(error)

    def of(self, place: Place) -> tuple[Sample, ...]:
        """Everything that is remembered of a line and its device, oldest first."""
        from sqlalchemy import or_, select

        from netdiag.store.tables import history as table

        query = (
            select(table)
            .where(or_(_of(_line(place, "")), _of(("", place.device, ""))))
            .order_by(table.c.last, table.c.id)
        )
        try:
            with self._database.read() as connection:
                rows = connection.execute(query).mappings().all()
        except NetdiagError as error:
            self.trouble = str(error)
            return ()
        return tuple(_sample(row) for row in rows if row["fact"] in TRACKED)


def _line(place: Place, fact: str) -> _Line:
    if fact and TRACKED[fact].of_device:
        return "", place.device, ""
    return place.subscriber, place.device, place.port


def _of(line: _Line) -> ColumnElement[bool]:
    from netdiag.store.tables import history as table

    return (table.c.subscriber == line[0]) & (table.c.device == line[1]) & (table.c.port == line[2])


def _note(connection: Connection, line: _Line, sample: Sample) -> None:
    from sqlalchemy import insert, select, update

    from netdiag.store.tables import history as table

    mine = _of(line) & (table.c.fact == sample.fact)
    query = select(table).where(mine).order_by(table.c.last.desc(), table.c.id.desc()).limit(1)
    row = connection.execute(query).mappings().first()
    if row is not None and same(_sample(row), sample):
        again = update(table).where(table.c.id == row["id"]).values(last=sample.last)
        connection.execute(again)
        return
    values = {name: getattr(sample, name) for name in Sample.__dataclass_fields__}
    where = dict(zip(("subscriber", "device", "port"), line, strict=True))
    connection.execute(insert(table).values(**where, **values))
    _forget(connection, mine, sample.fact, sample.last)


def _forget(connection: Connection, mine: ColumnElement[bool], fact: str, now: datetime) -> None:
    from sqlalchemy import delete, select

    from netdiag.store.tables import history as table

    connection.execute(delete(table).where(mine, table.c.last < now - TRACKED[fact].kept))
    surplus = (
        select(table.c.id).where(mine).order_by(table.c.last.desc(), table.c.id.desc()).offset(MOST)
    )
    ids = [row[0] for row in connection.execute(surplus)]
    if ids:
        connection.execute(delete(table).where(table.c.id.in_(ids)))


def _sample(row: RowMapping) -> Sample:
    return Sample(**{name: row[name] for name in Sample.__dataclass_fields__})
