"""Real MariaDB and PostgreSQL for a test run: own directories, own users, loopback only."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.addresses import free_port

PASSWORD = "hush-hush"
_PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


def _skip_unless(*tools: str) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root, to run the server as its own user")
    missing = [tool for tool in tools if shutil.which(tool, path=_PATH) is None]
    if missing:
        pytest.skip(f"needs {', '.join(missing)}: install mariadb-server and postgresql")


@contextmanager
def _directory(owner: str) -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="netdiag-sql-"))
    shutil.chown(path, owner)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _running(command: list[str], log: Path, url: sa.URL) -> Iterator[sa.Engine]:
    """The server process and an administrator's engine, once it answers."""
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env={"PATH": _PATH})
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        for _ in range(150):
            try:
                engine.connect().close()
                break
            except sa.exc.OperationalError:
                time.sleep(0.1)
        else:
            pytest.fail(f"the server did not start: {log.read_text()[-500:]}")
        yield engine
    finally:
        engine.dispose()
        process.terminate()
        process.wait(20)


@contextmanager
def mariadb() -> Iterator[tuple[sa.Engine, str]]:
    """A MariaDB: an administrator's engine, and the URL of a user who may only read `billing`."""
    _skip_unless("mariadbd", "mariadb-install-db")
    port = free_port()
    with _directory("mysql") as base:
        data = f"--datadir={base}/data"
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(
            ["mariadb-install-db", "--no-defaults", "--user=mysql", data, "--skip-test-db",
             "--auth-root-authentication-method=normal"],
            check=True, env={"PATH": _PATH}, **quiet,
        )  # fmt: skip
        command = [
            "mariadbd", "--no-defaults", "--user=mysql", data, f"--socket={base}/s",
            f"--port={port}", "--bind-address=127.0.0.1", f"--pid-file={base}/pid",
            "--innodb-flush-log-at-trx-commit=0",
        ]  # fmt: skip
        root = sa.URL.create("mysql+pymysql", "root", host="127.0.0.1", port=port)
        with _running(command, base / "log", root) as engine:
            with engine.connect() as db:
                db.exec_driver_sql("CREATE DATABASE billing CHARACTER SET utf8mb4")
                db.exec_driver_sql(f"CREATE USER netdiag@'%%' IDENTIFIED BY '{PASSWORD}'")
                db.exec_driver_sql("GRANT SELECT ON billing.* TO netdiag@'%%'")
            inner = sa.create_engine(root.set(database="billing"), isolation_level="AUTOCOMMIT")
            yield inner, f"mysql://netdiag:{PASSWORD}@127.0.0.1:{port}/billing"
            inner.dispose()


@contextmanager
def postgresql() -> Iterator[tuple[sa.Engine, str]]:
    """A PostgreSQL: an administrator's engine, and the URL of a user who may only read."""
    homes = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    _skip_unless("setpriv")
    if not homes:
        pytest.skip("needs postgresql: install the package")
    port = free_port()
    as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    with _directory("postgres") as base:
        subprocess.run(
            [*as_user, str(homes[-1].with_name("initdb")), "-D", str(base / "data"),
             "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
            check=True, stdout=subprocess.DEVNULL, cwd="/",
        )  # fmt: skip
        access = (
            "host all netdiag 127.0.0.1/32 scram-sha-256\nhost all postgres 127.0.0.1/32 trust\n"
        )
        (base / "data" / "pg_hba.conf").write_text(access)
        command = [
            *as_user, str(homes[-1]), "-D", str(base / "data"), "-p", str(port), "-k", str(base),
            "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off",
        ]  # fmt: skip
        url = sa.URL.create(
            "postgresql+psycopg", "postgres", host="127.0.0.1", port=port, database="postgres"
        )
        with _running(command, base / "log", url) as engine:
            with engine.connect() as db:
                db.exec_driver_sql(f"CREATE ROLE netdiag LOGIN PASSWORD '{PASSWORD}'")
                db.exec_driver_sql("GRANT pg_read_all_data TO netdiag")
            yield engine, f"postgresql://netdiag:{PASSWORD}@127.0.0.1:{port}/postgres"


def crash(url: str) -> None:
    """Kill -9 one backend of that PostgreSQL: the server then ends every other session, recovers
    from its log and takes connections again (PostgreSQL 15 manual, 19.3 and 30.5)."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as own:
            os.kill(
                int(own.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()), signal.SIGKILL
            )
            with suppress(sa.exc.DBAPIError):
                own.exec_driver_sql("SELECT 1")
        for _ in range(300):
            with suppress(sa.exc.DBAPIError), engine.connect():
                return
            time.sleep(0.1)
        pytest.fail("PostgreSQL did not recover")
    finally:
        engine.dispose()
