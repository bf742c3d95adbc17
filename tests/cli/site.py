"""A small provider on paper, for the command line: files that a test may spoil."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from netdiag.cli import run

SECRETS = {
    "NETDIAG_TEST_COMMUNITY": "comm-k7Qz",
    "NETDIAG_TEST_API": "api-w9Lx",
    "NETDIAG_TEST_SSH": "ssh-r3Tn",
}
CONFIG = """\
inventory:
  - yaml: inventory.yaml
state_dir: state
timezone: Europe/Moscow
radius: {url: {env: NETDIAG_TEST_RADIUS}}
billing:
  url: {env: NETDIAG_TEST_BILLING}
  query: SELECT state FROM accounts WHERE id = :id
credentials:
  default:
    snmp: {version: 2c, community: {env: NETDIAG_TEST_COMMUNITY}}
    routeros: {username: netdiag, password: {env: NETDIAG_TEST_API}}
    ssh: {username: netdiag, password: {env: NETDIAG_TEST_SSH}}
options: {icmp.responder: "127.0.0.1:SILENT"}
limits: {timeout_s: 0.5}
"""
INVENTORY = """\
subscribers:
  - {id: "100001", login: flat1, phone: "79120000001", service: pppoe, access: copper,
     device: sw-1, port: "7", bng: bng-1, mac: ["02:00:00:00:00:01"]}
  - {id: "100002", login: flat2, phone: "79120000002", device: sw-1, port: "8", bng: bng-1}
  - {id: "100003", login: shared, device: sw-1, port: "9"}
  - {id: "100004", login: shared, device: sw-1, port: "10"}
  - {id: "100005", login: noport, device: sw-1}
  - {id: "100006", login: nodevice, device: sw-99, port: "1"}
devices:
  - {id: sw-1, host: 127.0.0.1, role: access, platform: PLATFORM, options: {PORTS}}
  - {id: bng-1, host: 127.0.0.1, role: bng, platform: mikrotik_routeros, options: {PORTS}}
links:
  - {device: sw-1, parent: bng-1}
"""
DEAD = {"snmp": 9, "routeros": 9, "ssh": 9}
USAGE, UNKNOWN, FAILED = 2, 3, 4  # exit codes


@dataclass(frozen=True)
class Told:
    """What one command said."""

    code: int
    out: str
    err: str

    @property
    def headline(self) -> str:
        return self.out.partition("\n")[0]

    def json(self) -> Any:
        return json.loads(self.out)


def netdiag(*words: str) -> Told:
    """Run the command line in this process, as the console script does."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run([str(word) for word in words])
    told = Told(code, out.getvalue(), err.getvalue())
    for text in (told.out, told.err):
        assert "Traceback" not in text, text
        assert "netdiag itself failed" not in text, text
    return told


def refused(code: int, *words: str) -> str:
    """The command fails with this code and says why; nothing on stdout."""
    told = netdiag(*words)
    assert told.code == code, told
    assert told.out == ""
    assert told.err
    return told.err


def started(*words: str) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    line = [sys.executable, "-m", "netdiag", *words]
    return subprocess.Popen(line, stdout=pipe, stderr=pipe, text=True)


class Site:
    """Configuration, inventory and databases in a directory. `silent`: a UDP port that takes all
    and answers nothing; pings go there, for loopback itself would answer them."""

    def __init__(self, directory: Path, silent: int) -> None:
        self.directory = directory
        self.config = directory / "netdiag.yaml"
        self.write("netdiag.yaml", CONFIG.replace("SILENT", str(silent)))
        self.devices()
        _database(directory / "radius.db", RADIUS_TABLES)
        _database(directory / "billing.db", BILLING_TABLES)

    def environment(self) -> dict[str, str]:
        return SECRETS | {
            "NETDIAG_TEST_RADIUS": f"sqlite:///{self.directory}/radius.db",
            "NETDIAG_TEST_BILLING": f"sqlite:///{self.directory}/billing.db",
            "NETDIAG_CONFIG": str(self.config),
        }

    def write(self, name: str, text: str) -> Path:
        path = self.directory / name
        path.write_text(text, encoding="utf-8")
        return path

    def mend(self, old: str, new: str, name: str = "netdiag.yaml") -> None:
        """Replace a text of a file; it has to be there."""
        text = (self.directory / name).read_text(encoding="utf-8")
        assert old in text, old
        self.write(name, text.replace(old, new))

    def patient(self) -> None:
        """A device may take a minute for a question: only the deadline of the whole ends it."""
        self.mend("timeout_s: 0.5", "timeout_s: 60, breaker_failures: 1000")

    def devices(self, platform: str = "generic", **ports: int) -> None:
        """The inventory, every device on these ports of 127.0.0.1; nobody listens elsewhere."""
        options = ", ".join(f'{name}.port: "{at}"' for name, at in (DEAD | ports).items())
        text = INVENTORY.replace("PORTS", options).replace("PLATFORM", platform)
        self.write("inventory.yaml", text)


RADIUS_TABLES = """
CREATE TABLE radacct (radacctid INTEGER PRIMARY KEY, username TEXT, nasipaddress TEXT,
  acctstarttime TEXT, acctupdatetime TEXT, acctstoptime TEXT, acctsessiontime INTEGER,
  acctterminatecause TEXT, framedipaddress TEXT, callingstationid TEXT, nasportid TEXT,
  acctinputoctets INTEGER, acctoutputoctets INTEGER);
CREATE TABLE radpostauth (id INTEGER PRIMARY KEY, username TEXT, reply TEXT, authdate TEXT);
"""
BILLING_TABLES = """
CREATE TABLE accounts (id TEXT PRIMARY KEY, state TEXT);
INSERT INTO accounts VALUES ('100001', 'active'), ('100002', 'active');
"""


def _database(path: Path, script: str) -> None:
    with contextlib.closing(sqlite3.connect(path)) as made:
        made.executescript(script)


def without_rights() -> bool:
    """Is this a user who can be refused? (root writes everywhere)"""
    return os.geteuid() != 0
