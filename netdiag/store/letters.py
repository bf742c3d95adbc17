"""What was sent to ticket systems: begun, done, or given up and waiting for a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from netdiag.model.letter import Letter, LetterState
from netdiag.store.database import Database
from netdiag.store.tables import ticket_letters as table


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A letter that is to be sent. `perhaps_there`: it was begun before, and nobody knows how that
    ended, so it has to be looked for first. `result` is set when it is known to be done."""

    perhaps_there: bool
    result: str | None = None


class Letters:
    """Letters by their keys: the same act again is the same letter."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(
        self,
        key: str,
        *,
        system: str,
        external_id: str,
        act: str,
        work: Mapping[str, Any],
        now: datetime,
    ) -> Begun:
        """Write down that it will be sent, before it is."""
        row = {
            "key": key,
            "system": system,
            "external_id": external_id,
            "act": act,
            "state": str(LetterState.BEGUN),
            "attempts": 1,
            "begun_at": now,
            "error": "",
            "result": "",
            "work": dict(work),
        }
        with self._database.write() as connection:
            try:
                with connection.begin_nested():
                    connection.execute(insert(table).values(row))
            except IntegrityError:
                known = connection.execute(select(table).where(table.c.key == key)).one()
                if known.state == LetterState.DONE:
                    return Begun(perhaps_there=True, result=known.result)
                more = update(table).where(table.c.key == key)
                connection.execute(
                    more.values(attempts=known.attempts + 1, state=str(LetterState.BEGUN))
                )
                return Begun(perhaps_there=True)
        return Begun(perhaps_there=False)

    def done(self, key: str, result: str, now: datetime) -> None:
        """It arrived."""
        self._end(key, LetterState.DONE, now, error="", result=result)

    def failed(self, key: str, error: str, now: datetime, *, dead: bool) -> None:
        """It did not arrive; `dead`: and will not be tried again by itself."""
        self._end(key, LetterState.DEAD if dead else LetterState.BEGUN, now, error=error)

    def bury(self, work: Mapping[str, Any], why: str, now: datetime) -> None:
        """What this work began and did not finish is dead; if it began nothing, the whole is."""
        of_work = table.c.key.startswith(f"{work['key']}:", autoescape=True)
        begun = of_work & (table.c.state == str(LetterState.BEGUN))
        with self._database.write() as connection:
            died = connection.execute(
                update(table)
                .where(begun)
                .values(state=str(LetterState.DEAD), ended_at=now, error=why)
            )
            if died.rowcount:
                return
            row = {
                "key": f"{work['key']}:whole",
                "system": work["system"],
                "external_id": work["ticket"],
                "act": "whole",
                "state": str(LetterState.DEAD),
                "attempts": 1,
                "begun_at": now,
                "ended_at": now,
                "error": why,
                "result": "",
                "work": dict(work),
            }
            connection.execute(delete(table).where(table.c.key == row["key"]))
            connection.execute(insert(table).values(row))

    def resent(self, key: str, now: datetime) -> None:
        """A person had it sent again."""
        self._end(key, LetterState.RESENT, now)

    def dead(self, limit: int = 1000) -> list[Letter]:
        """Those that were given up, oldest first."""
        query = select(table).where(table.c.state == str(LetterState.DEAD))
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(table.c.id).limit(limit))
            return [_letter(row) for row in rows]

    def get(self, number: int) -> Letter | None:
        """One letter by its number."""
        with self._database.read() as connection:
            row = connection.execute(select(table).where(table.c.id == number)).first()
        return None if row is None else _letter(row)

    def _end(self, key: str, state: LetterState, now: datetime, **values: str) -> None:
        with self._database.write() as connection:
            connection.execute(
                update(table)
                .where(table.c.key == key)
                .values(state=str(state), ended_at=now, **values)
            )


def _letter(row: Row[Any]) -> Letter:
    values = {name: row._mapping[name] for name in Letter.__dataclass_fields__}
    return Letter(**values | {"state": LetterState(values["state"])})
