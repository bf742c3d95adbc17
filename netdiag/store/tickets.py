"""Tickets and every event of their lives, for the desk's work and for statistics."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, insert, select, text, true, update
from sqlalchemy.exc import IntegrityError

from netdiag.model.ticket import LIVE, Case, Happened, Origin, TicketEvent, TicketState
from netdiag.store.database import Database
from netdiag.store.tables import ticket_events, tickets

_NAMES = tuple(one.name for one in fields(Case))


class Tickets:
    """Cases by (system, external id), and their events."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take_in(self, case: Case) -> tuple[Case, bool]:
        """The case of that ticket, made when it is new; and whether it is new."""
        with self._database.write() as connection:
            try:
                with connection.begin_nested():
                    row = _row(case)
                    row.pop("id")
                    connection.execute(insert(tickets).values(row))
            except IntegrityError:
                return _need(connection, case.system, case.external_id), False
            return _need(connection, case.system, case.external_id), True

    def keep(self, case: Case, *events: TicketEvent) -> None:
        """Write the case as it is now, with what happened; an event known by its key stays one."""
        with self._database.write() as connection:
            row = _row(case)
            row.pop("id")
            connection.execute(update(tickets).where(tickets.c.id == case.id).values(row))
            for event in events:
                _add(connection, case.id, event)

    def add(self, number: int, *events: TicketEvent) -> None:
        """Write down what happened, and leave the case as it is."""
        with self._database.write() as connection:
            for event in events:
                _add(connection, number, event)

    def claim(self, case: Case, subscriber: str, *, anew: bool = False) -> Case | None:
        """Give the case its subscriber. When another open ticket of his was there before, that one
        comes back. Of two at once one is the first; asked again the answer is the same, unless it
        is asked `anew`, because the first one is over."""
        with self._database.write() as connection:
            _only_one(connection, self._database.is_sqlite, subscriber)
            mine = _need(connection, case.system, case.external_id)
            if mine.subscriber == subscriber and not anew:
                earlier = mine.fields.get("duplicate_of")
            else:
                first = _first_of(connection, subscriber)
                earlier = None if first == mine.id else first
                fields = {k: v for k, v in mine.fields.items() if k != "duplicate_of"}
                values: dict[str, Any] = {"subscriber": subscriber, "fields": fields}
                if earlier is not None:
                    values |= {"repeat_of": earlier, "fields": fields | {"duplicate_of": earlier}}
                connection.execute(update(tickets).where(tickets.c.id == mine.id).values(values))
        return None if earlier is None else self.by_id(earlier)

    def get(self, system: str, external_id: str) -> Case | None:
        """One case."""
        with self._database.read() as connection:
            row = connection.execute(_of(system, external_id)).first()
        return None if row is None else _case(row)

    def by_id(self, number: int) -> Case | None:
        """One case by the store's own number."""
        found = self._where(tickets.c.id == number, limit=1)
        return found[0] if found else None

    def of_subscriber(self, subscriber: str, limit: int = 20) -> list[Case]:
        """His tickets, newest first."""
        return self._where(tickets.c.subscriber == subscriber, limit=limit)

    def of_outage(self, outage: str, limit: int = 100_000) -> list[Case]:
        """All that are linked to an outage and not over."""
        live = tickets.c.state.in_([str(s) for s in LIVE])
        return self._where(and_(tickets.c.outage == outage, live), limit=limit)

    def all_of_outage(self, outage: str, limit: int = 1000) -> list[Case]:
        """All that were linked to an outage, newest first."""
        return self._where(tickets.c.outage == outage, limit=limit)

    def live(self, system: str | None = None, limit: int = 100_000) -> list[Case]:
        """All that are not over, newest first."""
        live: ColumnElement[bool] = tickets.c.state.in_([str(s) for s in LIVE])
        if system is not None:
            live = and_(live, tickets.c.system == system)
        return self._where(live, limit=limit)

    def newest(
        self, limit: int = 50, *, subscriber: str | None = None, live: bool = False
    ) -> list[Case]:
        """The tickets that changed last; of one subscriber, only those that are not over."""
        asked = true() if subscriber is None else tickets.c.subscriber == subscriber
        if live:
            asked = and_(asked, tickets.c.state.in_([str(s) for s in LIVE]))
        return self._where(asked, limit=limit)

    def life(self, case: int) -> list[TicketEvent]:
        """What happened to a ticket, oldest first."""
        query = select(ticket_events).where(ticket_events.c.ticket == case)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(ticket_events.c.at, ticket_events.c.id))
            return [_event(row) for row in rows]

    def events_since(self, moment: datetime) -> list[tuple[int, TicketEvent]]:
        """(number of the case, event) of all cases since then, oldest first."""
        query = select(ticket_events).where(ticket_events.c.at >= moment)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(ticket_events.c.at, ticket_events.c.id))
            return [(row.ticket, _event(row)) for row in rows]

    def cases(self, numbers: Iterable[int]) -> dict[int, Case]:
        """Cases by their numbers."""
        found: dict[int, Case] = {}
        wanted = sorted(set(numbers))
        for start in range(0, len(wanted), 500):
            some = tickets.c.id.in_(wanted[start : start + 500])
            found |= {case.id: case for case in self._where(some, limit=500)}
        return found

    def count(self, kind: Happened, since: datetime) -> int:
        """How many events of a kind since then."""
        query = select(ticket_events.c.id).where(
            ticket_events.c.kind == str(kind), ticket_events.c.at >= since
        )
        with self._database.read() as connection:
            return len(connection.execute(query).all())

    def _where(self, condition: ColumnElement[bool], *, limit: int) -> list[Case]:
        query = select(tickets).where(condition)
        query = query.order_by(tickets.c.changed_at.desc(), tickets.c.id.desc()).limit(limit)
        with self._database.read() as connection:
            return [_case(row) for row in connection.execute(query)]


