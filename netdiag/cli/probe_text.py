"""What a probe asked, what came back, and what was read of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from netdiag.model.fact import Fact, Reading, Value
from netdiag.model.wire import Cell, NoAnswer
from netdiag.service.diagnosis.wording import value_text
from netdiag.service.teach.try_probes import Exchange, Tried

_ROWS = 4  # of a raw reply that are shown without -v
_WIDTH = 300


def tried_lines(one: Tried, *, whole: bool) -> Iterator[str]:
    """One probe as text; `whole`: every row of the reply."""
    run = one.run
    why = f": {run.why}" if run.why and not one.exchanges else ""
    yield f"{run.probe} ({run.transport}): {run.outcome}, {run.duration_s * 1000:.0f} ms{why}"
    for exchange in one.exchanges:
        yield f"  asks   {exchange.asks}"
        for text in _reply(exchange, whole=whole):
            yield f"  reply  {text}"
    for reading in one.readings:
        yield f"  fact   {_fact(reading)}"
    for row in one.listed if whole else one.listed[:_ROWS]:
        told = ", ".join(f"{name} = {value_text(value)}" for name, value in row.items())
        yield f"  row    {told}"
    yield from _left_out(len(one.listed), whole=whole)


def _reply(exchange: Exchange, *, whole: bool) -> Iterator[str]:
    reply = exchange.reply
    if isinstance(reply, NoAnswer):
        yield f"none: {reply.why}. {reply.detail}".rstrip(". ")
        return
    if not reply.rows:
        yield "no rows"
    for row in reply.rows if whole else reply.rows[:_ROWS]:
        text = "  ".join(f"{name}={_cell(cell)}" for name, cell in row.items()) or "no such object"
        yield text if whole else text[:_WIDTH] + ("…" if len(text) > _WIDTH else "")
    yield from (text.strip() for text in _left_out(len(reply.rows), whole=whole))


def _left_out(count: int, *, whole: bool) -> Iterator[str]:
    if not whole and count > _ROWS:
        yield f"  …      {count - _ROWS} more rows; -v shows all"


def _cell(cell: Cell) -> str:
    if isinstance(cell, bytes):
        return f"hex:{cell.hex()}"
    text = str(cell)
    return text if text.isprintable() else repr(text)


def _fact(reading: Reading) -> str:
    if isinstance(reading, Fact):
        return f"{reading.name} = {value_text(reading.value)}"
    return f"{reading.name}: {reading.why}. {reading.detail}".rstrip(". ")


def tried_document(one: Tried) -> dict[str, object]:
    """One probe as JSON."""
    return {
        "probe": one.run.probe,
        "device": one.run.device,
        "transport": one.run.transport,
        "outcome": one.run.outcome,
        "duration_s": one.run.duration_s,
        "why": one.run.why,
        "exchanges": [_exchange(exchange) for exchange in one.exchanges],
        "facts": [_reading(reading) for reading in one.readings],
        "rows": [{name: _plain(value) for name, value in row.items()} for row in one.listed],
    }


def _exchange(one: Exchange) -> dict[str, object]:
    reply = one.reply
    if isinstance(reply, NoAnswer):
        return {"device": one.device, "asks": one.asks, "why": reply.why, "detail": reply.detail}
    rows = [_row(row) for row in reply.rows]
    return {"device": one.device, "asks": one.asks, "rows": rows, "cut": reply.cut}


def _row(row: Mapping[str, Cell]) -> dict[str, object]:
    return {n: {"hex": c.hex()} if isinstance(c, bytes) else c for n, c in row.items()}


def _reading(reading: Reading) -> dict[str, object]:
    if isinstance(reading, Fact):
        return {"fact": reading.name, "value": _plain(reading.value)}
    return {"fact": reading.name, "why": reading.why, "detail": reading.detail}


def _plain(value: Value) -> object:
    return list(value) if isinstance(value, tuple) else value
