"""Recordings of real access switches, served by snmpsim, read back octet for octet."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import serve

from netdiag.model.secret import Secret
from netdiag.model.wire import Answer, Cell, Deadline, Limits, SnmpColumns, SnmpGet, Target
from netdiag.transports import SnmpTransport
from netdiag.transports.snmp.values import text_or_bytes
from tests.addresses import free_port

pytestmark = pytest.mark.recordings
DATA = Path(os.environ.get("NETDIAG_DATA", Path(__file__).parents[2].parent / "shared/data"))
FILES = ("dlink_des-3526", "eltex-mes23xx_mes2324fb", "snr-erd")
COLUMNS = {
    "descr": "1.3.6.1.2.1.2.2.1.2",
    "mac": "1.3.6.1.2.1.2.2.1.6",
    "oper": "1.3.6.1.2.1.2.2.1.8",
    "in_errors": "1.3.6.1.2.1.2.2.1.14",
    "name": "1.3.6.1.2.1.31.1.1.1.1",
    "octets": "1.3.6.1.2.1.31.1.1.1.6",
}


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a simulator; the community names the recording."""
    program = Path(sys.executable).parent / "snmpsim-command-responder"
    if not program.exists():
        pytest.skip("needs snmpsim (pip install netdiag-isp[test])")
    sources = [DATA / "snmp" / f"{name}.snmprec" for name in FILES]
    if not all(source.exists() for source in sources):
        pytest.skip("needs the recordings: set NETDIAG_DATA to their folder")
    home = tmp_path_factory.mktemp("snmpsim")
    (home / "data").mkdir()
    for source in sources:
        shutil.copyfile(source, home / "data" / source.name)
    port = free_port()
    user = ["--process-user=root", "--process-group=root"] if os.geteuid() == 0 else []
    command = [
        str(program),
        f"--data-dir={home / 'data'}",
        f"--cache-dir={home / 'cache'}",
        f"--agent-udpv4-endpoint=127.0.0.1:{port}",
        *user,
    ]
    with serve(command, home / "log", b"Listening at"):
        wait_until_bound(port)
        yield port


def wait_until_bound(port: int) -> None:
    """The simulator says that it listens before it does."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect(("127.0.0.1", port))
        sock.settimeout(0.2)
        for _ in range(100):
            try:
                sock.send(b"?")
                sock.recv(1)
            except ConnectionRefusedError:
                time.sleep(0.05)
            except TimeoutError:
                return
    raise RuntimeError("snmpsim did not start")


def recorded(name: str) -> dict[str, Cell]:
    """A recording as our transport should give it: OID → value."""
    found: dict[str, Cell] = {}
    text = (DATA / "snmp" / f"{name}.snmprec").read_text(encoding="utf-8", errors="surrogateescape")
    for line in text.splitlines():
        oid, tag, value = line.split("|", 2)
        if tag in ("2", "65", "66", "67", "70"):
            found[oid] = int(value)
        elif tag in ("4", "4x", "4e"):
            found[oid] = text_or_bytes(octets_of(tag, value))
        elif tag in ("6", "64"):
            found[oid] = value
    return found


def octets_of(tag: str, value: str) -> bytes:
    """An octet string of a recording: plain, hexadecimal (4x) or with escapes (4e)."""
    if tag == "4x":
        return bytes.fromhex(value)
    raw = value.encode(errors="surrogateescape")
    return raw.decode("unicode_escape").encode("latin-1") if tag == "4e" else raw


def switch(name: str, port: int, backend: str) -> Target:
    return Target(
        device=name,
        host="127.0.0.1",
        port=port,
        options={"snmp.backend": backend},
        secrets={"snmp.community": Secret(name)},
        limits=Limits(timeout_s=5),
    )


@pytest.mark.parametrize(("name", "backend"), [(n, "gufo") for n in FILES] + [(FILES[0], "pysnmp")])
async def test_a_real_switch_is_read_as_it_was_recorded(
    snmp: SnmpTransport, simulator: int, name: str, backend: str
) -> None:
    wanted = recorded(name)
    target = switch(name, simulator, backend)
    reply = await snmp.ask(target, SnmpColumns(oids=COLUMNS, max_rows=500), Deadline.after(15))
    assert isinstance(reply, Answer), reply
    found = {
        f"{COLUMNS[column]}.{row['index']}": cell
        for row in reply.rows
        for column, cell in row.items()
        if column != "index"
    }
    expected = {
        oid: value for oid, value in wanted.items() if oid.rpartition(".")[0] in COLUMNS.values()
    }
    assert found == expected
    assert len(found) >= 4


async def test_the_system_group_of_a_recording(snmp: SnmpTransport, simulator: int) -> None:
    system = SnmpGet(oids={"descr": "1.3.6.1.2.1.1.1.0", "object": "1.3.6.1.2.1.1.2.0"})
    reply = await snmp.ask(switch(FILES[0], simulator, "gufo"), system, Deadline.after(10))
    assert isinstance(reply, Answer), reply
    wanted = recorded(FILES[0])
    assert reply.rows == (
        {"descr": wanted[system.oids["descr"]], "object": wanted[system.oids["object"]]},
    )
