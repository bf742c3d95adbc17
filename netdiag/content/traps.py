"""probes/traps/*.yaml: what SNMP notifications mean."""

from __future__ import annotations

import re

from netdiag.content.reader import Reader, fail
from netdiag.content.yaml import Tree
from netdiag.model.event import CAUSES, KINDS, STATES
from netdiag.model.trap import TrapPattern

_OID = re.compile(r"[0-2](?:\.\d+)+")


def read_traps(tree: Tree) -> tuple[TrapPattern, ...]:
    """The patterns of one file, in its order; ContentError names file and line."""
    top = Reader(tree, "a file of traps")
    found = tuple(_pattern(one) for one in top.trees("traps"))
    top.done()
    return found


def _pattern(tree: Tree) -> TrapPattern:
    reader = Reader(tree, "a trap")
    found = TrapPattern(
        name=reader.text("trap"),
        oid=_oids(reader, "oid")[0],
        kind=reader.word("kind", KINDS),
        state=reader.word("state", STATES),
        where=_where(reader),
        port=_oids(reader, "port"),
        index=_oids(reader, "index"),
        index_from=_oids(reader, "index_from"),
        mark=_oids(reader, "mark"),
        cause=reader.word("cause", CAUSES) if reader.has("cause") else None,
        source=reader.text("source"),
        proven=reader.texts("proven"),
    )
    reader.done()
    return found


def _where(reader: Reader) -> dict[str, tuple[str, ...]]:
    inner = reader.inner("where")
    if inner is None:
        return {}
    columns = list(inner.keys())
    for column in columns:
        if not _OID.fullmatch(column):
            raise fail(inner.where(column), f"{column!r} is no dotted OID of a column.")
    return {column: inner.texts(column) for column in columns}


def _oids(reader: Reader, key: str) -> tuple[str, ...]:
    found = reader.texts(key) if key != "oid" else (reader.text(key),)
    for oid in found:
        if not _OID.fullmatch(oid):
            raise fail(reader.where(key), f"{oid!r} is no dotted OID such as 1.3.6.1.2.1.2.2.1.1.")
    return found
