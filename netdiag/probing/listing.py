"""Tables read row by row: each row of the reply gives facts of its own. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, tzinfo

from netdiag.model.fact import Fact, Source, Value
from netdiag.model.probe import Probe
from netdiag.model.vocabulary import Vocabulary
from netdiag.model.wire import Answer
from netdiag.probing.extract import Circumstances, extract
from netdiag.probing.render import Params

Listed = Mapping[str, Value]


def read_each(
    probe: Probe,
    reply: Answer,
    vocabulary: Vocabulary,
    params: Params,
    now: datetime,
    device: str,
    zone: tzinfo = UTC,
) -> tuple[Listed, ...]:
    """Of every row what the probe reads in it, by the names of the facts; empty rows left out."""
    source = Source(
        transport=probe.transport, probe=probe.id, query=probe.title, device=device
    )  # fmt: skip
    at = Circumstances(params=params, now=now, source=source, zone=zone)
    return tuple(row for row in _rows(probe, reply, vocabulary, at) if row)


def _rows(
    probe: Probe, reply: Answer, vocabulary: Vocabulary, at: Circumstances
) -> Iterator[Listed]:
    for row in reply.rows:
        alone = replace(reply, rows=(row,), cut=False)
        readings = extract(probe, alone, vocabulary, at)
        yield {r.name: r.value for r in readings if isinstance(r, Fact)}
