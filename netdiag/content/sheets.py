"""probes/<platform>/sweep-*.yaml: columns that a sweep asks of every device."""

from __future__ import annotations

import re

from netdiag.content.asks import pattern
from netdiag.content.grammar import Grammar
from netdiag.content.reader import Reader, fail
from netdiag.content.values import NotOfTypeError, typed
from netdiag.content.yaml import Tree
from netdiag.model.fact import Value
from netdiag.model.sweep import Cadence, SheetColumn, SweepSheet
from netdiag.model.vocabulary import FactType

_OID = re.compile(r"^\d+(\.\d+)+$")
_PICK = ("max", "min")


def read_sheet(tree: Tree, platform: str, grammar: Grammar, origin: str) -> SweepSheet:
    """One sheet of columns."""
    reader = Reader(tree, "a sweep file")
    facts = Reader(reader.need("facts"), "'facts'")
    sheet = SweepSheet(
        id=reader.text("sweep"),
        platform=platform,
        title=reader.text("title"),
        ask=reader.choice("ask", Cadence, Cadence.ALWAYS),
        columns=tuple(
            _column(name, Reader(facts.need(name), name), grammar)
            for name in facts.keys()  # noqa: SIM118
        ),
        moved=tuple(grammar.fact(f, reader.where("moved")).name for f in reader.texts("moved")),
        after=reader.text("after", ""),
        index=pattern(reader.text("index", ""), reader.where("index")),
        max_rows=reader.integer("max_rows", 1024),
        large=reader.flag("large", False),
        only=reader.texts("only"),
        source=reader.text("source", ""),
        proven=reader.texts("proven"),
        origin=origin,
    )
    reader.done()
    if (sheet.ask is Cadence.MOVED) != bool(sheet.moved):
        raise fail(reader.where("ask"), "`ask: moved`, and only that, names facts in 'moved'.")
    return sheet


def _column(name: str, reader: Reader, grammar: Grammar) -> SheetColumn:
    kind = grammar.fact(name, reader.place)
    get, columns = reader.texts("get"), reader.texts("column")
    if bool(get) == bool(columns):
        raise fail(
            reader.place, f"{name} has either 'column' or 'get' (one object with its index)."
        )
    for oid in get or columns:
        if not _OID.match(oid):
            raise fail(reader.place, f"{name}: {oid!r} is no numeric OID (MIB names are not used).")
    pick = reader.text("pick", "")
    if pick and pick not in _PICK:
        raise fail(reader.where("pick"), f"'pick' is one of {', '.join(_PICK)}.")
    otherwise = reader.optional("otherwise")
    column = SheetColumn(
        fact=name,
        oids=get or columns,
        single=bool(get),
        map={key: _value(text, kind, reader) for key, text in reader.texts_by_key("map").items()},
        otherwise=None if otherwise is None else _value(otherwise, kind, reader),
        none=reader.texts("none"),
        as_=_as(reader),
        scale=reader.number("scale", 1.0),
        between=_between(reader),
        pick=pick,
        match=pattern(reader.text("match", ""), reader.where("match")),
    )
    reader.done()
    return column


def _value(text: str, kind: FactType, reader: Reader) -> Value:
    try:
        return typed(text, kind)
    except NotOfTypeError as error:
        raise fail(reader.place, f"{kind.name}: {error}.") from None


def _as(reader: Reader) -> str:
    word = reader.text("as", "")
    if word not in ("", "number", "milliwatts", "dbm"):
        raise fail(reader.where("as"), "'as' is number, milliwatts or dbm.")
    return word


def _between(reader: Reader) -> tuple[float, float] | None:
    words = reader.texts("between")
    if not words:
        return None
    try:
        low, high = map(float, words)
    except ValueError:
        raise fail(reader.where("between"), "'between' is [lowest, highest].") from None
    return low, high
