"""The lab in a thread of its own, and stock clients that ask it."""

from __future__ import annotations

import asyncio
import shutil
import socket
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import librouteros
from gufo.snmp import SnmpVersion
from gufo.snmp.sync import SnmpSession

from netdiag.lab import Lab
from tests.addresses import claim_base

IF_OPER = "1.3.6.1.2.1.2.2.1.8"
IF_ADMIN = "1.3.6.1.2.1.2.2.1.7"
IF_SPEED = "1.3.6.1.2.1.31.1.1.1.15"
FDB = "1.3.6.1.2.1.17.7.1.2.2.1.2"
ANSWER_S = 3.0  # an answer comes in a millisecond, but the machine may be busy elsewhere
SILENCE_S = 0.4
_free: list[str] = []  # networks of towns of this process that have ended: two may live at a time


class Town:
    """A running lab and everybody who asks it."""

    def __init__(self, directory: Path) -> None:
        self.base = _free.pop() if _free else claim_base()
        self.directory = directory
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.lab = self.inside(lambda: Lab(directory, base=self.base, haste=50.0))
        self._wait(self.lab.__aenter__())

    def _wait(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    def inside(self, call: Callable[[], Any]) -> Any:
        """Call something in the lab's own thread."""

        async def run() -> Any:
            return call()

        return self._wait(run())

    def close(self) -> None:
        self._wait(self.lab.__aexit__())
        _free.append(self.base)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    @contextmanager
    def fault(self, name: str, home: str | None = None, **more: Any) -> Iterator[Any]:
        """A fault, and its end; gives the home that suffers."""
        begun = self.inside(lambda: self.lab.switch_on(name, home, **more))
        try:
            yield self.lab.scene.world.homes[begun.subscriber]
        finally:
            self.inside(self.lab.heal)

    # -- who asks --

    def host(self, device: str) -> str:
        return self.lab.scene.world.devices[device].host

    def port_of(self, home: str) -> Any:
        world = self.lab.scene.world
        return world.ports[world.homes[home].port]

    @contextmanager
    def session(
        self, device: str, community: str | None = None, wait_s: float = ANSWER_S
    ) -> Iterator[SnmpSession]:
        with SnmpSession(
            self.host(device),
            port=self.lab.ports.snmp,
            community=community or self.lab.keys.community,
            version=SnmpVersion.v2c,
            timeout=wait_s,
        ) as session:
            yield session

    def get(self, device: str, oid: str, wait_s: float = ANSWER_S) -> Any:
        with self.session(device, wait_s=wait_s) as session:
            return session.get(oid)

    def walk(self, device: str, oid: str, community: str | None = None) -> dict[str, Any]:
        with self.session(device, community) as session:
            return {name.removeprefix(f"{oid}."): value for name, value in session.getbulk(oid)}

    def set(self, device: str, oid: str, value: int) -> subprocess.CompletedProcess[str]:
        """By net-snmp's snmpset: gufo does not write."""
        return self.net_snmp("snmpset", device, oid, "i", str(value))

    def net_snmp(self, tool: str, device: str, *words: str) -> subprocess.CompletedProcess[str]:
        where = f"{self.host(device)}:{self.lab.ports.snmp}"
        line = [tool, "-v2c", "-c", self.lab.keys.community, "-On", "-t", "1", "-r", "0", where]
        return subprocess.run([*line, *words], capture_output=True, text=True, timeout=20)

    def api(self, device: str, path: str, /, **words: Any) -> list[dict[str, Any]]:
        """Rows of a print with `name=value` queries, or of a command with attributes."""
        api = librouteros.connect(
            host=self.host(device),
            port=self.lab.ports.routeros,
            username="netdiag",
            password=self.lab.keys.routeros,
            timeout=2,
        )
        sign = "?" if path.endswith("/print") else "="
        sentence = [f"{sign}{key.replace('_', '-')}={value}" for key, value in words.items()]
        try:
            return [dict(row) for row in api.rawCmd(path, *sentence)]
        finally:
            api.close()

    def ping(self, device: str, address: str, **words: Any) -> dict[str, Any]:
        """The last row of a router's own ping."""
        return self.api(device, "/tool/ping", address=address, interval="100ms", **words)[-1]

    def sql(self, database: str, text: str) -> list[dict[str, Any]]:
        with closing(sqlite3.connect(self.directory / f"{database}.db")) as db:
            db.row_factory = sqlite3.Row
            return [dict(row) for row in db.execute(text)]

    def account(self, home: str) -> dict[str, Any]:
        return self.sql("billing", f"SELECT * FROM accounts WHERE id = '{home}'")[0]

    def answers(self, login: str) -> list[dict[str, Any]]:
        """What RADIUS said to a login, newest first."""
        return self.sql(
            "radius",
            f"SELECT * FROM radpostauth WHERE username = '{login}' ORDER BY authdate DESC",
        )

    def open_sessions(self, login: str) -> list[dict[str, Any]]:
        where = f"username = '{login}' AND acctstoptime IS NULL"
        return self.sql("radius", f"SELECT * FROM radacct WHERE {where}")

    def echo(self, address: str, count: int = 1, wait_s: float = ANSWER_S) -> int:
        """How many datagrams the responder sends back."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.connect((f"{self.base}.0.1", self.lab.ports.echo))
            for seq in range(count):
                sock.send(f"netdiag-echo {address} {seq} 56".encode())
            sock.settimeout(wait_s)
            back = 0
            end = time.monotonic() + wait_s
            while back < count and time.monotonic() < end:
                try:
                    sock.recv(200)
                except TimeoutError:
                    break
                back += 1
            return back

    # -- shorthands --

    def oper(self, home: str) -> int:
        port = self.port_of(home)
        return int(self.get(port.device, f"{IF_OPER}.{port.if_index}"))

    def macs(self, home: str) -> list[str]:
        """MACs on a home's port by Q-BRIDGE-MIB."""
        port = self.port_of(home)
        rows = self.walk(port.device, FDB)
        found = [index for index, number in rows.items() if number == port.number]
        return [":".join(f"{int(n):02x}" for n in index.split(".")[1:]) for index in found]


def has(tool: str) -> bool:
    return shutil.which(tool) is not None
