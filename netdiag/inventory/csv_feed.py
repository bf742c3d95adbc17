"""One CSV file as a feed; places are file:line."""

from __future__ import annotations

from dataclasses import dataclass

from netdiag.inventory import csv_text
from netdiag.inventory.cells import EMPTY
from netdiag.inventory.feed import Sink, file_bytes, file_stamp
from netdiag.inventory.keys import PhoneRule
from netdiag.inventory.records import Part, RawRow, SourceDownError
from netdiag.inventory.rows import known_field
from netdiag.inventory.source_config import CsvConfig

_NEEDED = {
    Part.SUBSCRIBERS: ("id",),
    Part.DEVICES: ("id",),
    Part.LINKS: ("device", "parent"),
}


@dataclass(frozen=True, slots=True)
class CsvFeed:
    """Reads one CSV file."""

    config: CsvConfig

    @property
    def name(self) -> str:
        """Name of the source."""
        return self.config.name

    @property
    def kind(self) -> str:
        """The kind of source."""
        return "csv"

    @property
    def where(self) -> str:
        """The path."""
        return str(self.config.path)

    @property
    def phone(self) -> PhoneRule:
        """How phones are compared."""
        return self.config.phone

    @property
    def mapping(self) -> str:
        """Part, columns, words, delimiter and encoding."""
        c = self.config
        return repr((c.part.value, c.layout, c.delimiter, c.encoding, c.phone))

    @property
    def refresh_s(self) -> float | None:
        """Read again when the file changes."""
        return None

    def stamp(self) -> str:
        """Size and time of the file."""
        return file_stamp(self.config.path)

    def read(self, sink: Sink) -> None:
        """Hand over all rows."""
        lines = csv_text.lines_of(self._text(sink))
        found, start = csv_text.delimiter_of(lines)
        delimiter = self.config.delimiter or found
        rows = csv_text.records(
            lines, start, delimiter, lambda line, text: sink.note(self._place(line), text)
        )
        head = next(rows, None)
        if head is None:
            raise SourceDownError(
                f"The inventory file {self.config.path} is empty. Export it again, with a header."
            )
        fields = _Header(self.config, head[1], self._place(head[0])).fields(sink)
        for line, row in rows:
            self._row(line, row, fields, len(head[1]), sink)

    def _place(self, line: int) -> str:
        return f"{self.config.path.name}:{line}"

    def _row(
        self, line: int, row: list[str], fields: list[tuple[int, str]], width: int, sink: Sink
    ) -> None:
        if len(row) > width and any(cell.strip() for cell in row[width:]):
            sink.note(
                self._place(line),
                f"{len(row)} cells, but the header has {width}: a delimiter inside a cell? "
                "The row is left out; put that cell in quotation marks.",
            )
            return
        layout, have = self.config.layout, len(row)
        cells: dict[str, str] = {}
        for at, name in fields:
            text = row[at].strip() if at < have else ""
            if text not in EMPTY:
                cells[name] = layout.word(name, text)
        if cells:
            sink.add(self.config.part, RawRow(place=self._place(line), cells=cells))

    def _text(self, sink: Sink) -> str:
        data = file_bytes(self.config.path)
        try:
            text, used = csv_text.decode(data, self.config.encoding)
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            raise SourceDownError(
                f"{self.config.path}:{line}: is not {error.encoding} text. "
                "Correct 'encoding' of the source or take it out."
            ) from None
        if used == csv_text.FALLBACK and not self.config.encoding:
            sink.note(
                self._place(1),
                f"the file is not UTF-8 and was read as {used}. If letters look wrong, say the "
                "right 'encoding' of the source.",
            )
        return text


class _Header:
    """The header row: which cell is which field."""

    def __init__(self, config: CsvConfig, names: list[str], place: str) -> None:
        self._config = config
        self._names = [name.strip() for name in names]
        self._place = place
        self._at: dict[str, int] = {}
        for at, name in enumerate(self._names):
            self._at.setdefault(name.casefold(), at)

    def fields(self, sink: Sink) -> list[tuple[int, str]]:
        """Index and field of every column that is used."""
        config, part = self._config, self._config.part
        found = {
            name: at
            for name, at in self._at.items()
            if known_field(part, name) and name not in config.layout.columns
        }
        for name, column in config.layout.columns.items():
            at = self._at.get(column.strip().casefold())
            if at is None:
                sink.note(self._place, f"there is no column {column!r} ({name}). {self._list()}")
            else:
                found[name] = at
        missing = [name for name in _NEEDED[part] if name not in found]
        if missing:
            raise SourceDownError(
                f"{config.path}: no column for {', '.join(missing)}. {self._list()} "
                f"Name it: columns: {{{missing[0]}: …}}."
            )
        return [(at, name) for name, at in found.items()]

    def _list(self) -> str:
        return f"The columns are: {', '.join(self._names)}."
