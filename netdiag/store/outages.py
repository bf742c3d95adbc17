"""The register of outages: filled by hand and by inference. Every change is a row, for good."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from netdiag.model.errors import ContentError
from netdiag.model.outage import Cause, Origin, Outage, OutageState
from netdiag.store.database import Database
from netdiag.store.tables import outage_log, outages


class OutageError(ContentError):
    """The register cannot do that; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of an outage's life."""

    at: datetime
    who: str
    state: OutageState
    note: str
    evidence: Mapping[str, Any] = field(default_factory=dict)


Amend = Callable[[Outage], tuple[Outage, Entry] | None]  # None leaves it


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """A line of some outage's life, numbered over all outages."""

    number: int
    outage: str
    entry: Entry


class Register:
    """Outages by id; at most one open one per root."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def database(self) -> Database:
        """Where it is kept."""
        return self._database

    def open(
        self,
        outage: Outage,
        who: str,
        note: str = "",
        evidence: Mapping[str, Any] | None = None,
        at: datetime | None = None,
    ) -> Outage:
        """Enter an outage; `id` may be empty, `at` is when it was found out (its beginning, when
        not given). OutageError when its root has an open one."""
        entered = replace(outage, id=outage.id or f"out-{uuid.uuid4().hex[:8]}")
        entry = Entry(
            at=at or entered.since, who=who, state=entered.state, note=note, evidence=evidence or {}
        )
        with self._database.write() as connection:
            known = _open_of(connection, entered.root)
            if known is not None:
                raise OutageError(
                    f"{entered.root} has the open outage {known.id} since {known.since:%H:%M}. "
                    f"Add a note to it, or close it first."
                )
            connection.execute(insert(outages).values(**_row(entered)))
            _log(connection, entered.id, entry)
        return entered

    def change(self, key: str, amend: Amend) -> Outage:
        """Amend an outage as it stands now: persons and inference write on the same one, and
        neither may take back what the other has just written. Returns it as it stands after."""
        query = select(outages).where(outages.c.id == key).with_for_update()
        with self._database.write() as connection:
            row = connection.execute(query).one_or_none()
            if row is None:
                raise OutageError(f"There is no outage {key}. `netdiag outages` lists them.")
            known = _outage(row)
            amended = amend(known)
            if amended is None:
                return known
            changed, entry = amended
            values = {k: v for k, v in _row(changed).items() if k != "id"}
            connection.execute(update(outages).where(outages.c.id == key).values(values))
            _log(connection, key, entry)
        return changed

    def get(self, key: str) -> Outage | None:
        """One outage by id."""
        with self._database.read() as connection:
            row = connection.execute(select(outages).where(outages.c.id == key)).one_or_none()
        return None if row is None else _outage(row)

    def open_ones(self) -> list[Outage]:
        """All that are not cleared, the oldest first."""
        query = select(outages).where(outages.c.state != OutageState.CLEARED)
        with self._database.read() as connection:
            return [_outage(r) for r in connection.execute(query.order_by(outages.c.since))]

    def cleared_since(self, moment: datetime) -> list[Outage]:
        """Those that ended since then."""
        query = select(outages).where(outages.c.cleared_at >= moment)
        with self._database.read() as connection:
            return [_outage(row) for row in connection.execute(query)]

    def last(self, limit: int = 100) -> list[Outage]:
        """The newest outages, cleared ones too."""
        query = select(outages).order_by(outages.c.since.desc()).limit(limit)
        with self._database.read() as connection:
            return [_outage(row) for row in connection.execute(query)]

    def log_after(self, number: int, limit: int = 500) -> list[Logged]:
        """The next lines of all lives behind that number."""
        query = select(outage_log).where(outage_log.c.id > number).order_by(outage_log.c.id)
        with self._database.read() as connection:
            return [
                Logged(number=row.id, outage=row.outage, entry=_entry(row))
                for row in connection.execute(query.limit(limit))
            ]

    def log(self, key: str) -> list[Entry]:
        """The life of one outage, oldest first."""
        query = select(outage_log).where(outage_log.c.outage == key).order_by(outage_log.c.id)
        with self._database.read() as connection:
            return [_entry(row) for row in connection.execute(query)]


def _open_of(connection: Connection, root: str) -> Outage | None:
    query = select(outages).where(outages.c.root == root, outages.c.state != OutageState.CLEARED)
    row = connection.execute(query).first()
    return None if row is None else _outage(row)


def _entry(row: Row[tuple[Any, ...]]) -> Entry:
    return Entry(
        at=row.at,
        who=row.who,
        state=OutageState(row.state),
        note=row.note,
        evidence=row.evidence,
    )


def _log(connection: Connection, key: str, entry: Entry) -> None:
    row = asdict(entry) | {"outage": key, "state": str(entry.state)}
    connection.execute(insert(outage_log).values(row))


def _row(outage: Outage) -> dict[str, Any]:
    row = asdict(outage)
    return row | {name: str(row[name]) for name in ("state", "cause", "origin")}


def _outage(row: Row[tuple[Any, ...]]) -> Outage:
    values = dict(row._mapping)
    return Outage(
        **values
        | {
            "state": OutageState(values["state"]),
            "cause": Cause(values["cause"]),
            "origin": Origin(values["origin"]),
        }
    )
