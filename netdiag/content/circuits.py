"""probes/notations/*.yaml: how access nodes write a port into option 82 and RADIUS attributes."""

from __future__ import annotations

import re

from netdiag.content.asks import pattern
from netdiag.content.reader import Reader, fail
from netdiag.content.yaml import Tree
from netdiag.model.circuit import Notation

GROUPS = frozenset(("device", "mac", "port", "unit", "number", "vlan", "onu"))


def read_notations(tree: Tree) -> tuple[Notation, ...]:
    """The notations of one file, in its order; ContentError names file and line."""
    top = Reader(tree, "a file of notations")
    found = tuple(_notation(one) for one in top.trees("circuits"))
    top.done()
    return found


def _notation(tree: Tree) -> Notation:
    reader = Reader(tree, "a notation")
    octets = reader.has("octets")
    key = "octets" if octets else "text"
    regex = pattern(reader.text(key), reader.where(key))
    found = Notation(
        name=reader.text("name"), pattern=regex, octets=octets, source=reader.text("source", "")
    )
    reader.done()
    unknown = sorted(set(re.compile(regex).groupindex) - GROUPS)
    if unknown:
        known = ", ".join(sorted(GROUPS))
        raise fail(reader.where(key), f"there is no group {unknown[0]!r}. Known: {known}.")
    return found
