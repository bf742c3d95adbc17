"""Rows of a reply into facts. Pure; specified in docs/reference/probe-files.md.

A missing column is `not_supported`, a value that does not fit is `unreadable`. Never zero.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from functools import partial
from math import isfinite

from netdiag.content.values import NotOfTypeError, mac, typed
from netdiag.model.fact import Absence, Fact, Reading, Source, Value
from netdiag.model.probe import OF_TRUTHS, Extract, Probe
from netdiag.model.vocabulary import FactType, ValueType, Vocabulary
from netdiag.model.wire import Answer, Cell, NoAnswer, Row
from netdiag.model.words import AbsenceReason
from netdiag.probing import notations
from netdiag.probing.read_rows import (
    NoReadingError,
    bit_value,
    cell_text,
    choose,
    date_of,
    keep_rows,
    share,
    silence_counts,
)
from netdiag.probing.render import NoValueError, Params

_WHOLE = (ValueType.INT, ValueType.COUNTER32, ValueType.COUNTER64)
_SILENT = (AbsenceReason.TIMED_OUT, AbsenceReason.NOT_REACHABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What the reading of a reply depends on beside the reply."""

    params: Params
    now: datetime
    source: Source
    zone: tzinfo = UTC


def extract(
    probe: Probe, reply: Answer | NoAnswer, vocabulary: Vocabulary, at: Circumstances
) -> list[Reading]:
    """Readings of all facts of the probe from one reply of one target."""
    if isinstance(reply, NoAnswer):
        return _unanswered(probe, reply, at)
    problem = _unexpected(probe, reply.rows, at.params)
    if problem:
        return _absent(probe.yields, AbsenceReason.UNREADABLE, problem, at)
    if probe.needs_rows and not reply.rows:
        detail = "the device does not serve this table"
        return _absent(probe.yields, AbsenceReason.NOT_SUPPORTED, detail, at)
    readings = [_reading(one, _kind(one, vocabulary), reply.rows, at) for one in probe.facts]
    return _cut_short(probe, readings, at) if reply.cut else readings


def _kind(one: Extract, vocabulary: Vocabulary) -> FactType:
    kind = vocabulary[one.fact]
    return replace(kind, type=ValueType.BOOL, options=()) if one.combine in OF_TRUTHS else kind


def _cut_short(probe: Probe, readings: list[Reading], at: Circumstances) -> list[Reading]:
    """Of a table that was cut, nothing that speaks of all its rows is known."""
    whole = {o.fact for o in probe.facts if o.count or o.distinct or o.share or o.pick != "first"}
    emptied = {o.fact: o.when_empty for o in probe.facts if o.has_empty}
    whole |= {
        r.name
        for r in readings
        if isinstance(r, Fact) and r.name in emptied and r.value == emptied[r.name]
    }
    detail = "the table is longer than what was read"
    return [
        Absence(name=r.name, why=AbsenceReason.UNREADABLE, detail=detail, source=at.source)
        if r.name in whole
        else r
        for r in readings
    ]


def skipped(probe: Probe, why: AbsenceReason, detail: str, source: Source) -> list[Reading]:
    """Absences for a probe that was not run."""
    return [Absence(name=n, why=why, detail=detail, source=source) for n in probe.yields]


def _unanswered(probe: Probe, reply: NoAnswer, at: Circumstances) -> list[Reading]:
    readings = _absent(probe.yields, reply.why, reply.detail, at)
    if reply.why not in _SILENT:
        return readings
    told = [
        Fact(name=name, value=value, source=at.source, measured_at=at.now)
        for name, value in probe.silent.items()
    ]
    return [r for r in readings if r.name not in probe.silent] + list[Reading](told)


def _absent(
    names: Iterable[str], why: AbsenceReason, detail: str, at: Circumstances
) -> list[Reading]:
    return [Absence(name=n, why=why, detail=detail, source=at.source) for n in dict.fromkeys(names)]


