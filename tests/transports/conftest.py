"""Peers of the transports: a real snmpd, a real dnsmasq, targets to reach them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from netdiag.model.secret import Secret
from netdiag.model.wire import Limits, Target
from netdiag.transports import SnmpTransport
from tests.addresses import free_port

SECRETS = {
    "snmp.community": Secret("public"),
    "snmp.auth_key": Secret("authpass1"),
    "snmp.priv_key": Secret("privpass1"),
}
SNMPD_CONF = """
agentaddress udp:127.0.0.1:{port}
rocommunity public
sysName sw-1
sysLocation Lenina 5, чердак
sysServices 72
sysObjectID 1.3.6.1.4.1.8072.3.2.10
createUser sha SHA authpass1 AES privpass1
createUser sha256 SHA-256 authpass1 AES privpass1
createUser md5 MD5 authpass1 DES privpass1
createUser plain
rouser sha authpriv
rouser sha256 authpriv
rouser md5 authnopriv
rouser plain noauth
"""


def find_tool(name: str) -> str:
    """The path of a program; skips the test when it is missing."""
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if found is None:
        pytest.skip(f"needs {name} (a Debian package)")
    return found


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a server that a test started."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def make_target(port: int | None = None, *, timeout_s: float = 1.0, **options: str) -> Target:
    """A target on 127.0.0.1; keywords are options, `_` for the first dot (snmp_version)."""
    return Target(
        device="sw-1",
        host="127.0.0.1",
        port=port,
        options={name.replace("_", ".", 1): text for name, text in options.items()},
        secrets=SECRETS,
        limits=Limits(timeout_s=timeout_s),
    )


@pytest.fixture
async def snmp() -> AsyncIterator[SnmpTransport]:
    """An SNMP transport, closed after the test."""
    transport = SnmpTransport()
    yield transport
    await transport.close()


@pytest.fixture
def target() -> Callable[..., Target]:
    """Makes targets, see make_target."""
    return make_target


@contextmanager
def run_snmpd(home: Path, port: int) -> Iterator[None]:
    """A real net-snmp agent: v1, v2c and v3 users sha, sha256, md5 and plain."""
    conf = home / "snmpd.conf"
    conf.write_text(SNMPD_CONF.format(port=port), encoding="utf-8")
    environment = {**os.environ, "MIBS": "", "SNMP_PERSISTENT_DIR": str(home / "state")}
    command = [find_tool("snmpd"), "-f", "-Lo", "-C", "-c", str(conf)]
    with serve(command, home / "log", b"NET-SNMP version", environment):
        yield


@contextmanager
def serve(
    command: list[str], log: Path, ready: bytes, environment: dict[str, str] | None = None
) -> Iterator[None]:
    """A server that is ready when its log says so, and stopped afterwards."""
    with log.open("wb") as sink:
        process = subprocess.Popen(
            command, stdout=sink, stderr=subprocess.STDOUT, env=environment or dict(os.environ)
        )
    try:
        _wait_for(log, ready, process)
        yield
    finally:
        stop(process)


@pytest.fixture(scope="session")
def snmpd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of an agent that serves all tests."""
    port = free_port()
    with run_snmpd(tmp_path_factory.mktemp("snmpd"), port):
        yield port


def _wait_for(log: Path, text: bytes, process: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        if text in log.read_bytes():
            return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise RuntimeError(f"the server did not start: {log.read_text(errors='replace')}")


@pytest.fixture(scope="session")
def dnsmasq(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a real dnsmasq that knows the zone test and nothing else."""
    port = free_port()
    options = f"""--no-daemon --no-resolv --no-hosts --port={port} --listen-address=127.0.0.1
        --bind-interfaces --conf-file=/dev/null --pid-file= --user= --local=/test/
        --host-record=ns.town.test,198.51.100.7 --cname=www.town.test,ns.town.test"""
    many = [f"--txt-record=many.town.test,{number:03d}{'x' * 60}" for number in range(40)]
    command = [find_tool("dnsmasq"), *options.split(), *many]
    with serve(command, tmp_path_factory.mktemp("dnsmasq") / "log", b"started"):
        yield port
