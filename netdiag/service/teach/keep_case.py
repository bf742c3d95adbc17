"""A live reply kept as a case: what was known, what came back, what was read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from netdiag.model.errors import ContentError
from netdiag.model.fact import Absence, Fact
from netdiag.model.wire import Answer, Cell, NoAnswer
from netdiag.service.teach.try_probes import Tried


def keep_case(one: Tried, directory: Path, today: date) -> Path:
    """Write DIR/<platform>/<probe>/<day>.yaml, or <day>-2.yaml …; the path. It is what the device
    said: read it before it is shared. Raises ContentError when it cannot be written."""
    if one.probe is None or len(one.exchanges) != 1:
        raise ContentError(f"{one.run.probe} has no single reply that could be kept as a case.")
    folder = directory / one.probe.platform / one.probe.id
    names = (f"{today.isoformat()}{f'-{n}' if n > 1 else ''}.yaml" for n in range(1, 1000))
    path = next(folder / name for name in names if not (folder / name).exists())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(_lines(one)) + "\n", encoding="utf-8")
    except OSError as error:
        raise ContentError(f"{path}: cannot be written: {error.strerror}.") from None
    return path


def _lines(one: Tried) -> Iterator[str]:
    reply = one.exchanges[0].reply
    if one.know:
        yield f"know: {json.dumps(dict(one.know), ensure_ascii=False)}"
    if isinstance(reply, NoAnswer):
        yield f"silence: {reply.why}"
    else:
        yield from _rows(reply)
    facts = {r.name: _value(r.value) for r in one.readings if isinstance(r, Fact)}
    yield f"facts: {json.dumps(facts, ensure_ascii=False)}"
    absent = {r.name: str(r.why) for r in one.readings if isinstance(r, Absence)}
    if absent:
        yield f"absent: {json.dumps(absent)}"


def _rows(reply: Answer) -> Iterator[str]:
    yield "reply:" if reply.rows else "reply: []"
    yield from (f"  - {json.dumps(_row(row), ensure_ascii=False)}" for row in reply.rows)
    if reply.cut:
        yield "cut: true"


def _row(row: Mapping[str, Cell]) -> dict[str, object]:
    return {n: f"hex:{c.hex()}" if isinstance(c, bytes) else c for n, c in row.items()}


def _value(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
