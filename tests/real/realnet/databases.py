"""PostgreSQL and MariaDB with FreeRADIUS's own schema, and the operator's billing table."""

from __future__ import annotations

import secrets
import signal
from pathlib import Path
from typing import Protocol

from realnet.plan import FLATS, MARIADB, POSTGRES
from realnet.shell import ToolError, run, until
from realnet.space import Space

SCHEMAS = Path("/etc/freeradius/3.0/mods-config/sql/main")
ACCOUNTS = """CREATE TABLE accounts (
  id VARCHAR(32) PRIMARY KEY, state VARCHAR(32) NOT NULL, paid_until TIMESTAMP NULL,
  provisioned BOOLEAN NOT NULL, quota_shaped BOOLEAN NOT NULL, tariff_down_mbps INTEGER);"""


class Database(Protocol):
    """One server with the databases `radius` and `billing`."""

    host: str
    driver: str  # SQLAlchemy's name
    dialect: str  # FreeRADIUS's name
    port: int
    user: str
    password: str

    def start(self) -> None:
        """Start the server on its data; returns before it answers."""

    def ready(self) -> None:
        """Wait until it answers."""

    def stop(self) -> None:
        """Stop the server."""

    def sql(self, database: str, text: str) -> str:
        """Run statements with the server's own client; rows as tab-separated lines."""


def url(db: Database, database: str) -> str:
    """SQLAlchemy URL of one of its databases."""
    return f"{db.driver}://{db.user}:{db.password}@{db.host}:{db.port}/{database}"


def fill(db: Database) -> None:
    """Make both databases with the tables of the Debian package and one account per subscriber."""
    for database in ("radius", "billing"):
        db.sql("", f"CREATE DATABASE {database};")
    db.sql("radius", (SCHEMAS / db.dialect / "schema.sql").read_text())
    for column in {"callingstationid", "reason"} - _columns(db, "radpostauth"):
        db.sql("radius", f"ALTER TABLE radpostauth ADD COLUMN {column} VARCHAR(255);")
    rows = ", ".join(f"('{f.id}', 'active', '2036-01-01', true, false, 100)" for f in FLATS)
    db.sql("billing", f"{ACCOUNTS} INSERT INTO accounts VALUES {rows};")


def _columns(db: Database, table: str) -> set[str]:
    where = f"SELECT column_name FROM information_schema.columns WHERE table_name = '{table}';"
    return {name.lower() for name in db.sql("radius", where).split()}


class Postgres:
    """PostgreSQL in the servers' namespace."""

    host, driver, dialect, port, user = (
        POSTGRES,
        "postgresql+psycopg",
        "postgresql",
        5432,
        "billing",
    )

    def __init__(self, space: Space) -> None:
        self._space = space
        self.password = secrets.token_hex(8)
        self._data = space.folder / "postgres"
        self._bin = max(Path("/usr/lib/postgresql").glob("*/bin"))
        self._data.mkdir()
        run("chown", "postgres", str(self._data))
        secret = space.folder / "postgres.password"
        secret.write_text(self.password)
        run("chown", "postgres", str(secret))
        words = [str(self._bin / "initdb"), "-D", str(self._data), "-U", self.user, "--no-sync"]
        words += ["--auth=scram-sha-256", f"--pwfile={secret}", "--locale=C.UTF-8", "-E", "UTF8"]
        run("runuser", "-u", "postgres", "--", *words)
        with (self._data / "pg_hba.conf").open("a") as rules:
            rules.write("host all all 10.99.0.0/24 scram-sha-256\n")
        with (self._data / "postgresql.conf").open("a") as config:
            config.write(
                f"listen_addresses = '{self.host}'\nunix_socket_directories = ''\nfsync = off\n"
                "shared_buffers = 16MB\nmax_connections = 40\n"
            )

    def start(self) -> None:
        """Start the server on its data; returns before it answers."""
        server = [str(self._bin / "postgres"), "-D", str(self._data)]
        self._space.start("srv", "postgres", ["setpriv", *_AS_POSTGRES, *server])

    def ready(self) -> None:
        """Wait until it answers."""
        until(lambda: _answers(self), "PostgreSQL", 20)

    def stop(self) -> None:
        """Stop the server."""
        self._space.stop("postgres", signal.SIGQUIT)

    def sql(self, database: str, text: str) -> str:
        """Run statements with psql; rows as tab-separated lines."""
        address = f"postgresql://{self.user}:{self.password}@{self.host}/{database or 'postgres'}"
        words = ("psql", "-q", "-X", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", address)
        return self._space.run("srv", *words, text_in=text)


_AS_POSTGRES = ("--reuid=postgres", "--regid=postgres", "--init-groups")


class Mariadb:
    """MariaDB in the servers' namespace."""

    host, driver, dialect, port, user = MARIADB, "mysql+pymysql", "mysql", 3306, "billing"

    def __init__(self, space: Space) -> None:
        self._space = space
        self.password = secrets.token_hex(8)
        self._data = space.folder / "mariadb"
        self._data.mkdir()
        run("chown", "mysql", str(self._data))
        words = ["mariadb-install-db", "--no-defaults", "--user=mysql", f"--datadir={self._data}"]
        run(*words, "--skip-test-db", "--auth-root-authentication-method=normal", "--force")
        self._init = space.folder / "mariadb.init"
        self._init.write_text(
            f"CREATE USER IF NOT EXISTS {self.user}@'%' IDENTIFIED BY '{self.password}';\n"
            f"GRANT ALL ON *.* TO {self.user}@'%';\n"
        )

    def start(self) -> None:
        """Start the server on its data; returns before it answers."""
        words = ["mariadbd", "--no-defaults", "--user=mysql", f"--datadir={self._data}"]
        words += [f"--bind-address={self.host}", f"--socket={self._data}/socket"]
        words += ["--innodb-buffer-pool-size=16M", "--innodb-flush-log-at-trx-commit=0"]
        words += ["--skip-name-resolve", f"--init-file={self._init}", "--performance-schema=OFF"]
        self._space.start("srv", "mariadb", words)

    def ready(self) -> None:
        """Wait until it answers."""
        until(lambda: _answers(self), "MariaDB", 20)

    def stop(self) -> None:
        """Stop the server."""
        self._space.stop("mariadb", signal.SIGKILL)

    def sql(self, database: str, text: str) -> str:
        """Run statements with mariadb; rows as tab-separated lines."""
        words = ["mariadb", "--no-defaults", f"--host={self.host}", f"--user={self.user}"]
        words += [f"--password={self.password}", "--batch", "--skip-column-names"]
        return self._space.run("srv", *words, *([database] if database else []), text_in=text)


def _answers(db: Database) -> bool:
    try:
        return db.sql("", "SELECT 1;").strip() == "1"
    except ToolError:
        return False
