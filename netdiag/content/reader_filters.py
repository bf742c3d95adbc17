"""Columns and the texts that they may hold: `where`, `unless`, `until`."""

from __future__ import annotations

from netdiag.content.reader import Reader, fail
from netdiag.content.yaml import Items, Scalar, Table


def filters(reader: Reader, key: str) -> dict[str, tuple[str, ...]]:
    """A mapping of a text or a list of texts; not given is empty."""
    tree = reader.tree(key)
    if tree is None:
        return {}
    if not isinstance(tree, Table):
        raise fail(tree.place, f"{key!r} maps columns to texts.")
    found: dict[str, tuple[str, ...]] = {}
    for column, value in tree.entries.items():
        members = value.items if isinstance(value, Items) else (value,)
        if not all(isinstance(member, Scalar) for member in members):
            raise fail(value.place, f"{key!r} maps a column to a text or a list of texts.")
        found[column] = tuple(m.text for m in members if isinstance(m, Scalar))
    return found
