"""Questions of the board to the store: counts and last lines, each one indexed query."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from netdiag.store.database import Database
from netdiag.store.tables import diagnoses, events, outage_log, tickets

_MOST_EVENTS = 20_000
_INFERENCE = "inference"  # who writes the register by itself
_OWN = "diagnosis"  # the source that service/watch/evidence.py gives them


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """The last words of a person or of inference on an outage."""

    at: datetime
    who: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Diagnoses of one fault on one device."""

    device: str
    fault: str
    side: str
    count: int
    last: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The last state that was reported of a subject, and how often it changed before."""

    subject: str
    kind: str
    state: str
    at: datetime
    changes: int


class Glance:
    """Reads only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def last_notes(self, outages: Collection[str]) -> dict[str, Note]:
        """The newest line with words in it, per outage: a person's, else inference's."""
        by_person = outage_log.c.who != _INFERENCE
        newest = (
            select(func.max(outage_log.c.id))
            .where(outage_log.c.outage.in_(outages), outage_log.c.note != "")
            .group_by(outage_log.c.outage, by_person)
        )
        query = select(outage_log).where(outage_log.c.id.in_(newest))
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(by_person)).all()
        return {row.outage: Note(at=row.at, who=row.who, text=row.note) for row in rows}

    def tickets_of(self, outages: Collection[str]) -> dict[str, int]:
        """How many tickets are linked to each outage."""
        query = (
            select(tickets.c.outage, func.count())
            .where(tickets.c.outage.in_(outages))
            .group_by(tickets.c.outage)
        )
        with self._database.read() as connection:
            return {str(outage): count for outage, count in connection.execute(query)}

    def sides(self, begin: datetime, end: datetime) -> dict[str, int]:
        """Diagnoses per side that ended between these moments."""
        query = (
            select(diagnoses.c.side, func.count())
            .where(diagnoses.c.finished_at >= begin, diagnoses.c.finished_at < end)
            .group_by(diagnoses.c.side)
        )
        with self._database.read() as connection:
            return {str(side): count for side, count in connection.execute(query)}

    def first_diagnosis(self) -> datetime | None:
        """When the oldest one that is kept ended."""
        with self._database.read() as connection:
            return connection.execute(select(func.min(diagnoses.c.finished_at))).scalar()

    def faults(self, since: datetime, sides: Collection[str]) -> list[Found]:
        """Measured diagnoses of these sides per device and fault, those seen most first. Answers
        from the register (which take no time) measure nothing and do not count."""
        where: list[ColumnElement[bool]] = [
            diagnoses.c.finished_at >= since,
            diagnoses.c.finished_at > diagnoses.c.started_at,
            diagnoses.c.side.in_(sides),
            diagnoses.c.device.is_not(None),
        ]
        subscribers = func.count(diagnoses.c.subscriber.distinct())
        query = (
            select(
                diagnoses.c.device, diagnoses.c.fault, diagnoses.c.side, subscribers,
                func.max(diagnoses.c.finished_at),
            )
            .where(*where)
            .group_by(diagnoses.c.device, diagnoses.c.fault, diagnoses.c.side)
            .order_by(subscribers.desc())
        )  # fmt: skip
        with self._database.read() as connection:
            return [
                Found(device=device, fault=fault, side=side, count=count, last=last)
                for device, fault, side, count, last in connection.execute(query)
            ]

    def reported(self, since: datetime) -> list[Seen]:
        """What events since then say of each subject, in the order of their own times; netdiag's
        own diagnoses, which `faults` counts, are not among them."""
        query = (
            select(events.c.subject, events.c.kind, events.c.state, events.c.at)
            .where(events.c.received_at >= since, events.c.source != _OWN)
            .order_by(events.c.id.desc())
            .limit(_MOST_EVENTS)
        )
        with self._database.read() as connection:
            rows = sorted(connection.execute(query), key=lambda row: row.at)
        return _last_states((row.subject, row.kind, row.state, row.at) for row in rows)


def _last_states(rows: Iterable[tuple[str, str, str, datetime]]) -> list[Seen]:
    found: dict[tuple[str, str], Seen] = {}
    for subject, kind, state, at in rows:
        before = found.get((subject, kind))
        changed = before is not None and before.state != state
        found[subject, kind] = Seen(
            subject=subject,
            kind=kind,
            state=state,
            at=at,
            changes=(before.changes if before else 0) + changed,
        )
    return list(found.values())