def _unexpected(probe: Probe, rows: Sequence[Row], params: Params) -> str | None:
    for column, template in probe.expect.items():
        try:
            wanted = params.fill(template)
        except NoValueError as error:
            return f"{error.name} is not known, so the reply cannot be told to be the right one"
        got = [cell_text(rows[0].get(name)) if rows else None for name in column.split("|")]
        if wanted.lower().split() not in [text.lower().split() for text in got if text]:
            told = ", ".join(repr(text) for text in got if text) or "not named"
            return f"{column} is {told} there, not {wanted!r}: the answer is about something else"
    return None


def _reading(one: Extract, kind: FactType, rows: Sequence[Row], at: Circumstances) -> Reading:
    age = partial(_age, at)
    try:
        kept = keep_rows(one, rows, at.params, age)
        whole = silence_counts(one, rows, at.params, age)
        if not kept and not whole:
            detail = "the log does not reach so far back, or holds no such lines at all"
            raise NoReadingError(AbsenceReason.NOT_SUPPORTED, detail)
        value = _value(one, kind, kept, at)
    except NoReadingError as error:
        return Absence(name=one.fact, why=error.why, detail=str(error), source=at.source)
    except NoValueError as error:
        detail = f"{error.name} is not known"
        why = AbsenceReason.NOT_IN_INVENTORY
        return Absence(name=one.fact, why=why, detail=detail, source=at.source)
    # A count of a log that begins too late is a lower bound: it may support, not confirm.
    weak = not whole and one.count
    return Fact(name=one.fact, value=value, source=at.source, measured_at=at.now, weak=weak)


def _value(one: Extract, kind: FactType, rows: Sequence[Row], at: Circumstances) -> Value:
    if not rows and one.has_empty:
        return one.when_empty
    if one.count:
        return typed(str(len(rows)), kind)
    if one.distinct:
        texts = {cell_text(row.get(one.distinct)) for row in rows} - {None}
        return typed(str(len(texts)), kind)
    if not rows:
        raise NoReadingError(AbsenceReason.NOT_SUPPORTED, "the reply has no such row")
    if one.has_rows:
        return one.when_rows
    if one.share:
        return _typed(share(one, rows, at.params), kind)
    if one.witness and _missing(one, rows[0]):
        return one.when_missing
    return choose([_cell(one, kind, row, at) for row in _picked(one, rows)], one.pick, kind)


def _missing(one: Extract, row: Row) -> bool:
    """Is the column not there, although the device serves such a table?"""
    return row.get(one.witness) is not None and all(row.get(name) is None for name in one.read)


def _picked(one: Extract, rows: Sequence[Row]) -> Sequence[Row]:
    if one.pick == "first":
        return rows[:1]
    return rows[-1:] if one.pick == "last" else rows


def _cell(one: Extract, kind: FactType, row: Row, at: Circumstances) -> Value:
    parts = [_part(one, kind, row, column, at) for column in one.read]
    if len(parts) == 1:
        return parts[0]
    numbers = [part for part in parts if isinstance(part, int | float)]
    return typed(repr(sum(numbers)), kind)


def _part(one: Extract, kind: FactType, row: Row, column: str, at: Circumstances) -> Value:
    cell = row.get(column)
    text = _cell_text(one, kind, cell)
    if text is None or text in one.none:
        raise NoReadingError(AbsenceReason.NOT_SUPPORTED, f"no value in {column}")
    text = _matched(one, text)
    if text in one.none:
        raise NoReadingError(AbsenceReason.NOT_SUPPORTED, f"no value in {column}")
    if one.map or one.bits or one.otherwise is not None:
        mapped = bit_value(one, cell, at.params) if one.bits else _mapped(one, text, at.params)
        if mapped is not None:
            return _typed(mapped, kind)
        if not one.as_:
            raise NoReadingError(AbsenceReason.UNREADABLE, f"{column} is {text!r}, a value unknown")
    try:
        return _typed(_share(one, _converted(one, text, at), row, at), kind)
    except notations.NotReadableError as error:
        raise NoReadingError(AbsenceReason.UNREADABLE, f"{column}: {error}") from None


