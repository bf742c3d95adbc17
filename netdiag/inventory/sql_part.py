"""One table or query of a database: its columns found out, statements built, rows read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from netdiag.inventory.cells import EMPTY, text_of
from netdiag.inventory.records import Part, RawRow, SourceDownError
from netdiag.inventory.rows import known_field
from netdiag.inventory.source_config import SqlPart
from netdiag.inventory.sql_engine import Database

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select

_NEEDED = {
    Part.SUBSCRIBERS: ("id",),
    Part.DEVICES: ("id",),
    Part.LINKS: ("device", "parent"),
}


class Relation:
    """What a source reads of one part."""

    def __init__(self, database: Database, part: Part, config: SqlPart) -> None:
        self._database = database
        self._part = part
        self._config = config

    @cached_property
    def fields(self) -> Mapping[str, str]:
        """Our field → their column. Raises SourceDownError when a column is not there."""
        import sqlalchemy as sa

        probe = sa.select(sa.text("*")).select_from(self._from()).where(sa.text("1 = 0"))
        actual = {name.casefold(): name for name in self._database.columns(probe)}
        wanted = dict(self._config.layout.columns)
        for name in actual:
            if known_field(self._part, name):
                wanted.setdefault(name, name)
        missing = [c for c in wanted.values() if c.casefold() not in actual]
        missing += [n for n in _NEEDED[self._part] if n not in wanted]
        if missing:
            raise SourceDownError(
                f"{self.name} has no column {', '.join(missing)}. Its columns are: "
                f"{', '.join(actual.values())}. Correct 'columns' of the {self._part.value}."
            )
        return {name: actual[column.casefold()] for name, column in wanted.items()}

    def forget(self) -> None:
        """Find the columns out anew with the next question."""
        self.__dict__.pop("fields", None)

    @property
    def name(self) -> str:
        """For places and errors: the table, or that it is a query."""
        return self._config.table or f"the query of {self._part.value}"

    def select(
        self, where: ColumnElement[bool] | None = None, limit: int | None = None
    ) -> Select[Any]:
        """SELECT of all known columns."""
        import sqlalchemy as sa

        columns: list[ColumnElement[Any]] = [
            sa.column(c) for c in dict.fromkeys(self.fields.values())
        ]
        statement = sa.select(*columns).select_from(self._from())
        if where is not None:
            statement = statement.where(where)
        return statement if limit is None else statement.limit(limit)

    def grouped(self, field: str) -> Select[Any]:
        """How many rows there are for each value of a field, and the least id among them."""
        import sqlalchemy as sa

        column: ColumnElement[Any] = sa.column(self.fields[field])
        ident: ColumnElement[Any] = sa.cast(sa.column(self.fields["id"]), sa.String)
        counted = (column.label("value"), sa.func.count().label("rows"))
        return (
            sa.select(*counted, sa.func.min(ident).label("first"))
            .select_from(self._from())
            .where(column.is_not(None))
            .group_by(column)
        )

    def counted(self) -> Select[Any]:
        """How many rows there are."""
        import sqlalchemy as sa

        return sa.select(sa.func.count().label("rows")).select_from(self._from())

    def equal(self, field: str, values: Sequence[str]) -> ColumnElement[bool]:
        """The field is one of these texts. The column's own type reads them (no cast: an index
        stays usable, and PostgreSQL accepts texts for its inet, macaddr and number columns)."""
        import sqlalchemy as sa

        theirs = self._config.layout.values.get(field, {})
        raw = [*values, *(their for their, ours in theirs.items() if ours in values)]
        bound = [sa.bindparam(None, v, type_=sa.types.NullType(), unique=True) for v in raw]
        return sa.column(self.fields[field]).in_(bound)

    def same_letters(self, field: str, value: str) -> ColumnElement[bool]:
        """The field is this text but for upper and lower case. No index helps here."""
        import sqlalchemy as sa

        return sa.func.lower(sa.cast(sa.column(self.fields[field]), sa.String)) == value.lower()

    def in_order(self, field: str, pieces: Sequence[str]) -> ColumnElement[bool]:
        """The field holds these pieces in this order. No index helps here."""
        import sqlalchemy as sa

        text = sa.func.lower(sa.cast(sa.column(self.fields[field]), sa.String))
        return text.like(f"%{'%'.join(pieces)}%")

    def raw(self, row: Mapping[str, Any]) -> RawRow:
        """A row of the answer as texts by our names."""
        cells: dict[str, str] = {}
        for name, column in self.fields.items():
            text = text_of(row[column])
            if text not in EMPTY:
                cells[name] = self.word(name, text)
        return RawRow(place=self.place(cells), cells=cells)

    def word(self, field: str, text: str) -> str:
        """Our word for theirs."""
        return self._config.layout.word(field, text)

    def place(self, cells: Mapping[str, str]) -> str:
        """Table and key of a row."""
        keys = ("device", "parent") if self._part is Part.LINKS else ("id",)
        shown = " ".join(f"{self.fields[k]}={cells.get(k, '(empty)')}" for k in keys)
        return f"{self.name} {shown}"

    def _from(self) -> Any:
        import sqlalchemy as sa

        if self._config.table:
            schema, _, name = self._config.table.rpartition(".")
            return sa.table(name, schema=schema or None)
        # A colon in the operator's own text is no parameter of ours.
        text = re.sub(r"(?<![:\\]):(?=\w)", r"\\:", self._config.query or "")
        return sa.text(f"({text}) AS source")
