"""Readings of earlier runs: for rates, and for facts that stay true for a while."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from netdiag.model.errors import NetdiagError
from netdiag.model.fact import Fact, Source, is_value
from netdiag.store.database import Database

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Executable, Select

_OLDEST = timedelta(hours=1)  # a rate over a longer window says little about now
_BEST_AGE = timedelta(seconds=30)
_KEPT = timedelta(days=2)
_OF_SUBSCRIBER = "session."


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Whose readings: what was read of the port belongs to the port; sessions, and what other
    devices said for this subscriber, belong to him. Several may share one port."""

    device: str
    port: str
    subscriber: str

    @property
    def both(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """Columns device and port of the port's rows, and of the subscriber's."""
        return (self.device, self.port), ("", self.subscriber)

    def key(self, fact: Fact) -> tuple[str, str]:
        """Under which of the two a fact is kept."""
        elsewhere = fact.source.device not in (None, self.device)
        return self.both[1 if elsewhere or fact.name.startswith(_OF_SUBSCRIBER) else 0]


class Readings:
    """The readings in the store. Every failure of it is survived: without the store rates take a
    second reading, nothing else changes. `trouble` says why."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._failed: str | None = None
        self._damaged = 0

    @property
    def trouble(self) -> str | None:
        """A sentence when the store failed or holds rows that cannot be read."""
        if self._failed or not self._damaged:
            return self._failed
        return (
            f"{self._damaged} stored readings are damaged and were left out. Look at the table "
            f"'readings' of {self._database.shown} if this goes on."
        )

    def earlier(self, place: Place, now: datetime) -> tuple[Fact, ...]:
        """Per fact the youngest reading that is at least 30 s old, else the oldest. What is too
        old for its use the caller leaves out: `too_old`, and the vocabulary's freshness."""
        from sqlalchemy import String, or_, select, type_coerce

        from netdiag.store.schema import readings as table

        # As text: a row that holds no time must not keep the others from being read.
        moment = type_coerce(table.c.measured_at, String).label("measured_at")
        query = (
            select(table.c.fact, table.c.value, table.c.probe, table.c.transport, moment)
            .where(or_(*(_of(key) for key in place.both)))
            .where(table.c.measured_at <= _utc(now))
            .order_by(table.c.measured_at)
        )
        rows = self._fetch(query)
        facts = [fact for row in rows if (fact := _fact(row)) is not None]
        self._note_damage(len(rows) - len(facts))
        found: dict[str, Fact] = {}
        for fact in facts:
            known = found.get(fact.name)
            if known is None or now - fact.measured_at >= _BEST_AGE:
                found[fact.name] = fact
        return tuple(found.values())

    def keep(self, place: Place, facts: Iterable[Fact]) -> None:
        """Remember these readings; forget those of this place that are too old."""
        from sqlalchemy import delete, insert, or_

        from netdiag.store.schema import readings as table

        kept = list(facts)
        if not kept:
            return
        rows = [_row(place.key(fact), fact) for fact in kept]
        oldest = _utc(max(fact.measured_at for fact in kept) - _KEPT)
        forget = delete(table).where(
            or_(*(_of(key) for key in place.both)), table.c.measured_at < oldest
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

    def _note_damage(self, rows: int) -> None:
        self._damaged = rows
        if rows:
            logging.getLogger(__name__).warning("%d damaged readings were left out", rows)

    def _fetch(self, query: Select[Any]) -> list[dict[str, object]]:
        try:
            with self._database.read() as connection:
                return [dict(row) for row in connection.execute(query).mappings()]
        except NetdiagError as error:
            self._failed = str(error)
            return []

    def _execute(self, statements: Iterable[tuple[Executable, Any]]) -> bool:
        try:
            with self._database.write() as connection:
                for statement, rows in statements:
                    connection.execute(statement, rows)
        except NetdiagError as error:
            self._failed = str(error)
            return False
        self._failed = None
        return True


def too_old(fact: Fact, now: datetime) -> bool:
    """Is a stored counter too old to make a rate with?"""
    return now - fact.measured_at > _OLDEST


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _of(key: tuple[str, str]) -> ColumnElement[bool]:
    from netdiag.store.schema import readings as table

    return (table.c.device == key[0]) & (table.c.port == key[1])


def _row(key: tuple[str, str], fact: Fact) -> dict[str, object]:
    value = list(fact.value) if isinstance(fact.value, tuple) else fact.value
    return {
        "device": key[0],
        "port": key[1],
        "fact": fact.name,
        "value": json.dumps({"value": value, "device": fact.source.device}),
        "probe": fact.source.probe,
        "transport": fact.source.transport,
        "measured_at": _utc(fact.measured_at),
    }


def _fact(row: Mapping[str, object]) -> Fact | None:
    """The reading of a row; None when the row is damaged."""
    try:
        told = json.loads(str(row["value"]))
        moment = datetime.fromisoformat(str(row["measured_at"]))
        # Before subscribers had rows of their own, the value stood there alone.
        value, device = (told["value"], told["device"]) if isinstance(told, dict) else (told, None)
    except (KeyError, ValueError):
        return None
    value = tuple(value) if isinstance(value, list) else value
    if not is_value(value) or not isinstance(device, str | None):
        return None
    source = Source(
        transport="stored",
        probe=str(row["probe"]),
        query=f"stored reading ({row['transport']})",
        device=device,
    )
    name = str(row["fact"])
    return Fact(name=name, value=value, source=source, measured_at=moment.replace(tzinfo=UTC))
