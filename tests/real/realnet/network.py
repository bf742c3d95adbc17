"""The whole network: made once a session, asked and broken by the tests."""

from __future__ import annotations

import json
import re
import shutil
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from realnet import agents, cabling, site
from realnet.databases import Database, Mariadb, Postgres, fill
from realnet.dhcp import Dhcp, static
from realnet.plan import ADDRESSES, DNS_NAME, FLATS, SWITCHES, Flat
from realnet.radius import Radius
from realnet.shell import run, until
from realnet.space import Space

WIRE = Path(__file__).with_name("wire.py")


@dataclass(slots=True)
class Backend:
    """One AAA and billing: a database server, FreeRADIUS on it, and netdiag's files for it."""

    db: Database
    radius: Radius
    config: Path


class Network:
    """Everything that the tests need; `faults` breaks it."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.dhcp = Dhcp(space)
        self.ssh = agents.SshKeys(space)
        self.backends: dict[str, Backend] = {}

    def up(self) -> None:
        """Bring everything up; returns when every router has its address and servers answer."""
        with ThreadPoolExecutor(2) as pool:
            servers = [pool.submit(self._backend, *k) for k in _BACKENDS]
            cabling.build(self.space)
            self.lay_wire()
            self.dhcp.names()
            self.dhcp.serve()
            for node in (*SWITCHES, "bng"):
                self.serve_management(node)
            for flat in FLATS:
                self.connect(flat)
            for server in servers:
                server.result()
        for backend in self.backends.values():
            _fill_and_start(backend)
        for node in (*SWITCHES, "bng"):
            agents.snmpd_ready(self.space, node)
        for flat in FLATS:
            if flat.ip:
                self.wait_for_answer(flat)

    def _backend(self, name: str, make: Callable[[Space], Database]) -> None:
        db = make(self.space)
        config = site.write(
            self.space.folder / f"site-{name}", db, agents.SSH_USER, self.ssh.password
        )
        self.backends[name] = Backend(db, Radius(self.space, db), config)

    def serve_management(self, node: str) -> None:
        """Start the agent and the SSH server of a node."""
        agents.start_snmpd(self.space, node)
        over = {self.dhcp.state: "/var/lib/misc", self.dhcp.logs: "/var/log"}
        self.ssh.start(node, over if node == "bng" else None)

    def lay_wire(self) -> None:
        """The bakery's cable is a process that can be told to be bad."""
        bakery = next(f for f in FLATS if f.node == cabling.WIRED)
        near, far = self.space.name(bakery.device), self.space.name(cabling.WIRED)
        words = [sys.executable, "-S", str(WIRE), near, bakery.port, "-", far, "eth0", bakery.mac]
        self.space.start(bakery.device, "wire", words, piped=True)
        until(lambda: "ready" in self.space.log("wire").read_text(), "the cable of the bakery")
        self.space.ip(bakery.device, f"link set {bakery.port} master br0")
        self.wire("plug")
        self.negotiate(1000, "full")

    def negotiate(self, speed: int, duplex: str) -> None:
        """Speed and duplex of the bakery's port."""
        words = ("ethtool", "-s", "swp4", "speed", str(speed), "duplex", duplex, "autoneg", "on")
        self.space.run("acc2", *words)

    def high_speed(self, node: str, port: str) -> str:
        """ifHighSpeed of a port in Mbit/s, by snmpget."""
        oid = f"{agents.IFX_TABLE}.15.{self.if_index(node, port)}"
        return agents.get(self.space, node, oid)

    def broadcasts(self, node: str, port: str) -> int:
        """Broadcasts that a port took in during one second, by snmpget of ifHCInBroadcastPkts."""
        oid = f"{agents.IFX_TABLE}.9.{self.if_index(node, port)}"
        agents.get(self.space, node, oid)  # the counter starts when it is first asked
        before, start = int(agents.get(self.space, node, oid)), time.monotonic()
        time.sleep(1)
        grown = int(agents.get(self.space, node, oid)) - before
        return round(grown / (time.monotonic() - start))

    def wire(self, command: str) -> None:
        """Tell the bakery's cable what to be (see wire.py)."""
        self.space.tell("wire", command)

    def connect(self, flat: Flat) -> None:
        """The flat's router starts: it asks for an address, or has one by hand."""
        if flat.service == "dhcp":
            self.dhcp.ask(str(flat.node))
        else:
            static(self.space, flat)

    def wait_for_answer(self, flat: Flat) -> None:
        """Wait until the flat's router answers from the management side."""
        until(lambda: self.loss(str(flat.ip), 1) == 0, f"{flat.node} answers", 15)

    def falls_silent(self, address: str) -> None:
        """Fails unless an echo is lost within five seconds: a cable that is a process is told to
        be cut, and the last echoes may be under way."""
        until(lambda: self.loss(address, 1) == 100, f"{address} is silent", 5)

    def loss(
        self, address: str, count: int = 3, node: str = "mgmt", size: int = 56, df: bool = False
    ) -> float:
        """Percentage of echoes that did not come back, by ping."""
        # iputils' ping may wait for ever when its last alarm comes too early; INT makes it report.
        words = ["timeout", "-s", "INT", "12"]
        words += ["ping", "-n", "-q", "-c", str(count), "-i", "0.05", "-W", "1", "-s", str(size)]
        text = self.space.run(node, *words, *(["-M", "do"] if df else []), address, check=False)
        found = re.search(r"([\d.]+)% packet loss", text)
        return float(found.group(1)) if found else 100.0

    def resolves(self) -> bool:
        """Whether the resolver answers, by dig."""
        words = ("dig", "+short", "+time=1", "+tries=1", f"@{ADDRESSES['bng']}", DNS_NAME)
        return "203.0.113" in self.space.run("mgmt", *words, check=False)

    def if_index(self, node: str, port: str) -> int:
        """ifIndex of a port."""
        rows = json.loads(run("ip", "-n", self.space.name(node), "-j", "link", "show", port))
        return int(rows[0]["ifindex"])

    def ports(self, switch: str) -> list[str]:
        """Ports of a switch's bridge."""
        words = ("-j", "link", "show", "master", "br0")
        return [row["ifname"] for row in json.loads(self.space.run(switch, "ip", *words))]

    def mac(self, node: str, port: str) -> str:
        """MAC of a port."""
        rows = json.loads(self.space.run(node, "ip", "-j", "link", "show", port))
        return str(rows[0]["address"])

    def address(self, node: str, port: str = "eth0") -> str | None:
        """IPv4 address of a port, None when it has none."""
        rows = json.loads(self.space.run(node, "ip", "-j", "-4", "addr", "show", port))
        infos = [info for row in rows if row for info in row["addr_info"]]
        return str(infos[0]["local"]) if infos else None

    def port(self, node: str, port: str, column: int) -> str:
        """A column of ifTable for a port, by snmpget."""
        return agents.get(
            self.space, node, f"{agents.IF_TABLE}.{column}.{self.if_index(node, port)}"
        )

    def learned_on(self, node: str, mac: str) -> str | None:
        """Port on which a switch has learned a MAC, by snmpget of dot1dTpFdbPort."""
        octets = ".".join(str(int(part, 16)) for part in mac.split(":"))
        number = agents.get(self.space, node, f"1.3.6.1.2.1.17.4.3.1.2.{octets}")
        if not number:
            return None
        index = agents.get(self.space, node, f"1.3.6.1.2.1.17.1.4.1.2.{number}")
        return agents.get(self.space, node, f"1.3.6.1.2.1.31.1.1.1.1.{index}") or None

    def over_ssh(self, node: str, command: str) -> str:
        """Output of a command over SSH with the operator's password, as netdiag would."""
        ask = self.space.folder / "askpass"
        if not ask.exists():
            ask.write_text(f"#!/bin/sh\necho '{self.ssh.password}'\n")
            ask.chmod(0o700)
        words = ["env", f"SSH_ASKPASS={ask}", "SSH_ASKPASS_REQUIRE=force", "ssh", "-F", "none"]
        words += ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]
        words += ["-o", "ConnectTimeout=3", "-o", "LogLevel=ERROR"]
        target = f"{agents.SSH_USER}@{ADDRESSES[node]}"
        return self.space.run("mgmt", *words, target, command, check=False, timeout_s=10)

    def forget_readings(self, backend: str) -> None:
        """netdiag starts without a history."""
        shutil.rmtree(self.backends[backend].config.parent / "state", ignore_errors=True)

    def netdiag(self, backend: str, *words: str) -> tuple[int, str, str, float]:
        """Run the installed netdiag on the management host: exit code, output, errors, seconds."""
        program = Path(sys.executable).with_name("netdiag")
        config = self.backends[backend].config
        start = time.monotonic()
        done = self.space.finish("mgmt", str(program), *words, "--config", str(config))
        return done.returncode, done.stdout, done.stderr, time.monotonic() - start


_BACKENDS: tuple[tuple[str, Callable[[Space], Database]], ...] = (
    ("postgresql", Postgres),
    ("mariadb", Mariadb),
)


def _fill_and_start(backend: Backend) -> None:
    backend.db.start()
    backend.db.ready()
    fill(backend.db)
    backend.radius.start()
    backend.radius.ready()
