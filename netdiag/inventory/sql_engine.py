"""One database, asked with SQLAlchemy: read-only, with time limits, its errors as sentences."""

from __future__ import annotations

import math
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from netdiag.inventory.records import SourceDownError
from netdiag.inventory.source_config import SqlConfig

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine, Select

_DRIVERS = {
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
}
_CONNECT_S = 2  # a diagnosis has seconds, and other sources may know the subscriber
_STREAM = 1000  # rows of a full scan that are in memory at a time


class Database:
    """Connections to one database, made when first needed."""

    def __init__(self, config: SqlConfig) -> None:
        self._config = config
        self._made: Engine | None = None
        self._url: URL | None = None

    @property
    def where(self) -> str:
        """Kind, host and name of the database; never the password."""
        url = self._parsed()
        host = f"{url.host or ''}{f':{url.port}' if url.port else ''}"
        return f"{url.get_backend_name()}://{host}/{url.database or ''}"

    def rows(self, statement: Select[Any]) -> list[Mapping[str, Any]]:
        """All rows of a small answer. A value that cannot fit a column's type matches nothing.

        Raises SourceDownError.
        """
        from sqlalchemy.exc import DataError

        with self._connected() as connection:
            try:
                return [dict(row) for row in connection.execute(statement).mappings()]
            except DataError:  # 'abc' asked of a number column (PostgreSQL)
                return []

    def stream(self, statement: Select[Any]) -> Iterator[Mapping[str, Any]]:
        """Rows of a whole table, a few at a time. Raises SourceDownError."""
        # PostgreSQL's cursors on the server live inside a transaction.
        with self._connected(autocommit=False) as connection:
            result = connection.execution_options(yield_per=_STREAM).execute(statement)
            for row in result.mappings():
                yield dict(row)

    def columns(self, statement: Select[Any]) -> tuple[str, ...]:
        """Names of the columns that a statement gives. Raises SourceDownError."""
        with self._connected() as connection:
            return tuple(connection.execute(statement).keys())

    def close(self) -> None:
        """Close all connections."""
        if self._made is not None:
            self._made.dispose()
            self._made = None

    @contextmanager
    def _connected(self, *, autocommit: bool = True) -> Iterator[Connection]:
        from sqlalchemy.exc import SQLAlchemyError

        try:
            with self._engine().connect() as connection:
                if autocommit:
                    connection = connection.execution_options(isolation_level="AUTOCOMMIT")
                yield connection
        except SQLAlchemyError as error:
            raise SourceDownError(self._sentence(error)) from None

    def _engine(self) -> Engine:
        if self._made is None:
            self._made = self._make()
        return self._made

    def _make(self) -> Engine:
        import sqlalchemy as sa

        url = self._parsed()
        options: dict[str, Any] = {"hide_parameters": True, "pool_pre_ping": True}
        if url.get_backend_name() == "sqlite":
            path = f"file:{quote(url.database or '')}?mode=ro"
            options["creator"] = lambda: sqlite3.connect(
                path, uri=True, timeout=self._config.timeout_s, check_same_thread=False
            )
        else:
            options |= {"pool_recycle": 600, "connect_args": self._limits(url)}
        try:
            engine = sa.create_engine(url, **options)
        except (ImportError, sa.exc.NoSuchModuleError):
            raise SourceDownError(
                f"There is no driver for {url.drivername!r} databases ({self._config.name}). "
                "Install its Python package beside netdiag."
            ) from None
        sa.event.listen(engine, "connect", _read_only(url.get_backend_name(), self._config))
        return engine

    def _limits(self, url: URL) -> dict[str, Any]:
        seconds = math.ceil(self._config.timeout_s)
        connect = {"connect_timeout": min(seconds, _CONNECT_S)}
        driver = url.drivername.partition("+")[2]
        if driver == "pymysql":
            return {**connect, "read_timeout": seconds}
        return connect if driver == "psycopg" else {}

    def _parsed(self) -> URL:
        if self._url is not None:
            return self._url
        from sqlalchemy.engine import make_url
        from sqlalchemy.exc import ArgumentError

        try:
            url = make_url(self._config.url.reveal())
        except (ArgumentError, ValueError):
            raise SourceDownError(
                f"The URL of the database {self._config.name!r} cannot be read. It looks like "
                "mysql://user:password@host/name; write special characters of the password as %XX."
            ) from None
        self._url = url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))
        return self._url

    def _sentence(self, error: Exception) -> str:
        orig = getattr(error, "orig", None) or error
        args = [str(arg) for arg in getattr(orig, "args", ()) if not isinstance(arg, int)]
        reason = re.sub(r"\s+", " ", args[0] if args else type(orig).__name__).strip()[:200]
        password = self._parsed().password
        if password:
            reason = reason.replace(str(password), "***")
        return (
            f"The database {self._config.name!r} ({self.where}) did not answer: "
            f"{reason.rstrip('.')}. Check that it runs, that its URL and rights are right, and "
            "the tables and columns in 'inventory'."
        )


def _read_only(backend: str, config: SqlConfig) -> Any:
    """What a fresh connection is told: it only reads, and not for long."""
    words = {
        "postgresql": (
            f"SET statement_timeout = {int(config.timeout_s * 1000)}",
            "SET default_transaction_read_only = on",
        ),
        "mysql": ("SET SESSION TRANSACTION READ ONLY",),
        "mariadb": ("SET SESSION TRANSACTION READ ONLY",),
    }.get(backend, ())

    def tell(connection: Any, _record: object) -> None:
        with_cursor = connection.cursor()
        for text in words:
            with_cursor.execute(text)
        with_cursor.close()
        connection.commit()

    return tell
