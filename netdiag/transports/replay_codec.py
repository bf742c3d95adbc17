"""Questions and replies as JSON and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from netdiag.model.wire import Answer, Cell, NoAnswer, Question, Row
from netdiag.model.words import AbsenceReason


def write_question(question: Question) -> dict[str, Any]:
    """The fields of a question and its type as `ask`, as JSON would give them back."""
    fields = {name: _listed(value) for name, value in asdict(question).items()}
    return {"ask": type(question).__name__, **fields}


def write_reply(reply: Answer | NoAnswer) -> dict[str, Any]:
    """`{rows, cut, duration_s}` or `{why, detail, duration_s}`, with
    `at_the_door` where the login was refused."""
    duration = round(reply.duration_s, 6)
    if isinstance(reply, NoAnswer):
        told = {"why": str(reply.why), "detail": reply.detail, "duration_s": duration}
        return {**told, "at_the_door": True} if reply.at_the_door else told
    rows = [{name: _write_cell(cell) for name, cell in row.items()} for row in reply.rows]
    return {"rows": rows, "cut": reply.cut, "duration_s": duration}


def read_reply(reply: Mapping[str, Any]) -> Answer | NoAnswer:
    """What write_reply wrote. Raises KeyError, ValueError, TypeError, AttributeError."""
    duration = float(reply.get("duration_s", 0.0))
    if "why" in reply:
        why = AbsenceReason(reply["why"])
        return NoAnswer(
            why=why,
            detail=str(reply["detail"]),
            duration_s=duration,
            at_the_door=reply.get("at_the_door") is True,
        )
    rows = tuple(_read_row(row) for row in reply["rows"])
    return Answer(rows=rows, cut=bool(reply["cut"]), duration_s=duration)


def _read_row(row: Mapping[str, Any]) -> Row:
    return {str(name): _read_cell(cell) for name, cell in row.items()}


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _write_cell(cell: Cell) -> Any:
    return {"hex": cell.hex()} if isinstance(cell, bytes) else cell


def _read_cell(cell: Any) -> Cell:
    if isinstance(cell, Mapping):
        return bytes.fromhex(cell["hex"])
    if cell is None or isinstance(cell, str | int | float):
        return cell
    raise TypeError(f"a cell cannot be {type(cell).__name__}")
