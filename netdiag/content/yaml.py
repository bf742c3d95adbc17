"""YAML, tamed: every scalar is text with its place, duplicate keys are refused.

PyYAML's own rules read `11:22:33:44:55:16` as a number, `on` as a boolean and keep the last of two
equal keys without a word (YAML 1.1). Here nothing is resolved; declared types read the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from netdiag.model.errors import ContentError

_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Place:
    """File and line, as an editor understands it."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Scalar:
    """Text as it was written. A plain `null`, `~` or nothing is `is_null`."""

    text: str
    place: Place
    quoted: bool = False

    @property
    def is_null(self) -> bool:
        """Written as YAML's null, not as a quoted word."""
        return not self.quoted and self.text in ("", "~", "null")


@dataclass(frozen=True, slots=True)
class Items:
    """A sequence."""

    items: tuple[Tree, ...]
    place: Place

    def __iter__(self) -> Iterator[Tree]:
        return iter(self.items)


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping with text keys; `key_places` tells where each key stands."""

    entries: dict[str, Tree]
    place: Place
    key_places: dict[str, Place]


Tree = Scalar | Items | Table


def load_file(path: Path, shown: str | None = None) -> Tree:
    """Read one YAML file. `shown` is the name used in errors (default: the path).

    Raises ContentError when the file cannot be read, is not YAML, or repeats a key.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ContentError(f"{shown or path}: cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ContentError(f"{shown or path}: is not UTF-8 text. Save it as UTF-8.") from None
    return load_text(text, shown or str(path))


def load_text(text: str, shown: str) -> Tree:
    """Read YAML from a text; errors name `shown` and the line."""
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problem = getattr(error, "problem", None) or "not YAML"
        raise ContentError(
            f"{shown}:{line}: {problem}. Check the indentation and quotes."
        ) from None
    if node is None:
        return Table({}, Place(shown, 1), {})
    return _tree(node, shown, ())


def _tree(node: Node, shown: str, above: tuple[int, ...]) -> Tree:
    place = Place(shown, node.start_mark.line + 1)
    if id(node) in above:
        raise ContentError(f"{place}: an alias points at itself. Write the value out.")
    above = (*above, id(node))
    if isinstance(node, ScalarNode):
        return Scalar(node.value, place, quoted=bool(node.style))
    if isinstance(node, SequenceNode):
        return Items(tuple(_tree(item, shown, above) for item in node.value), place)
    assert isinstance(node, MappingNode)  # noqa: S101 (the only third kind of node)
    return _table(node, shown, place, above)


def _table(node: MappingNode, shown: str, place: Place, above: tuple[int, ...]) -> Table:
    entries: dict[str, Tree] = {}
    places: dict[str, Place] = {}
    for key, value in node.value:
        here = Place(shown, key.start_mark.line + 1)
        if not isinstance(key, ScalarNode):
            raise ContentError(f"{here}: a key must be plain text.")
        if key.value in entries:
            first = places[key.value].line
            raise ContentError(
                f"{here}: the key {key.value!r} is already given on line {first}. Keep one of them."
            )
        entries[key.value] = _tree(value, shown, above)
        places[key.value] = here
    return Table(entries, place, places)
