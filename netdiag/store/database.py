"""One database for everything that lasts: a SQLite file (WAL) or PostgreSQL, by its URL."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from netdiag.model.errors import NetdiagError

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

_WAIT_FOR_LOCK_S = 5.0
# libpq: a connection whose packets are lost fails after so long, in place of a quarter of an hour.
_LINE: dict[str, str | int] = {
    "connect_timeout": 5,
    "tcp_user_timeout": 20_000,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    # The server lets go of a client that is cut off or asleep, too, with its locks.
    "options": "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 "
    "-c idle_in_transaction_session_timeout=60s",
}
_READS = "netdiag_reads"  # execution option: this connection takes no lock of a writer


class StoreError(NetdiagError):
    """The store cannot be used now; the text says why and what to do."""


class Database:
    """Connections to one URL, opened when first needed. Safe to use from several threads.

    On SQLite every write transaction begins with BEGIN IMMEDIATE: without it two writers that
    read before they write lose updates silently.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._made: Engine | None = None
        self._making = Lock()

    @classmethod
    def in_directory(cls, directory: Path) -> Database:
        """The usual store: `netdiag.db` in the state directory, made when it is not there."""
        return cls(f"sqlite:///{directory / 'netdiag.db'}")

    @property
    def url(self) -> str:
        """With its password: for engines that share the database, never to be shown."""
        return self._url

    @property
    def is_sqlite(self) -> bool:
        """Is it a file of this machine?"""
        return self._url.startswith("sqlite")

    @property
    def file(self) -> Path | None:
        """The file of a SQLite store; None for a server or memory."""
        from sqlalchemy import make_url

        name = make_url(self._url).database if self.is_sqlite else None
        return Path(name) if name and name != ":memory:" else None

    @property
    def shown(self) -> str:
        """The URL without its password."""
        from sqlalchemy import make_url

        return make_url(self._url).render_as_string(hide_password=True)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction. Raises StoreError in place of what the database driver says."""
        with self._told(), self.engine().begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection to read with."""
        with self._told(), self.engine().connect() as connection:
            yield connection.execution_options(**{_READS: True})

    def engine(self) -> Engine:
        """The SQLAlchemy engine; the schema is brought up to date when it is first made."""
        from netdiag.store.migrate import bring_up_to_date

        with self._making:
            if self._made is None:
                with self._told():
                    made = connect(self._url)
                    bring_up_to_date(made)
                    self._made = made
            return self._made

    def close(self) -> None:
        """Close all connections."""
        if self._made is not None:
            self._made.dispose()
            self._made = None

    @contextmanager
    def _told(self) -> Iterator[None]:
        from sqlalchemy.exc import DBAPIError, SQLAlchemyError

        try:
            yield
        except DBAPIError as error:
            raise StoreError(f"{self._name()} cannot be used: {_first_line(error.orig)}") from None
        except (SQLAlchemyError, OSError) as error:
            raise StoreError(f"{self._name()} cannot be used: {_first_line(error)}") from None

    def _name(self) -> str:
        return f"the store {self.shown}"


def connect(url: str, *, foreign_keys: bool = True, own_begin: bool = True) -> Engine:
    """An engine with the settings that each database needs; the directory of a file is made.

    `own_begin=False` leaves the beginning of transactions to the driver.
    """
    from sqlalchemy import create_engine, event, make_url

    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        if address.database:
            Path(address.database).parent.mkdir(parents=True, exist_ok=True, mode=0o750)
        engine = create_engine(address, connect_args={"timeout": _WAIT_FOR_LOCK_S})
        event.listen(engine, "connect", _pragmas(foreign_keys=foreign_keys, own_begin=own_begin))
        if own_begin:
            event.listen(engine, "begin", _begin)
        return engine
    if address.drivername in ("postgresql", "postgres"):
        address = address.set(drivername="postgresql+psycopg")
    return create_engine(address, pool_pre_ping=True, connect_args=_line(address))


def _line(address: URL) -> dict[str, str | int]:
    """What the URL itself says of its connections stays."""
    return {name: value for name, value in _LINE.items() if name not in address.query}


def _pragmas(*, foreign_keys: bool, own_begin: bool) -> Callable[..., None]:
    def on_connect(raw: sqlite3.Connection, _record: object) -> None:
        if own_begin:
            raw.isolation_level = None  # SQLAlchemy's BEGIN is ours to write, see _begin
        if sqlite3.sqlite_version_info < (3, 42):  # unixepoch('subsec') is younger
            raw.create_function("unixepoch", 1, lambda _: round(time.time(), 3))
        raw.execute("PRAGMA journal_mode=WAL")
        raw.execute("PRAGMA synchronous=NORMAL")
        raw.execute(f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}")

    return on_connect


def _begin(connection: Connection) -> None:
    reads = connection.get_execution_options().get(_READS)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _first_line(error: object) -> str:
    text = str(error).strip()
    return text.splitlines()[0] if text else type(error).__name__
