"""A list of closed tickets (CSV) into findings. All of it, or every mistake with its line."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from netdiag.kpi.codes import Codes, Meaning
from netdiag.model.errors import ContentError
from netdiag.model.finding import Finding

_SHOWN = 20
_LONGEST = 200


@dataclass(slots=True)
class Closed:
    """Findings, and rows whose code tells nothing."""

    findings: list[Finding] = field(default_factory=list)
    told_nothing: Counter[str] = field(default_factory=Counter)


def read_closed(text: str, shown: str, codes: Codes) -> Closed:
    """Findings of a CSV text with a head. Raises ContentError: one line per problem."""
    reader = csv.DictReader(io.StringIO(text), delimiter=codes.delimiter, strict=True)
    problems: list[str] = []
    closed = Closed()
    try:
        head = reader.fieldnames or ()
        missing = [c for c in (codes.columns["at"], codes.columns["code"]) if c not in head]
        if missing:
            raise ContentError(
                f"{shown}:1: there is no column {', '.join(map(repr, missing))}. Mend the head, or "
                "'columns' and 'delimiter' of the feedback file."
            )
        for row in reader:
            _row(row, f"{shown}:{reader.line_num}", codes, closed, problems)
    except csv.Error as error:
        problems.append(f"{shown}:{reader.line_num}: is not CSV: {error}.")
    if problems:
        more = [f"… and {len(problems) - _SHOWN} more."] if len(problems) > _SHOWN else []
        raise ContentError("\n".join([*problems[:_SHOWN], *more]))
    return closed


def _row(
    row: dict[str, str | None], place: str, codes: Codes, closed: Closed, problems: list[str]
) -> None:
    cells = {name: (row.get(column) or "").strip() for name, column in codes.columns.items()}
    meaning = codes.meaning(cells["code"])
    try:
        if meaning is None:
            raise ValueError(
                f"the code {cells['code']!r} is not declared. Add it under 'codes' "
                f"({codes.place}); `{{}}` when it tells nothing"
            )
        if meaning.tells:
            closed.findings.append(_finding(cells, meaning, codes))
        else:
            closed.told_nothing[cells["code"]] += 1
    except ValueError as error:
        problems.append(f"{place}: {error}.")


def _finding(cells: dict[str, str], meaning: Meaning, codes: Codes) -> Finding:
    who = [cells.get(name, "") for name in ("subscriber", "ticket", "diagnosis")]
    if not any(who):
        raise ValueError("names neither subscriber, ticket nor diagnosis")
    if any(len(text) > _LONGEST or "\x00" in text for text in (*who, cells["code"])):
        raise ValueError(f"a cell is longer than {_LONGEST} characters")
    at = _moment(cells["at"], codes)
    told = "\x1f".join((*who, at.isoformat(), cells["code"]))
    return Finding(
        at=at,
        who=cells.get("who", "")[:100] or "import",
        subscriber=who[0],
        ticket=who[1] or None,
        diagnosis=who[2][:64] or None,
        fault=meaning.fault,
        side=meaning.side,
        remark=cells.get("remark", "")[:2000],
        code=cells["code"],
        key=hashlib.sha256(told.encode()).hexdigest(),
    )


def _moment(text: str, codes: Codes) -> datetime:
    try:
        moment = (
            datetime.strptime(text, codes.time)  # noqa: DTZ007 (the zone is given below)
            if codes.time
            else datetime.fromisoformat(text)
        )
    except ValueError:
        form = codes.time or "2026-12-31T17:00"
        raise ValueError(f"{text!r} is no time of the form {form!r}") from None
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(codes.timezone))
    return zoned.astimezone(UTC)
