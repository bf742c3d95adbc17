"""Readings of earlier runs: for rates, and for facts that stay true for a while."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from netdiag.model.fact import Fact, Source, Value

if TYPE_CHECKING:
    from sqlalchemy import Engine

_OLDEST = timedelta(hours=1)  # a rate over a longer window says little about now
_BEST_AGE = timedelta(seconds=30)
_KEPT = timedelta(days=2)


class Readings:
    """The readings store in `directory/netdiag.db`. Every failure of the disk is survived:
    without the store rates take a second reading, nothing else changes. `trouble` says why."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / "netdiag.db"
        self._made: Engine | None = None
        self._making = Lock()
        self.trouble: str | None = None

    def earlier(self, device: str, port: str, now: datetime) -> tuple[Fact, ...]:
        """Per fact the youngest reading that is at least 30 s old, else the oldest. What is too
        old for its use the caller leaves out: `too_old`, and the vocabulary's freshness."""
        from sqlalchemy import select

        from netdiag.store.schema import readings as table

        query = (
            select(table)
            .where(table.c.device == device, table.c.port == port)
            .where(table.c.measured_at <= _utc(now))
            .order_by(table.c.measured_at)
        )
        found: dict[str, Fact] = {}
        for row in self._fetch(query):
            fact = _fact(row)
            known = found.get(fact.name)
            if known is None or now - fact.measured_at >= _BEST_AGE:
                found[fact.name] = fact
        return tuple(found.values())

    def keep(self, device: str, port: str, facts: Iterable[Fact]) -> None:
        """Remember these readings; forget those of this place that are too old."""
        from sqlalchemy import delete, insert

        from netdiag.store.schema import readings as table

        kept = list(facts)
        if not kept:
            return
        rows = [_row(device, port, fact) for fact in kept]
        oldest = _utc(max(fact.measured_at for fact in kept) - _KEPT)
        forget = delete(table).where(
            table.c.device == device, table.c.port == port, table.c.measured_at < oldest
        )
        self._execute([(insert(table), rows), (forget, None)])

    def record(self, *, who: str, what: str, device: str, port: str, why: str) -> bool:
        """Write one line of the audit record; False when it could not be written."""
        from sqlalchemy import insert

        from netdiag.store.schema import audit

        row = {
            "at": _utc(datetime.now(UTC)),
            "who": who,
            "what": what,
            "device": device,
            "port": port,
            "why": why,
        }
        return self._execute([(insert(audit), [row])])

    def close(self) -> None:
        """Close the database."""
        if self._made is not None:
            self._made.dispose()
            self._made = None

    def _engine(self) -> Engine:
        from sqlalchemy import create_engine

        from netdiag.store.schema import metadata

        with self._making:
            if self._made is None:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                made = create_engine(f"sqlite:///{self._path}", connect_args={"timeout": 1.0})
                metadata.create_all(made)
                self._made = made
            return self._made

    def _fetch(self, query: object) -> list[dict[str, object]]:
        from sqlalchemy import Select
        from sqlalchemy.exc import SQLAlchemyError

        if not isinstance(query, Select):
            return []
        try:
            with self._engine().connect() as connection:
                return [dict(row) for row in connection.execute(query).mappings()]
        except (SQLAlchemyError, OSError) as error:
            self.trouble = _told(error)
            return []

    def _execute(self, statements: Iterable[tuple[object, object]]) -> bool:
        from sqlalchemy.exc import SQLAlchemyError

        try:
            with self._engine().begin() as connection:
                for statement, rows in statements:
                    connection.execute(statement, rows)  # type: ignore[call-overload]
        except (SQLAlchemyError, OSError) as error:
            self.trouble = _told(error)
            return False
        self.trouble = None
        return True


def too_old(fact: Fact, now: datetime) -> bool:
    """Is a stored counter too old to make a rate with?"""
    return now - fact.measured_at > _OLDEST


def _told(error: Exception) -> str:
    first = str(error).splitlines()[0] if str(error) else type(error).__name__
    return f"the store of readings cannot be used: {first}"


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _row(device: str, port: str, fact: Fact) -> dict[str, object]:
    value = list(fact.value) if isinstance(fact.value, tuple) else fact.value
    return {
        "device": device,
        "port": port,
        "fact": fact.name,
        "value": json.dumps(value),
        "probe": fact.source.probe,
        "transport": fact.source.transport,
        "measured_at": _utc(fact.measured_at),
    }


def _fact(row: dict[str, object]) -> Fact:
    value = json.loads(str(row["value"]))
    measured = row["measured_at"]
    moment = measured if isinstance(measured, datetime) else datetime.fromisoformat(str(measured))
    typed: Value = tuple(value) if isinstance(value, list) else value
    source = Source(
        transport="stored",
        probe=str(row["probe"]),
        query=f"stored reading ({row['transport']})",
        device=str(row["device"]),
    )
    return Fact(
        name=str(row["fact"]), value=typed, source=source, measured_at=moment.replace(tzinfo=UTC)
    )
