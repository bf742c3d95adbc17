"""What is older than its kind is kept is forgotten, in small bites."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import Column, Table, delete, select

from netdiag.store.database import Database
from netdiag.store.fleet_tables import takeovers
from netdiag.store.schema import audit, readings
from netdiag.store.sweep_tables import finding_votes, findings, sweep_days, sweeps
from netdiag.store.tables import (
    diagnoses,
    events,
    feedback,
    history,
    inbox,
    maintenance,
    notices,
    outages,
    ticket_letters,
    tickets,
    touches,
)

_BITE = 2000  # rows of one transaction: writers of the daemon wait no longer than for that
_CLEARED = "cleared"
# Kind of serve.retention, table, and the moment that makes a row old; without one it stays.
_BY_TIME: tuple[tuple[str, Table, Column[datetime]], ...] = (
    ("diagnoses", diagnoses, diagnoses.c.finished_at),
    ("inbox", inbox, inbox.c.received_at),
    ("events", events, events.c.received_at),
    ("readings", readings, readings.c.measured_at),
    ("history", history, history.c.last),
    ("audit", audit, audit.c.at),
    ("audit", touches, touches.c.ended_at),
    ("outages", outages, outages.c.cleared_at),
    ("outages", maintenance, maintenance.c.until),
    ("notices", notices, notices.c.at),
    ("feedback", feedback, feedback.c.at),
    ("feedback", finding_votes, finding_votes.c.at),
    ("tickets", tickets, tickets.c.changed_at),
    ("letters", ticket_letters, ticket_letters.c.begun_at),
    ("sweeps", sweeps, sweeps.c.started_at),
    ("findings", findings, findings.c.closed_at),
    ("jobs", takeovers, takeovers.c.at),
)


def forget(database: Database, days: Mapping[str, int], now: datetime) -> dict[str, int]:
    """Delete rows older than `days` of their kind; how many of each table. An outage is as old as
    its end: an open one stays."""
    gone = {
        table.name: sum(_bites(database, table, moment, _before(table, now, days[kind])))
        for kind, table, moment in _BY_TIME
        if kind in days
    }
    if "sweep_days" in days:
        gone["sweep_days"] = _days(database, now.astimezone(UTC) - timedelta(days["sweep_days"]))
    return gone


def _days(database: Database, before: datetime) -> int:
    """Day by day: each is one transaction, as long as a batch of a sweep."""
    with database.read() as connection:
        query = select(sweep_days.c.day).where(sweep_days.c.day < before.date()).distinct()
        old = [row[0] for row in connection.execute(query)]
    gone = 0
    for day in old:
        with database.write() as connection:
            gone += connection.execute(delete(sweep_days).where(sweep_days.c.day == day)).rowcount
    return gone


def _bites(
    database: Database, table: Table, moment: Column[datetime], before: datetime
) -> Iterator[int]:
    old = select(table.c.id).where(moment < before).limit(_BITE)
    while True:
        with database.write() as connection:
            gone = connection.execute(delete(table).where(table.c.id.in_(old))).rowcount
        yield gone
        if gone < _BITE:
            return


def _before(table: Table, now: datetime, days: int) -> datetime:
    moment = now.astimezone(UTC) - timedelta(days=days)
    # The first two tables are older than the type that knows zones.
    return moment.replace(tzinfo=None) if table in (readings, audit) else moment
