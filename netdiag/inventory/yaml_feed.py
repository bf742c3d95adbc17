"""A YAML inventory as a feed; places are file:line. A large one is slow, once: prefer CSV."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from netdiag.content.reader import fail, suggest
from netdiag.content.yaml import Items, Scalar, Table, Tree, load_file
from netdiag.inventory.cells import EMPTY
from netdiag.inventory.feed import Sink, file_stamp
from netdiag.inventory.keys import PhoneRule
from netdiag.inventory.records import Part, RawRow, SourceDownError
from netdiag.inventory.rows import FIELDS, known_field
from netdiag.inventory.source_config import YamlConfig
from netdiag.model.errors import ContentError


@dataclass(frozen=True, slots=True)
class YamlFeed:
    """Reads one YAML file with the lists `subscribers`, `devices` and `links`."""

    config: YamlConfig

    @property
    def name(self) -> str:
        """Name of the source."""
        return self.config.name

    @property
    def kind(self) -> str:
        """The kind of source."""
        return "yaml"

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
        """Only phones are configurable."""
        return repr(self.config.phone)

    @property
    def refresh_s(self) -> float | None:
        """Read again when the file changes."""
        return None

    def stamp(self) -> str:
        """Size and time of the file."""
        return file_stamp(self.config.path)

    def read(self, sink: Sink) -> None:
        """Hand over all rows."""
        try:
            tree = load_file(self.config.path, self.config.path.name)
            if not isinstance(tree, Table):
                raise fail(tree.place, f"the file needs the lists {', '.join(Part)}.")
        except ContentError as error:
            raise SourceDownError(f"The inventory file cannot be used: {error}") from None
        for key, value in tree.entries.items():
            if key in list(Part):
                self._list(Part(key), value, sink)
            else:
                place = str(tree.key_places[key])
                sink.note(place, f"there is no list {key!r}. {suggest(key, list(Part))}")

    def _list(self, part: Part, tree: Tree, sink: Sink) -> None:
        if isinstance(tree, Scalar) and tree.is_null:
            return
        if not isinstance(tree, Items):
            sink.note(str(tree.place), f"{part.value!r} must be a list. It is left out.")
            return
        for item in tree:
            if not isinstance(item, Table):
                sink.note(
                    str(item.place), "a row must be a mapping of keys to values. It is left out."
                )
                continue
            sink.add(part, self._row(part, item, sink))

    def _row(self, part: Part, item: Table, sink: Sink) -> RawRow:
        cells: dict[str, str] = {}
        for name, text, tree in _flat(item, ""):
            if not known_field(part, name):
                place = str(item.key_places.get(name, tree.place))
                sink.note(place, f"{part.value} have no {name!r}. {suggest(name, _names(part))}")
            elif text is None:
                sink.note(str(tree.place), f"{name!r} must be one value. It is left out.")
            elif text.strip() not in EMPTY:
                cells[name] = text.strip()
        return RawRow(place=str(item.place), cells=cells)


def _names(part: Part) -> list[str]:
    return list(FIELDS[part])


def _flat(item: Table, prefix: str) -> Iterator[tuple[str, str | None, Tree]]:
    """Cells of a row; `options: {a: b}` is read as `options.a`, a list of MACs as one text."""
    for key, tree in item.entries.items():
        name = f"{prefix}{key}"
        if isinstance(tree, Table):
            yield from _flat(tree, f"{name}.")
        elif isinstance(tree, Items):
            texts = [i.text for i in tree if isinstance(i, Scalar)]
            yield name, ", ".join(texts) if len(texts) == len(tree.items) else None, tree
        else:
            yield name, "" if tree.is_null else tree.text, tree
