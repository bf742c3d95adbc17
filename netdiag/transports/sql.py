"""The `sql` transport: one SELECT on any database that SQLAlchemy has a dialect for.

The whole URL is the secret `sql.url`: no error shows any part of it. The database is asked in a
read-only transaction with its own time limit; at the deadline the connection is broken off.
"""

from __future__ import annotations

import re
import threading
import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from netdiag.model.secret import Secret
from netdiag.model.wire import Answer, Deadline, NoAnswer, Question, SqlQuery, Target
from netdiag.model.words import AbsenceReason
from netdiag.transports.blocking import Workers
from netdiag.transports.pool import BusyError, Refusals
from netdiag.transports.sql_errors import told
from netdiag.transports.sql_rows import read_row

if TYPE_CHECKING:
    from sqlalchemy import Engine

_NOT_SQL = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'", re.DOTALL)  # comments and literals
_READING = re.compile(r"\s*(?:SELECT|WITH)\b", re.IGNORECASE)
_WRITING = re.compile(
    r"\b(?:INSERT\s+INTO|REPLACE\s+INTO|DELETE\s+FROM|UPDATE\s+\w+\s+SET|MERGE\s+INTO|TRUNCATE|DROP"
    r"|ALTER|CREATE|GRANT|INTO\s+(?:OUTFILE|DUMPFILE)|FOR\s+UPDATE|LOAD_FILE)\b",
    re.IGNORECASE,
)

# What drivers raise beside their own errors, for URLs, values and replies that they did not expect.
_OF_DRIVERS = (ImportError, OSError, ValueError, LookupError, TypeError, AttributeError)


class SqlTransport:
    """Asks databases. Connections are kept per URL until `close`. Use it in one event loop."""

    def __init__(self, *, workers: int = 8, refused_s: float = 30.0) -> None:
        """At most `workers` queries at once; `refused_s`: no new login for so long after the
        database refused one."""
        self._workers = Workers(workers, "netdiag-sql")
        self._refusals = Refusals(refused_s)
        self._engines: dict[Secret, Engine] = {}
        self._lock = threading.Lock()

    async def ask(
        self, target: Target, question: Question, deadline: Deadline
    ) -> Answer | NoAnswer:
        """Put one SqlQuery. Never raises for what the database does."""
        started = time.monotonic()
        answer = await self._ask(target, question, deadline)
        return replace(answer, duration_s=time.monotonic() - started)

    async def close(self) -> None:
        """Close all connections."""
        with self._lock:
            engines, self._engines = tuple(self._engines.values()), {}
        for engine in engines:
            engine.dispose()

    async def _ask(
        self, target: Target, question: Question, deadline: Deadline
    ) -> Answer | NoAnswer:
        if not isinstance(question, SqlQuery):
            return _not_asked("The sql transport answers SqlQuery questions only.")
        refused = refusal(question.text)
        if refused is not None:
            return _not_asked(refused)
        url = target.secrets.get("sql.url")
        if url is None:
            return _not_asked(f"{target.device} has no sql.url. Add it to netdiag.yaml.")
        known = self._refusals.get(url)
        if known is not None:
            return known
        running = _Running()
        try:
            call = partial(self._select, target.device, url, question, deadline, running)
            answer = await self._workers.run(call, deadline)
        except BusyError:
            return _not_asked(f"No time was left to ask {target.device}.")
        except TimeoutError:
            detail = f"{target.device} did not answer in time (SQL)."
            return NoAnswer(why=AbsenceReason.TIMED_OUT, detail=detail)
        finally:
            running.interrupt()
        if isinstance(answer, NoAnswer) and not running.connected:
            self._note(url, answer)
        return answer

    def _note(self, url: Secret, answer: NoAnswer) -> None:
        if answer.why is AbsenceReason.ACCESS_DENIED:
            self._refusals.note(url, answer)

    def _select(
        self, name: str, url: Secret, question: SqlQuery, deadline: Deadline, running: _Running
    ) -> Answer | NoAnswer:
        """In a worker thread."""
        from netdiag.transports import sql_engine

        sql_engine.work_until(deadline)
        answer, died = self._once(name, url, question, deadline, running)
        if died and deadline.remaining > 0:
            # A pooled connection that had died while it was idle: once more over a new one.
            answer, _ = self._once(name, url, question, deadline, running)
        return answer

    def _once(
        self, name: str, url: Secret, question: SqlQuery, deadline: Deadline, running: _Running
    ) -> tuple[Answer | NoAnswer, bool]:
        import sqlalchemy as sa

        try:
            return self._rows(url, question, deadline, running), False
        except (sa.exc.SQLAlchemyError, *_OF_DRIVERS) as error:
            return told(error, name), bool(getattr(error, "connection_invalidated", False))

    def _rows(
        self, url: Secret, question: SqlQuery, deadline: Deadline, running: _Running
    ) -> Answer:
        from netdiag.transports import sql_engine

        with self._engine(url).connect() as connection:
            try:
                running.begin(connection.connection.driver_connection)
                sql_engine.bound(connection, deadline, question.max_rows)
                asked = sql_engine.statement(connection, question.text, question.max_rows)
                names = asked.compile().params
                named = {n: value for n, value in question.params.items() if n in names}
                with connection.execute(asked, named) as result:
                    rows = result.mappings().fetchmany(question.max_rows + 1)
            finally:
                running.end()
        return Answer(
            rows=tuple(read_row(row) for row in rows[: question.max_rows]),
            cut=len(rows) > question.max_rows,
        )

    def _engine(self, url: Secret) -> Engine:
        from netdiag.transports import sql_engine

        with self._lock:
            if url not in self._engines:
                self._engines[url] = sql_engine.make(url.reveal())
            return self._engines[url]


class _Running:
    """The connection that a question uses now, to be broken off from another thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection: Any = None
        self.connected = False  # the login had succeeded

    def begin(self, driver_connection: Any) -> None:
        """From here on it may be interrupted."""
        with self._lock:
            self._connection = driver_connection
            self.connected = True

    def end(self) -> None:
        """It may go back to the pool, and to other questions."""
        with self._lock:
            self._connection = None

    def interrupt(self) -> None:
        """Break off what still runs; does nothing when it has ended."""
        with self._lock:
            if self._connection is not None:
                from netdiag.transports.sql_engine import interrupt

                interrupt(self._connection)


def refusal(text: str) -> str | None:
    """Why this text is not sent to a database, as a sentence; None when it may be."""
    bare = _NOT_SQL.sub(" ", text).strip()
    if not _READING.match(bare) or ";" in bare.rstrip(";"):
        return "Only a single SELECT is sent to a database."
    writing = _WRITING.search(bare)
    if writing is not None:
        return f"The query is not sent: it holds {writing.group().upper()!r}."
    return None


def _not_asked(sentence: str) -> NoAnswer:
    return NoAnswer(why=AbsenceReason.NOT_ASKED, detail=sentence)
