"""SQLAlchemy engines for asking: read-only where the database offers it, with time limits."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

_DRIVERS = {
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
}
_CONNECT_S = 2


def make(text: str) -> Engine:
    """The engine of an SQLAlchemy URL. Raises ArgumentError, NoSuchModuleError, ImportError."""
    import sqlalchemy as sa

    url = sa.make_url(text)
    url = url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))
    options: dict[str, Any] = {"hide_parameters": True, "pool_size": 4, "max_overflow": 4}
    if url.get_backend_name() == "sqlite":
        path = f"file:{quote(url.database or '')}?mode=ro"
        options["creator"] = lambda: sqlite3.connect(
            path, uri=True, timeout=1.0, check_same_thread=False
        )
    else:
        options |= {"pool_recycle": 300, "pool_pre_ping": True, "connect_args": _limits(url)}
    return sa.create_engine(url, **options)


def limit(connection: Connection, seconds: float) -> None:
    """Bound the next statement and forbid writing, in the database's own words."""
    import sqlalchemy as sa

    kind = connection.dialect.name
    if kind == "postgresql":
        connection.execute(sa.text("SET TRANSACTION READ ONLY"))
        connection.execute(sa.text(f"SET LOCAL statement_timeout = {int(seconds * 1000) + 1}"))
    elif connection.dialect.name in ("mysql", "mariadb"):
        if getattr(connection.dialect, "is_mariadb", False):
            connection.execute(sa.text(f"SET SESSION max_statement_time = {seconds:.3f}"))
        else:
            milliseconds = int(seconds * 1000) + 1
            connection.execute(sa.text(f"SET SESSION max_execution_time = {milliseconds}"))


def _limits(url: URL) -> dict[str, Any]:
    if url.get_backend_name() == "postgresql":
        return {"connect_timeout": _CONNECT_S}
    if url.get_backend_name() in ("mysql", "mariadb"):
        return {"connect_timeout": _CONNECT_S, "read_timeout": 10, "write_timeout": 10}
    return {}
