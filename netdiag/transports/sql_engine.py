"""SQLAlchemy engines for asking: read-only where the database offers it, bounded in time and rows.

Loads SQLAlchemy: for worker threads. Drivers are chosen when the URL names none: psycopg for
PostgreSQL, PyMySQL for MySQL and MariaDB; any other dialect works as its own package provides.
"""

from __future__ import annotations

import math
import os
import socket
import sqlite3
import threading
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy import event

from netdiag.model.wire import Deadline

_DRIVERS = {
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
}
_CONNECT_ARGUMENT = {  # the driver's own words for "seconds to connect"
    "psycopg": "connect_timeout",
    "psycopg2": "connect_timeout",
    "pymysql": "connect_timeout",
    "mysqldb": "connect_timeout",
    "mariadbconnector": "connect_timeout",
    "pg8000": "timeout",
    "pymssql": "login_timeout",
}
_present = threading.local()  # the deadline of the question that this thread works on


def make(text: str) -> sa.Engine:
    """The engine of a URL. Raises ArgumentError, NoSuchModuleError, ImportError."""
    url = sa.make_url(text)
    url = url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))
    if url.get_backend_name() == "sqlite":
        # Opened for reading, so that a missing file is not created. One connection a question.
        path = f"file:{quote(url.database or '')}?mode=ro"
        return sa.create_engine(
            url,
            hide_parameters=True,
            poolclass=sa.NullPool,
            creator=lambda: sqlite3.connect(
                path, uri=True, timeout=_seconds_left(), check_same_thread=False
            ),
        )
    engine = sa.create_engine(
        url, hide_parameters=True, pool_size=4, max_overflow=12, pool_recycle=300
    )
    event.listen(engine, "do_connect", _bound_connecting)
    return engine


def work_until(deadline: Deadline) -> None:
    """Connections that this thread opens from now on are bounded by it."""
    _present.deadline = deadline


def bound(connection: sa.Connection, deadline: Deadline, max_rows: int) -> None:
    """Forbid writing and bound the next statement, in the database's own words."""
    seconds = max(deadline.remaining, 0.05)
    kind = connection.dialect.name
    if kind == "postgresql":
        connection.execute(sa.text("SET TRANSACTION READ ONLY"))
        connection.execute(sa.text(f"SET LOCAL statement_timeout = {int(seconds * 1000) + 1}"))
    elif kind in ("mysql", "mariadb"):
        limit = f"max_execution_time = {int(seconds * 1000) + 1}"
        if getattr(connection.dialect, "is_mariadb", False):
            limit = f"max_statement_time = {seconds:.3f}"
        connection.execute(sa.text(f"SET SESSION {limit}, sql_select_limit = {max_rows + 1}"))
        connection.execute(sa.text("SET TRANSACTION READ ONLY"))


def statement(connection: sa.Connection, text: str, max_rows: int) -> sa.TextClause:
    """The query. Drivers fetch whole results; PostgreSQL is told here to send no more than will
    be read (a cursor of its own would do, but psycopg leaves it open after an error), MySQL by
    `bound`."""
    text = text.rstrip().rstrip(";")
    if connection.dialect.name == "postgresql":
        text = f"SELECT * FROM (\n{text}\n) AS asked LIMIT {max_rows + 1}"  # noqa: S608 (operator's)
    return sa.text(text)


def interrupt(driver_connection: Any) -> None:
    """Break off what a connection of a driver waits for, from another thread."""
    if isinstance(driver_connection, sqlite3.Connection):
        driver_connection.interrupt()
        return
    with suppress(OSError, AttributeError, ValueError):
        held = getattr(driver_connection, "_sock", None)  # PyMySQL
        number = held.fileno() if held is not None else driver_connection.fileno()
        with socket.socket(fileno=os.dup(number)) as copy:
            copy.shutdown(socket.SHUT_RDWR)


def _bound_connecting(dialect: sa.Dialect, record: Any, args: Any, given: dict[str, Any]) -> None:
    password = given.get("password")
    if dialect.driver == "pymysql" and isinstance(password, str):
        given["password"] = password.encode()  # PyMySQL takes a text for Latin-1, and fails
    argument = _CONNECT_ARGUMENT.get(dialect.driver)
    if argument is not None:
        given.setdefault(argument, max(1, math.ceil(_seconds_left())))


def _seconds_left() -> float:
    deadline: Deadline | None = getattr(_present, "deadline", None)
    return 2.0 if deadline is None else max(deadline.remaining, 0.05)
