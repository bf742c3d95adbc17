"""Choosing rows and values of a reply."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from netdiag.content.values import NotOfTypeError, mac, typed
from netdiag.model.fact import Value
from netdiag.model.probe import Extract
from netdiag.model.vocabulary import FactType
from netdiag.model.wire import Cell, Row
from netdiag.model.words import AbsenceReason
from netdiag.probing.render import Params


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
    if isinstance(cell, float) and cell == int(cell):
        return str(int(cell))
    return str(cell)


def keep_rows(one: Extract, rows: Sequence[Row], params: Params) -> Sequence[Row]:
    """The rows that `where` keeps and `unless` does not drop."""
    where = {c: [params.fill(t) for t in texts] for c, texts in one.where.items()}
    unless = {c: [params.fill(t) for t in texts] for c, texts in one.unless.items()}
    return [
        row
        for row in rows
        if all(_among(row.get(column), texts) for column, texts in where.items())
        and not any(_among(row.get(column), texts) for column, texts in unless.items())
    ]


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


def _among(cell: Cell, texts: list[str]) -> bool:
    text = cell_text(cell)
    if text is None:
        return False
    if text in texts:
        return True
    same = _mac(cell_text(cell, hexed=True) or "")
    return same is not None and any(_mac(other) == same for other in texts)


def _mac(text: str) -> str | None:
    try:
        return mac(text)
    except NotOfTypeError:
        return None
