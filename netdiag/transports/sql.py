"""SQL: one SELECT on any database that SQLAlchemy knows, in a thread, before the deadline.

The whole URL is a secret (`sql.url`); errors name the kind of trouble, never the URL. Times come
back as ISO text, with the offset where the database keeps one; without one they are UTC's or the
server's, as the operator's query gives them.
"""

from __future__ import annotations

import re
import time
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from netdiag.model.wire import Answer, Cell, Deadline, NoAnswer, Question, Row, SqlQuery, Target
from netdiag.model.words import AbsenceReason
from netdiag.transports.blocking import Workers
from netdiag.transports.pool import BusyError
from netdiag.transports.sql_errors import told

if TYPE_CHECKING:
    from sqlalchemy import Engine

_READING = re.compile(r"^\s*(SELECT|WITH)\b", re.IGNORECASE)
_THREADS = 8


class SqlTransport:
    """Asks databases. Engines are kept per URL until `close`."""

    def __init__(self, threads: int = _THREADS) -> None:
        self._workers = Workers(threads, "netdiag-sql")
        self._engines: dict[str, Engine] = {}

    async def ask(
        self, target: Target, question: Question, deadline: Deadline
    ) -> Answer | NoAnswer:
        """Rows of one SELECT."""
        if not isinstance(question, SqlQuery):
            return _refused("this transport only takes SQL queries")
        if not _READING.match(question.text) or ";" in question.text.rstrip().rstrip(";"):
            return _refused("only a single SELECT is sent to a database")
        if "sql.url" not in target.secrets:
            return _refused(f"the database {target.device} has no URL in netdiag.yaml")
        begun = time.monotonic()
        try:
            return await self._workers.run(
                lambda: self._select(target, question, deadline), deadline
            )
        except BusyError:
            return _refused("all database threads are busy")
        except TimeoutError:
            spent = time.monotonic() - begun
            detail = f"the database {target.device} did not answer within {spent:.1f} s"
            return NoAnswer(why=AbsenceReason.TIMED_OUT, detail=detail, duration_s=spent)

    async def close(self) -> None:
        """Close all connections."""
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()

    def _select(self, target: Target, question: SqlQuery, deadline: Deadline) -> Answer | NoAnswer:
        import sqlalchemy as sa

        from netdiag.transports import sql_engine

        begun = time.monotonic()
        try:
            engine = self._engine(target.secrets["sql.url"].reveal())
            with engine.connect() as connection:
                sql_engine.limit(connection, max(0.1, deadline.remaining))
                statement = sa.text(question.text.rstrip().rstrip(";"))
                named = {n: v for n, v in question.params.items() if n in _names(statement)}
                result = connection.execute(statement, named)
                found = [dict(row) for row in result.mappings().fetchmany(question.max_rows + 1)]
        except (sa.exc.SQLAlchemyError, ImportError, OSError) as error:
            spent = time.monotonic() - begun
            why, detail = told(error, target.device)
            return NoAnswer(why=why, detail=detail, duration_s=spent)
        return Answer(
            rows=tuple(_row(row) for row in found[: question.max_rows]),
            duration_s=time.monotonic() - begun,
            cut=len(found) > question.max_rows,
        )

    def _engine(self, url: str) -> Engine:
        from netdiag.transports import sql_engine

        if url not in self._engines:
            self._engines[url] = sql_engine.make(url)
        return self._engines[url]


def _names(statement: Any) -> frozenset[str]:
    return frozenset(statement.compile().params)


def _row(row: dict[str, Any]) -> Row:
    return {str(name).lower(): _cell(value) for name, value in row.items()}


def _cell(value: object) -> Cell:
    if value is None or isinstance(value, str | bytes | float):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return str(value)


def _refused(detail: str) -> NoAnswer:
    return NoAnswer(why=AbsenceReason.NOT_ASKED, detail=detail)
