"""A daemon over an inventory of its own: a tree of devices that nobody has to reach."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from netdiag.service.daemon.settings import open_database
from netdiag.service.setup import load_settings
from netdiag.store.database import Database
from netdiag.store.tokens import Scope, Tokens
from tests.addresses import free_port

SWITCHES = tuple(f"sw-{agg}{n}" for agg in (1, 2) for n in (1, 2, 3))
COMMUNITY = "trap-community"


def inventory(directory: Path, per_switch: int = 8) -> None:
    """A core, two aggregations, three switches each, eight subscribers per switch. Each device has
    an address of loopback of its own."""
    devices = ["id,host,role,platform,site", "core,127.77.0.1,core,generic,town"]
    links = ["device,parent,device_port,parent_port"]
    people = ["id,login,device,port,service"]
    for agg in (1, 2):
        devices.append(f"agg-{agg},127.77.{agg}.1,aggregation,generic,town")
        links.append(f"agg-{agg},core,up,dn{agg}")
    for switch in SWITCHES:
        agg, n = switch[3], switch[4]
        devices.append(f"{switch},127.77.{agg}.1{n},access,generic,north")
        links.append(f"{switch},agg-{agg},up,dn{n}")
        people += [
            f"{switch}-{port},login-{switch}-{port},{switch},{port},pppoe"
            for port in range(1, per_switch + 1)
        ]
    for name, lines in (("devices", devices), ("links", links), ("subscribers", people)):
        (directory / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


@dataclass
class Watched:
    """A daemon as a process of its own."""

    directory: Path
    address: str = field(default_factory=lambda: f"127.0.0.1:{free_port()}")
    process: subprocess.Popen[bytes] | None = None

    @property
    def config(self) -> Path:
        return self.directory / "netdiag.yaml"

    @property
    def log(self) -> str:
        return (self.directory / "daemon.log").read_text(encoding="utf-8")

    def configure(self, more: str) -> None:
        csv = ", ".join(f"{part}: {part}.csv" for part in ("devices", "links", "subscribers"))
        self.config.write_text(
            f"inventory:\n  - csv: {{{csv}}}\nstate_dir: state\n"
            f"credentials: {{default: {{snmp: {{community: {{env: COMMUNITY}}}}}}}}\n"
            f"serve: {{listen: '{self.address}', executor: test}}\n{more}",
            encoding="utf-8",
        )

    def start(self) -> None:
        environment = os.environ | {"COMMUNITY": COMMUNITY}
        with (self.directory / "daemon.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "netdiag", "serve", "--config", str(self.config)],
                stdout=log, stderr=log, env=environment,
            )  # fmt: skip
        for _ in range(600):
            assert self.process.poll() is None, self.log
            try:
                if httpx.get(f"http://{self.address}/readyz").status_code == 200:
                    return
            except httpx.HTTPError:
                time.sleep(0.1)
        pytest.fail(f"the daemon is not ready: {self.log}")

    def at_rest(self) -> bool:
        """Is everything that was begun also recorded as done? Killed between a message and its
        record, it sends the message again: nobody can know that it arrived."""
        told = httpx.get(f"http://{self.address}/metrics").text
        return "netdiag_oldest_unfinished_job_seconds 0.0\n" in told

    def stop(self, number: int = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(40)

    def database(self) -> Database:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("COMMUNITY", COMMUNITY)
            return open_database(load_settings(str(self.config)))

    def client(self) -> httpx.Client:
        database = self.database()
        token = Tokens(database).make("test", frozenset([Scope.ADMIN]), datetime.now(UTC),
                                      per_minute=1_000_000)  # fmt: skip
        database.close()
        headers = {"authorization": f"Bearer {token}"}
        return httpx.Client(base_url=f"http://{self.address}", headers=headers, timeout=30)


@contextmanager
def watched(directory: Path, more: str) -> Iterator[Watched]:
    """A running daemon."""
    inventory(directory)
    made = Watched(directory)
    made.configure(more)
    made.start()
    try:
        yield made
    finally:
        if made.process is not None and made.process.poll() is None:
            made.stop()


def until(true: Callable[[], Any], seconds: float = 60, why: Callable[[], Any] = str) -> Any:
    """The first true value; fails when it does not come."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = true()
        if found:
            return found
        time.sleep(0.1)
    pytest.fail(f"it did not come: {why()}")
