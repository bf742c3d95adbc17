"""Real databases for the tests, in a directory of their own on a loopback port."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from netdiag.model.secret import Secret
from netdiag.model.wire import Limits, Target
from tests.addresses import free_port

USER, PASSWORD = "reader", "s3cret@пароль/"
TABLE = """
CREATE TABLE radacct (id INT PRIMARY KEY, login VARCHAR(64), started TIMESTAMP NULL,
  octets BIGINT, price DECIMAL(10,2), note VARCHAR(64), raw {bytes});
INSERT INTO radacct VALUES (1, 'petrov', '2026-01-01 03:04:05', 9007199254740993, 10.50,
  'квартира 12', {value});
INSERT INTO radacct VALUES (2, '000123', NULL, 0, NULL, 'yes', NULL);
CREATE TABLE hidden (x INT);
"""


@dataclass(frozen=True, slots=True)
class Database:
    """A running server: its kind, and a URL for a user that may only read one table."""

    kind: str
    port: int
    pid: int
    restart: Callable[[], None]

    def url(self, password: str = PASSWORD, database: str = "radius") -> str:
        from sqlalchemy import URL

        host, port = "127.0.0.1", self.port
        made = URL.create(self.kind, USER, password, host, port, database)
        return made.render_as_string(hide_password=False)

    def target(self, **parts: str) -> Target:
        return target(self.url(**parts))


def target(url: str) -> Target:
    """A database target."""
    return Target(
        device="radius", host="radius", secrets={"sql.url": Secret(url)}, limits=Limits(sessions=4)
    )


@contextmanager
def postgresql() -> Iterator[Database]:
    """PostgreSQL with password logins."""
    bins = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not bins:
        pytest.skip("needs PostgreSQL (Debian package postgresql)")
    port, folder = free_port(), _folder("postgres")
    data, tools = folder / "data", bins[-1].parent
    try:
        init = f"{tools}/initdb -D {data} -U postgres -A trust -E UTF8 --locale=C.UTF-8 -N"
        _run(init.split(), "postgres", folder)
        hba = "local all postgres trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
        (data / "pg_hba.conf").write_text(hba)
        command = [f"{tools}/postgres", "-D", str(data), "-p", str(port), "-k", str(folder)]
        command += ["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]
        script = f"CREATE ROLE {USER} LOGIN PASSWORD '{PASSWORD}';\n"
        script += TABLE.format(bytes="BYTEA", value="'\\x00ff'::bytea")
        script += "CREATE SEQUENCE counter; GRANT USAGE ON SEQUENCE counter TO reader;\n"
        script += f"GRANT SELECT ON radacct TO {USER};\n"

        def fill() -> None:
            psql = [f"{tools}/psql", "-q", "-v", "ON_ERROR_STOP=1", "-h", str(folder)]
            psql += ["-p", str(port), "-U", "postgres"]
            _run([*psql, "-c", "CREATE DATABASE radius"], "postgres", folder)
            _run([*psql, "-d", "radius", "-c", script], "postgres", folder)

        yield from _served("postgresql", command, "postgres", port, fill)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def mariadb() -> Iterator[Database]:
    """MariaDB with password logins."""
    server = shutil.which("mariadbd", path=os.environ.get("PATH", "") + ":/usr/sbin")
    if server is None:
        pytest.skip("needs MariaDB (Debian package mariadb-server)")
    port, folder = free_port(), _folder("mysql")
    data, sock = folder / "data", folder / "socket"
    try:
        init = (
            f"mariadb-install-db --no-defaults --datadir={data} --auth-root-authentication-method"
        )
        _run([*f"{init}=normal --skip-test-db".split()], "mysql", folder)
        command = [server, "--no-defaults", f"--datadir={data}", f"--socket={sock}"]
        command += [f"--port={port}", "--bind-address=127.0.0.1", "--skip-name-resolve"]
        command += ["--innodb-flush-log-at-trx-commit=0", f"--pid-file={folder}/pid"]
        script = f"CREATE DATABASE radius CHARACTER SET utf8mb4; USE radius;{TABLE}"
        script = script.format(bytes="VARBINARY(16)", value="x'00ff'")
        script += f"CREATE USER {USER}@'127.0.0.1' IDENTIFIED BY '{PASSWORD}';\n"
        script += f"GRANT SELECT ON radius.radacct TO {USER}@'127.0.0.1';\n"

        def fill() -> None:
            client = ["mariadb", "--no-defaults", f"--socket={sock}", "-uroot"]
            _run([*client, "--default-character-set=utf8mb4", "-e", script], "mysql", folder)

        yield from _served("mysql", command, "mysql", port, fill)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _served(
    kind: str, command: list[str], user: str, port: int, fill: Callable[[], None]
) -> Iterator[Database]:
    running: list[subprocess.Popen[bytes]] = []

    def start() -> None:
        running.append(
            subprocess.Popen(
                command,
                user=user if os.geteuid() == 0 else None,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
            )
        )
        _wait_for_port(port, running[-1])

    def stop() -> None:
        process = running.pop()
        process.send_signal(signal.SIGINT if kind == "postgresql" else signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def restart() -> None:
        stop()
        start()

    start()
    try:
        fill()
        yield Database(kind, port, running[-1].pid, restart)
    finally:
        stop()


def _folder(owner: str) -> Path:
    """Short (sockets have short names) and open to the server's own user."""
    folder = Path(tempfile.mkdtemp(prefix="nd-db-"))
    if os.geteuid() == 0:
        account = pwd.getpwnam(owner)
        os.chown(folder, account.pw_uid, account.pw_gid)
    return folder


def _run(command: list[str], user: str, folder: Path) -> None:
    done = subprocess.run(
        command,
        user=user if os.geteuid() == 0 else None,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=folder,
        env={**os.environ, "HOME": str(folder)},
    )
    if done.returncode:
        pytest.skip(f"{command[0]} does not work here: {done.stderr[-300:]}")


def _wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        if process.poll() is not None:
            pytest.skip("the database server does not start here")
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    pytest.skip("the database server does not start here")