def _only_one(connection: Connection, is_sqlite: bool, subscriber: str) -> None:
    """Two workers on PostgreSQL look at one subscriber's tickets one after the other; SQLite has
    one writer at a time anyway."""
    if not is_sqlite:
        lock = text("SELECT pg_advisory_xact_lock(hashtext(:subscriber))")
        connection.execute(lock, {"subscriber": subscriber})


def _first_of(connection: Connection, subscriber: str) -> int | None:
    query = select(tickets.c.id).where(
        tickets.c.subscriber == subscriber,
        tickets.c.state.in_([str(s) for s in LIVE]),
        tickets.c.origin != str(Origin.OUTAGE),
    )
    found: int | None = connection.execute(query.order_by(tickets.c.id)).scalar()
    return found


def _of(system: str, external_id: str) -> Any:
    return select(tickets).where(tickets.c.system == system, tickets.c.external_id == external_id)


def _need(connection: Connection, system: str, external_id: str) -> Case:
    return _case(connection.execute(_of(system, external_id)).one())


def _add(connection: Connection, case: int, event: TicketEvent) -> None:
    row = {name: getattr(event, name) for name in TicketEvent.__dataclass_fields__}
    row |= {"ticket": case, "kind": str(event.kind), "detail": dict(event.detail)}
    try:
        with connection.begin_nested():
            connection.execute(insert(ticket_events).values(row))
    except IntegrityError:
        return


def _row(case: Case) -> dict[str, Any]:
    row = {name: getattr(case, name) for name in _NAMES}
    return row | {
        "state": str(case.state),
        "origin": str(case.origin),
        "fields": dict(case.fields),
    }


def _case(row: Row[Any]) -> Case:
    values = {name: row._mapping[name] for name in _NAMES}
    case = Case(**values)
    return replace(case, state=TicketState(case.state), origin=Origin(case.origin or Origin.PERSON))


def _event(row: Row[Any]) -> TicketEvent:
    values = {name: row._mapping[name] for name in TicketEvent.__dataclass_fields__}
    return TicketEvent(**values | {"kind": Happened(values["kind"])})
