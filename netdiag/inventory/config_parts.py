"""Keys that several kinds of sources share: columns, values, times."""

from __future__ import annotations

import re

from netdiag.content.reader import Reader, fail, suggest
from netdiag.content.yaml import Table
from netdiag.inventory.records import Layout, Part
from netdiag.inventory.rows import FIELDS, known_field
from netdiag.model.words import AccessKind, Role, ServiceKind

_WORDS = {"service": ServiceKind, "access": AccessKind, "role": Role}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|h|d)?")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def layout_of(reader: Reader, part: Part) -> Layout:
    """`columns: {our: theirs}` and `values: {our: {their word: our word}}`."""
    columns = reader.texts_by_key("columns")
    for name in columns:
        _known(reader, "columns", name, part)
    tree = reader.tree("values")
    values: dict[str, dict[str, str]] = {}
    if tree is not None:
        inner = Reader(tree, "'values'")
        for name in inner.keys():  # noqa: SIM118
            _known(reader, "values", name, part)
            values[name] = inner.texts_by_key(name)
            _our_words(inner, name, values[name])
    return Layout(columns=columns, values=values)


def _known(reader: Reader, key: str, name: str, part: Part) -> None:
    if not known_field(part, name):
        tree = reader.tree(key)
        places = tree.key_places if isinstance(tree, Table) else {}
        raise fail(
            places.get(name, reader.where(key)),
            f"{part.value} have no {name!r}. {suggest(name, list(FIELDS[part]))}",
        )


def _our_words(reader: Reader, name: str, words: dict[str, str]) -> None:
    kind = _WORDS.get(name)
    if kind is None:
        return
    known = [str(member) for member in kind]
    for text in words.values():
        if text not in known:
            raise fail(
                reader.where(name), f"{name!r} cannot become {text!r}. {suggest(text, known)}"
            )


def timeout_of(reader: Reader, usual: float) -> float:
    """`timeout_s`: how long one question may take."""
    seconds = reader.number("timeout_s", usual)
    if not 0.1 <= seconds <= 120:
        raise fail(reader.where("timeout_s"), "'timeout_s' is between 0.1 and 120 seconds.")
    return seconds


def duration_of(reader: Reader, key: str, usual: float) -> float:
    """Seconds of a text such as 90, 30m, 1h or 1d."""
    text = reader.optional(key)
    if text is None:
        return usual
    match = _DURATION.fullmatch(text.strip())
    if not match:
        raise fail(reader.where(key), f"{key!r} is a time such as 30m, 1h or 1d, not {text!r}.")
    return float(match[1]) * _SECONDS[match[2] or "s"]