def _cell_text(one: Extract, kind: FactType, cell: Cell) -> str | None:
    try:
        if one.as_ in ("age", "until"):
            return date_of(cell)
    except notations.NotReadableError as error:
        raise NoReadingError(AbsenceReason.UNREADABLE, str(error)) from None
    if one.as_ == "serial" and isinstance(cell, bytes):
        return notations.serial(cell)
    if one.as_ == "ipv4" and cell is not None:
        return notations.ipv4(cell if isinstance(cell, bytes) else str(cell))
    return cell_text(cell, hexed=one.as_ == "mac" or kind.type is ValueType.MAC)


def _mapped(one: Extract, text: str, params: Params) -> str | None:
    for raw, value in one.map.items():
        try:
            if text in params.each(raw):
                return value
        except NoValueError:  # what is not known is not what the reply says
            continue
    return one.otherwise


def _age(at: Circumstances, text: str) -> float:
    return (at.now - notations.moment(text, at.zone, at.now)).total_seconds()


def _matched(one: Extract, text: str) -> str:
    if not one.match:
        return text
    found = re.search(one.match, text)
    if not found or found["value"] is None:
        raise NoReadingError(AbsenceReason.UNREADABLE, "the reply does not look as expected")
    return found["value"]


def _converted(one: Extract, text: str, at: Circumstances) -> str:
    if one.as_ in ("", "list", "ipv4"):
        scaled = one.scale != 1.0 or one.offset != 0.0 or one.between is not None
        return _scaled(one, notations.number(text, whole=True)) if scaled else text
    if one.as_ == "serial":
        return notations.serial(text)
    if one.as_ == "mac":
        try:
            return mac(text)
        except NotOfTypeError as error:
            raise notations.NotReadableError(str(error)) from None
    return _scaled(one, _NOTATIONS[one.as_](text, at))


def _share(one: Extract, text: str, row: Row, at: Circumstances) -> str:
    """Per cent of another column, or of a filled placeholder; the text itself without one."""
    if not one.percent_of:
        return text
    parts = [at.params.fill(n) if "{" in n else cell_text(row.get(n)) for n in one.percent_of]
    whole = sum(notations.number(part, whole=True) for part in parts if part is not None)
    if None in parts or whole == 0:
        told = ", ".join(one.percent_of)
        raise NoReadingError(AbsenceReason.NOT_SUPPORTED, f"no value to take a share of in {told}")
    return repr(round(notations.number(text, whole=True) * 100 / whole, 3))


def _scaled(one: Extract, number: float) -> str:
    value = round(number * one.scale + one.offset, 3 if one.as_ == "milliwatts" else 9)
    if not isfinite(value):
        raise notations.NotReadableError("a number without measure")
    if one.between and not one.between[0] <= value <= one.between[1]:
        raise notations.NotReadableError(f"{value:g} is no measurement")
    return str(int(value)) if value == int(value) else repr(value)


def _typed(text: str, kind: FactType) -> Value:
    try:
        if kind.type in _WHOLE and "." in text:
            return typed(str(round(float(text))), kind)
        if kind.type in _WHOLE and "," in text:
            return typed(str(int(notations.number(text, whole=True))), kind)
        return typed(text, kind)
    except (NotOfTypeError, ValueError) as error:
        raise NoReadingError(AbsenceReason.UNREADABLE, str(error)) from None


_NOTATIONS: dict[str, Callable[[str, Circumstances], float]] = {
    "duration": lambda text, at: notations.duration(text),
    "ticks": lambda text, at: notations.number(text) / 100,
    "number": lambda text, at: notations.number(text),
    "speed": lambda text, at: notations.speed_mbps(text),
    "milliwatts": lambda text, at: notations.dbm(text),
    "age": lambda text, at: _age(at, text),
    "until": lambda text, at: (notations.moment(text, at.zone) - at.now).total_seconds(),
}
