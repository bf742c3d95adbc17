"""Columns of an answer into columns of facts, all ports at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from math import inf, log10

from netdiag.model.fact import Value
from netdiag.model.sweep import DEVICE, SheetColumn, SweepSheet
from netdiag.model.wire import Cell, Sheet
from netdiag.sweeping.known import Columns

_Raw = Mapping[str, Cell]
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_DBM = re.compile(r"-?\d+(?:\.\d+)?(?=\s*dBm)")


def read(sheets: Sequence[SweepSheet], answer: Sheet) -> tuple[Columns, dict[str, str]]:
    """Facts by port, and why some are missing, by fact. A value that does not fit is left out:
    unknown, never zero."""
    table: Columns = {}
    holes: dict[str, str] = {}
    for sheet in sorted(sheets, key=lambda one: bool(one.after)):  # substitutes last
        for column in sheet.columns:
            if sheet.after and (column.fact in table or column.fact in holes):
                continue
            hole = next((answer.holes[oid] for oid in column.oids if oid in answer.holes), None)
            if hole is not None and not all(oid in answer.columns for oid in column.oids):
                if not sheet.large:
                    holes[column.fact] = hole
                continue
            found = _fact(column, sheet.index, answer)
            if found:
                table[column.fact] = found
    return table, holes


def empty_ones(sheets: Iterable[SweepSheet], answer: Sheet) -> list[str]:
    """Sheets of which the device serves nothing at all, and said so; large ones that came to no
    end."""
    return [
        sheet.id
        for sheet in sheets
        if not any(
            answer.columns.get(oid) or oid in answer.single or oid in answer.holes
            for column in sheet.columns
            for oid in column.oids
        )
        or (sheet.large and any(o in answer.holes for c in sheet.columns for o in c.oids))
    ]


def _fact(column: SheetColumn, index: str, answer: Sheet) -> Mapping[str, Value]:
    if column.single:
        return _values(column, {DEVICE: answer.single.get(column.oids[0])})
    parts = [answer.columns.get(oid, {}) for oid in column.oids]
    raw = parts[0] if len(parts) == 1 else _sum(parts)
    values = _values(column, _by_port(raw, index) if index else raw)
    if not column.pick:
        return values
    numbers = [v for v in values.values() if isinstance(v, int | float)]
    return {DEVICE: (max if column.pick == "max" else min)(numbers)} if numbers else {}


def _sum(parts: Sequence[_Raw]) -> dict[str, Cell]:
    """Only rows that every column has."""
    first, *others = parts
    if not all(others):
        return {}
    if all(other.keys() == first.keys() for other in others):
        columns = [first.values(), *([other[key] for key in first] for other in others)]
        with suppress(TypeError):  # a text between numbers
            return dict(zip(first, map(sum, zip(*columns, strict=True)), strict=True))
    found: dict[str, Cell] = {}
    for key, value in first.items():
        numbers = [n for n in (value, *(o.get(key) for o in others)) if isinstance(n, int)]
        if len(numbers) == len(parts):
            found[key] = sum(numbers)
    return found


def _by_port(raw: _Raw, pattern: str) -> dict[str, Cell]:
    compiled = re.compile(pattern)
    return {found["value"]: value for key, value in raw.items() if (found := compiled.search(key))}


def _values(column: SheetColumn, raw: _Raw) -> Mapping[str, Value]:
    if column.match:
        holds = re.compile(column.match).search
        return {k: holds(v) is not None for k, v in raw.items() if isinstance(v, str)}
    if column.map or column.otherwise is not None:
        known = _lookup(tuple(column.map.items()))
        mapped = {key: known.get(value, column.otherwise) for key, value in raw.items()}
        return {key: value for key, value in mapped.items() if value is not None}
    if column.none:
        nothing = set(column.none)
        raw = {key: value for key, value in raw.items() if str(value) not in nothing}
    if column.as_ or column.scale != 1.0 or column.between is not None:
        return dict(_numbers(column, raw))
    if not {bytes, type(None)}.intersection(map(type, raw.values())):
        return raw  # type: ignore[return-value]
    return {key: value for key, value in raw.items() if not isinstance(value, bytes | None)}


def _numbers(column: SheetColumn, raw: _Raw) -> Iterator[tuple[str, Value]]:
    low, high = column.between or (-inf, inf)
    for key, value in raw.items():
        number = _number(value, column.as_)
        if number is not None and low <= (number := _scaled(number, column.scale)) <= high:
            yield key, number


def _scaled(number: float, scale: float) -> float:
    return number if scale == 1.0 and isinstance(number, int) else round(number * scale, 3)


def _number(value: Cell, as_: str) -> float | None:
    if isinstance(value, str) and as_:
        found = (_DBM if as_ == "dbm" else _NUMBER).search(value)
        value = float(found[0]) if found else None
    if not isinstance(value, int | float):
        return None
    if as_ == "milliwatts":
        return 10 * log10(value) if value > 0 else None
    return value


@lru_cache(maxsize=1024)
def _lookup(pairs: tuple[tuple[str, Value], ...]) -> dict[Cell, Value]:
    """Agents send numbers; files hold texts."""
    both: dict[Cell, Value] = {}
    for key, value in pairs:
        both[key] = value
        if key.lstrip("-").isdecimal():
            both[int(key)] = value
    return both
