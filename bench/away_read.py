"""What a worker had swept alone, and what of it the store holds."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.away_stage import expected

Rows = dict[str, list[tuple[Any, ...]]]
_SWEEPS = "SELECT id FROM sweeps WHERE state = 'done'"
_EVENTS = "SELECT subject, state, at FROM events WHERE source = 'sweep'"


@dataclass(slots=True, kw_only=True)
class Brought:
    """Of the file and of the store. `doubled`: rows that are there twice; `late_work`: durable
    pieces of work that tell a late finding."""

    sweeps: int = 0
    sweeps_lost: int = 0
    events: int = 0
    events_lost: int = 0
    doubled: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    more: list[str] = field(default_factory=list)
    late_findings: int = 0
    late_work: int = 0


def waiting(spool: Path) -> Rows:
    """Sweeps that ended and events of the file."""
    with closing(sqlite3.connect(spool)) as file:
        return {"sweeps": file.execute(_SWEEPS).fetchall(), "events": _events(file)}


def _events(file: sqlite3.Connection) -> list[tuple[Any, ...]]:
    rows = file.execute(_EVENTS).fetchall()
    return [(subject, state, datetime.fromisoformat(at)) for subject, state, at in rows]


def compared(store: str, had: Rows, cut: float) -> Brought:
    """What the store holds of what the worker `had`, and of what was staged."""
    engine = sa.create_engine(store)
    with engine.connect() as connection:

        def rows(query: str) -> list[Any]:
            return list(connection.execute(sa.text(query)))

        ids = {row.id for row in rows(_SWEEPS)}
        events = [(row.subject, row.state, row.at) for row in rows(_EVENTS)]
        found = rows("SELECT device, rule, port, state, since, id FROM findings")
        work = rows("SELECT name FROM dbos.workflow_status")
    engine.dispose()
    places = [(row.device, row.rule, row.port, row.state) for row in found]
    late = [row for row in found if row.state == "open" and row.since.timestamp() > 0]
    there = set(places)
    return Brought(
        sweeps=len(had["sweeps"]),
        sweeps_lost=sum(key not in ids for (key,) in had["sweeps"]),
        events=len(had["events"]),
        events_lost=sum(one not in events for one in had["events"]),
        doubled=[str(one) for one, n in Counter([*places, *events]).items() if n > 1],
        missed=sorted(" ".join(one) for one in expected() - there),
        more=sorted(" ".join(one) for one in there - expected()),
        late_findings=sum(row.since.replace(tzinfo=UTC).timestamp() > cut for row in late),
        late_work=sum(row.name == "sweep-late" for row in work),
    )
