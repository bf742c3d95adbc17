"""Choosing rows and values of a reply."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from netdiag.content.values import NotOfTypeError, mac, typed
from netdiag.model.fact import Value
from netdiag.model.probe import Extract, Near
from netdiag.model.vocabulary import FactType
from netdiag.model.wire import Cell, Row
from netdiag.model.words import AbsenceReason
from netdiag.probing.notations import NotReadableError, date_text, number, serial
from netdiag.probing.render import NoValueError, Params

_MAC_OCTETS = 6
_SERIAL = re.compile(r"[A-Z0-9]{4}[0-9A-F]{8}")  # of an ONU, as on its label


class NoReadingError(Exception):
    """The reply holds no value for a fact, and why."""

    def __init__(self, why: AbsenceReason, detail: str) -> None:
        super().__init__(detail)
        self.why = why


def cell_text(cell: Cell, *, hexed: bool = False) -> str | None:
    """A cell as text; None for no value. Octets become text, or hex digits with `hexed`."""
    if cell is None:
        return None
    if isinstance(cell, bytes):
        return cell.hex() if hexed else cell.decode("utf-8", "replace").strip("\0")
    if hexed and isinstance(cell, str) and len(cell.encode()) == _MAC_OCTETS:
        return cell.encode().hex()  # six octets that happen to be printable
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def date_of(cell: Cell) -> str | None:
    """A cell that holds a date, as text; DateAndTime octets become ISO 8601."""
    if isinstance(cell, bytes):
        return date_text(cell)
    return cell_text(cell)


def keep_rows(
    one: Extract, rows: Sequence[Row], params: Params, age: Callable[[str], float]
) -> Sequence[Row]:
    """The rows that `where`, `like`, `within` and `near` keep and `unless` does not drop.

    `age` turns a date text into seconds before now.
    """
    if one.near is not None:
        rows = _near(one.near, rows, params, age)
    like = {c: re.compile(params.pattern(t), re.IGNORECASE) for c, t in one.like.items()}
    within = {c: number(params.fill(t)) for c, t in one.within.items()}
    where = {c: _wanted(_alternatives(texts, params)) for c, texts in one.where.items()}
    unless = {c: _wanted(params.fill(t) for t in texts) for c, texts in one.unless.items()}
    return [
        row
        for row in rows
        if all(wanted.has(row.get(column)) for column, wanted in where.items())
        and not any(wanted.has(row.get(column)) for column, wanted in unless.items())
        and all(wanted.search(cell_text(row.get(c)) or "") for c, wanted in like.items())
        and all(_young(row.get(column), most, age) for column, most in within.items())
    ]


def silence_counts(
    one: Extract, rows: Sequence[Row], params: Params, age: Callable[[str], float]
) -> bool:
    """May it be told from the rows what has not been? Where `covers` asks, only when one of them is
    so old (a log that begins later may have lost it); where `heard` asks, only when a row of that
    kind stands in it at all (lines of that kind may not be sent to us)."""
    old = all(
        any(
            (at := _seconds(row.get(column), age)) is not None and at >= number(params.fill(least))
            for row in rows
        )
        for column, least in one.covers.items()
    )
    heard = {c: re.compile(params.pattern(t), re.IGNORECASE) for c, t in one.heard.items()}
    return old and all(
        any(wanted.search(cell_text(row.get(column)) or "") for row in rows)
        for column, wanted in heard.items()
    )


def _alternatives(texts: Sequence[str], params: Params) -> list[str]:
    """The texts filled in. Of several, one that is not known is left out; all unknown: error."""
    found: list[str] = []
    missing: NoValueError | None = None
    for text in texts:
        try:
            found.append(params.fill(text))
        except NoValueError as error:
            missing = error
    if missing is not None and not found:
        raise missing
    return found


def bit_value(one: Extract, cell: Cell, params: Params) -> str | None:
    """The value of the last listed bit that is set in an octet string, else `otherwise`."""
    octets = cell if isinstance(cell, bytes) else str(cell).encode()
    value = one.otherwise
    for name, meaning in one.bits.items():
        at = int(params.fill(name)) - 1
        if at >= 0 and at // 8 < len(octets) and octets[at // 8] & (0x80 >> at % 8):
            value = meaning
    return value


def _near(
    near: Near, rows: Sequence[Row], params: Params, age: Callable[[str], float]
) -> Sequence[Row]:
    """Rows dated at most so many seconds from the one that `of` names."""
    names = {c: _wanted(_alternatives(texts, params)) for c, texts in near.of.items()}
    its = [row for row in rows if all(w.has(row.get(c)) for c, w in names.items())]
    middle = _seconds(its[0].get(near.column), age) if its else None
    if middle is None:
        detail = "the table does not say when this one went"
        raise NoReadingError(AbsenceReason.NOT_SUPPORTED, detail)
    dated = ((row, _seconds(row.get(near.column), age)) for row in rows)
    return [row for row, at in dated if at is not None and abs(at - middle) <= near.seconds]


def _seconds(cell: Cell, age: Callable[[str], float]) -> float | None:
    try:
        text = date_of(cell)
        return None if text is None else age(text)
    except NotReadableError:
        return None


def share(one: Extract, rows: Sequence[Row], params: Params) -> str:
    """Per cent of the rows whose columns are as `share` says."""
    wanted = {c: _wanted(_alternatives(texts, params)) for c, texts in one.share.items()}
    such = sum(all(w.has(row.get(c)) for c, w in wanted.items()) for row in rows)
    return repr(round(100 * such / len(rows), 1))


def _young(cell: Cell, most: float, age: Callable[[str], float]) -> bool:
    at = _seconds(cell, age)
    return at is not None and at <= most


def choose(values: list[Value], pick: str, kind: FactType) -> Value:
    """One value out of those of all picked rows."""
    if pick in ("first", "last"):
        return values[0]
    numbers = [value for value in values if isinstance(value, int | float)]
    reduce: dict[str, Callable[[list[int | float]], int | float]] = {
        "min": min,
        "max": max,
        "sum": sum,
    }
    return typed(repr(reduce[pick](numbers)), kind)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Texts that a cell may be; MACs in any notation. Prepared once for many rows."""

    texts: frozenset[str]
    macs: frozenset[str]
    serials: frozenset[str] = frozenset()

    def has(self, cell: Cell) -> bool:
        """Is the cell one of them?"""
        text = cell_text(cell)
        if text is None:
            return False
        if _plain(text) in self.texts:
            return True
        if self.serials and serial(cell if isinstance(cell, bytes) else text) in self.serials:
            return True
        return bool(self.macs) and _mac(cell_text(cell, hexed=True) or "") in self.macs


def _wanted(texts: Iterable[str]) -> _Wanted:
    told = [_plain(text) for text in texts]
    macs = frozenset(same for text in told if (same := _mac(text)))
    labels = (serial(text) for text in told)
    serials = frozenset(label for label in labels if _SERIAL.fullmatch(label))
    return _Wanted(frozenset(told), macs, serials)


def _plain(text: str) -> str:
    """Some agents write two spaces where people write one: `Port  1`."""
    return " ".join(text.split())


def _mac(text: str) -> str | None:
    try:
        return mac(text)
    except NotOfTypeError:
        return None
