"""What to ask of a device now: the columns that are due, and more where something moved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from netdiag.model.sweep import Cadence, SweepSheet
from netdiag.model.wire import SnmpSheet
from netdiag.sweeping.known import Columns, Known

_HOUR_S, _DAY_S = 3300.0, 79200.0  # a little less, so that sweeps by the clock do not skip one
_ROWS = 64  # expected of a device that was never asked
_LEAST_ROWS = 8
_MOST_CACHED = 512


def due(sheets: Sequence[SweepSheet], known: Known, now: float) -> list[SweepSheet]:
    """Sheets of the first visit."""
    return [sheet for sheet in sheets if _is_due(sheet, known, now)]


def further(
    sheets: Iterable[SweepSheet],
    asked: Iterable[SweepSheet],
    known: Known,
    table: Columns,
    *,
    holes: Mapping[str, str],
    restarted: bool,
    now: float,
) -> list[SweepSheet]:
    """Sheets worth asking after the first visit: those whose facts moved, all that were not asked
    yet when the device began anew, and names where a port is gone, for the others may be numbered
    anew. What did not come through (`holes`) is no reason for a substitute."""
    done = {sheet.id for sheet in asked}
    left = [
        sheet
        for sheet in sheets
        if sheet.id not in done
        and (sheet.id not in known.empty or sheet.id not in known.asked)
        and not (sheet.after and (_served(sheet, table) or sheet.yields[0] in holes))
    ]
    anew = restarted or _port_gone(known.table, table)
    return [
        sheet
        for sheet in left
        if (restarted and not sheet.after)
        or (anew and sheet.ask is Cadence.DAILY)
        or (sheet.ask is Cadence.MOVED and _moved(sheet, known.table, table))
        or (sheet.after and sheet.after in done)
    ]  # fmt: skip


def asked_at(sheet: SweepSheet, now: float, *, whole: bool) -> float:
    """The moment to be noted for a sheet that was asked now; one that came with holes is due
    again in an hour."""
    daily = sheet.ask in (Cadence.DAILY, Cadence.MOVED)
    return now if whole or not daily else now - _DAY_S + _HOUR_S


def question(sheets: Sequence[SweepSheet], known: Known) -> SnmpSheet:
    """One visit for all of these sheets. An OID that several ask is asked once; it is the name of
    its column in the answer."""
    rows = max((len(column) for column in known.table.values()), default=_ROWS)
    rows = max(rows, _LEAST_ROWS)
    key = (tuple(sheet.origin + sheet.id for sheet in sheets), rows)
    if key not in _QUESTIONS:
        if len(_QUESTIONS) >= _MOST_CACHED:
            _QUESTIONS.clear()
        _QUESTIONS[key] = _made(sheets, rows)
    return _QUESTIONS[key]


_QUESTIONS: dict[tuple[tuple[str, ...], int], SnmpSheet] = {}


def _made(sheets: Sequence[SweepSheet], rows: int) -> SnmpSheet:
    single: dict[str, str] = {}
    columns: dict[str, str] = {}
    for sheet in sheets:
        for column in sheet.columns:
            (single if column.single else columns).update({oid: oid for oid in column.oids})
    most = max((sheet.max_rows for sheet in sheets), default=1)
    return SnmpSheet(single=single, columns=columns, max_rows=most, expect_rows=rows)


def _port_gone(old: Columns, new: Columns) -> bool:
    """Did a port with a cable lose its number? Those without one come and go."""
    state, virtual = new.get("port.oper_status", {}), old.get("port.virtual", {})
    return bool(state) and any(not v and key not in state for key, v in virtual.items())


def _served(sheet: SweepSheet, table: Columns) -> bool:
    """Is the first fact of a substitute there without it?"""
    return sheet.yields[0] in table


def _is_due(sheet: SweepSheet, known: Known, now: float) -> bool:
    last = known.asked.get(sheet.id)
    if sheet.after and (last is None or sheet.id in known.empty):
        return False
    if last is None:
        return True
    age = now - last
    if sheet.id in known.empty:
        return age >= _DAY_S
    if sheet.ask is Cadence.ALWAYS:
        return True
    return age >= (_HOUR_S if sheet.ask is Cadence.HOURLY else _DAY_S)


def _moved(sheet: SweepSheet, old: Mapping[str, object], new: Mapping[str, object]) -> bool:
    """Dictionaries are compared as a whole: that is one comparison in C for all ports."""
    return any(name in new and new[name] != old.get(name) for name in sheet.moved)
