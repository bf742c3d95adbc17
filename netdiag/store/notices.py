"""Notices: each is told once, and what is not told stands here with its reason."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from netdiag.model.notice import News, Notice, NoticeState
from netdiag.store.database import Database
from netdiag.store.tables import notices as table

WAITING = (NoticeState.DUE, NoticeState.HELD)


class Notices:
    """Notices by key."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, key: str, outage: str, destination: str, kind: News, now: datetime) -> bool:
        """Enter one as due; False when it was entered before."""
        with self._database.write() as connection:
            if connection.execute(select(table.c.id).where(table.c.key == key)).first():
                return False
            row = {"key": key, "outage": outage, "destination": destination, "kind": str(kind)}
            row |= {"state": str(NoticeState.DUE), "why": ""}
            connection.execute(insert(table).values(at=now, **row))
        return True

    def waiting(self, destination: str) -> list[Notice]:
        """Due and held ones of a destination, the oldest first."""
        return self._of(
            table.c.destination == destination, table.c.state.in_([str(one) for one in WAITING])
        )

    def going(self) -> list[str]:
        """Messages that are under way."""
        query = select(table.c.message).where(table.c.state == str(NoticeState.SENDING)).distinct()
        with self._database.read() as connection:
            return [key for key in connection.execute(query).scalars() if key]

    def of_outage(self, outage: str) -> list[Notice]:
        """All of one outage."""
        return self._of(table.c.outage == outage)

    def of_message(self, message: str) -> list[Notice]:
        """All of one message."""
        return self._of(table.c.message == message)

    def held(self, since: datetime) -> list[Notice]:
        """What is held back now, and what was dropped or failed since then."""
        lost = (str(NoticeState.DROPPED), str(NoticeState.FAILED))
        now = self._of(table.c.state == str(NoticeState.HELD))
        return [*now, *self._of(table.c.state.in_(lost), table.c.at >= since)]

    def messages(self, destination: str, since: datetime) -> list[datetime]:
        """When messages left for a destination since then, one time each."""
        going = (str(NoticeState.SENT), str(NoticeState.SENDING))
        query = select(table.c.message, table.c.ended_at).where(
            table.c.destination == destination, table.c.state.in_(going), table.c.ended_at >= since
        )
        with self._database.read() as connection:
            return sorted({row.message: row.ended_at for row in connection.execute(query)}.values())

    def put(
        self,
        numbers: Iterable[int],
        state: NoticeState,
        *,
        why: str = "",
        message: str = "",
        now: datetime | None = None,
        of: Collection[NoticeState] = tuple(NoticeState),
    ) -> None:
        """Change the state of some; only of those that are in one of the states `of`, for another
        process may have been at them meanwhile."""
        values: dict[str, Any] = {"state": str(state), "why": why}
        if message:
            values["message"] = message
        if now is not None:
            values["ended_at"] = now
        with self._database.write() as connection:
            which = (table.c.id.in_(list(numbers)), table.c.state.in_([str(one) for one in of]))
            connection.execute(update(table).where(*which).values(values))

    def _of(self, *which: Any) -> list[Notice]:
        with self._database.read() as connection:
            rows = connection.execute(select(table).where(*which).order_by(table.c.id))
            return [_notice(row) for row in rows]


def _notice(row: Row[tuple[Any, ...]]) -> Notice:
    values = dict(row._mapping)
    return Notice(**values | {"kind": News(row.kind), "state": NoticeState(row.state)})
