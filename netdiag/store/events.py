"""Events that came in: session drops, traps, contacts. Kept once each; inference reads on by id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, text

from netdiag.model.event import Event
from netdiag.store.database import Database
from netdiag.store.tables import events

_MANY = 20_000  # rows read at once
_BITE = 400  # keys in one IN (…)
_LOCK = 727_100_235  # pg_advisory_xact_lock: ids are seen in the order in which they are given


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An event with its id, which rises with every one that is received."""

    number: int
    received_at: datetime
    event: Event


class Events:
    """Events in the order of receipt."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, found: Iterable[Event], now: datetime) -> int:
        """Keep those that are not there yet, in one transaction; how many that were."""
        by_key = {event.once: event for event in found}
        if not by_key:
            return 0
        with self._database.write() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
            for key in _known(connection, list(by_key)):
                del by_key[key]
            rows = [_row(event, key, now) for key, event in by_key.items()]
            if rows:
                connection.execute(insert(events), rows)
        return len(rows)

    def since(self, moment: datetime, limit: int = 100_000) -> list[Event]:
        """Events received since then, in the order of receipt."""
        query = select(events).where(events.c.received_at >= moment).order_by(events.c.id)
        with self._database.read() as connection:
            return [_event(row) for row in connection.execute(query.limit(limit))]

    def after(self, number: int, limit: int = 5000) -> list[Kept]:
        """The next events behind that id."""
        query = select(events).where(events.c.id > number).order_by(events.c.id).limit(limit)
        with self._database.read() as connection:
            return [
                Kept(number=row.id, received_at=row.received_at, event=_event(row))
                for row in connection.execute(query)
            ]

    def before(self, moment: datetime) -> int:
        """The last id that was received before then; 0 when there is none."""
        query = select(func.max(events.c.id)).where(events.c.received_at < moment)
        with self._database.read() as connection:
            return int(connection.execute(query).scalar() or 0)

    def first_session(self, since: datetime) -> datetime | None:
        """When the first session event since then was received."""
        query = select(func.min(events.c.received_at)).where(
            events.c.received_at >= since, events.c.kind == "session"
        )
        with self._database.read() as connection:
            return connection.execute(query).scalar()

    def sessions(self, since: datetime, until: datetime) -> Iterator[tuple[datetime, str, str]]:
        """Moment, subject and state of session events, in the order of receipt, read in bites."""
        number = self.before(since)
        columns = (events.c.id, events.c.at, events.c.subject, events.c.state)
        wanted = (events.c.kind == "session", events.c.received_at < until)
        while True:
            query = select(*columns).where(events.c.id > number, *wanted).order_by(events.c.id)
            with self._database.read() as connection:
                rows = connection.execute(query.limit(_MANY)).all()
            yield from ((row.at, row.subject, row.state) for row in rows)
            if len(rows) < _MANY:
                return
            number = rows[-1].id

    def newest(self) -> int:
        """The highest id; 0 when there is none."""
        with self._database.read() as connection:
            return int(connection.execute(select(func.max(events.c.id))).scalar() or 0)

    def of(self, subjects: Iterable[str], since: datetime, limit: int = 500) -> list[Event]:
        """What was seen of these subjects, the newest first."""
        wanted = list(subjects)[:_BITE]
        query = select(events).where(events.c.subject.in_(wanted), events.c.at >= since)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(events.c.at.desc()).limit(limit))
            return [_event(row) for row in rows]


def _known(connection: Connection, keys: list[str]) -> Iterator[str]:
    for begin in range(0, len(keys), _BITE):
        bite = keys[begin : begin + _BITE]
        query = select(events.c.once).where(events.c.once.in_(bite))
        yield from connection.execute(query).scalars()


def _row(event: Event, key: str, now: datetime) -> dict[str, Any]:
    return {
        "received_at": now,
        "at": event.at,
        "source": event.source,
        "subject": event.subject,
        "kind": event.kind,
        "state": event.state,
        "detail": event.detail,
        "once": key,
    }


def _event(row: Row[tuple[Any, ...]]) -> Event:
    return Event(
        at=row.at,
        source=row.source,
        subject=row.subject,
        kind=row.kind,
        state=row.state,
        detail=row.detail,
    )
