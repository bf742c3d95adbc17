"""Recordings of real agents (`OID|tag|value`) as tables of the canned agents."""

from __future__ import annotations

import re
from pathlib import Path

from bench.agents.table import ADDRESS, OBJECT, OCTETS, Value
from bench.snmprec import octets

# What a sweep asks of any device; the rest of a recording may be many thousand rows.
_PREFIXES = (
    *("1.3.6.1.2.1.1.", "1.3.6.1.2.1.2.2.1.", "1.3.6.1.2.1.31.1.1.1.", "1.3.6.1.2.1.10.7.2.1."),
    *("1.3.6.1.6.3.10.2.1.", "1.3.6.1.2.1.25.3.3.1.", "1.3.6.1.2.1.99.1.1.1.", "1.3.6.1.4.1."),
)
_OID = re.compile(r"^\.?\d+(\.\d+)+$")
_NUMBERS = (2, 65, 66, 67, 70)
_MOST = 20_000  # rows of one recording


def recorded(path: Path) -> dict[str, Value]:
    """The table of one .snmprec file; lines that are no recording of a value are left out."""
    table: dict[str, Value] = {}
    text = path.read_bytes().decode("utf-8", "surrogateescape")
    for line in text.splitlines():
        oid, tag, told = (*line.split("|", 2), "", "")[:3]
        oid = oid.lstrip(".")
        if len(table) < _MOST and oid.startswith(_PREFIXES) and _OID.match(oid):
            value = _value(tag, told)
            if value is not None:
                table[oid] = value
    return table


def _value(tag: str, told: str) -> Value | None:
    word = tag.split(":")[0].rstrip("xe")
    if not word.isdigit():
        return None
    kind = int(word)
    if kind in _NUMBERS:
        number = told.strip()
        return Value(kind, int(number)) if re.fullmatch(r"-?\d+", number) else None
    if kind in (OBJECT, ADDRESS):
        return Value(kind, told.lstrip(".")) if _OID.match(told) else None
    return Value(kind, octets(tag, told)) if kind == OCTETS else None
