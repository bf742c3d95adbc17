"""netdiag doctor, thing by thing: each is fine where it works, and seen when it does not."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from netdiag.model.touched import Touched
from netdiag.store.database import Database
from netdiag.store.journal import Journal
from tests.addresses import free_port
from tests.cli.site import Site, netdiag


def examined(site: Site) -> dict[str, Any]:
    """Thing → what doctor says of it."""
    told = netdiag("doctor", "--no-devices", "--json", "--config", str(site.config))
    found = {one["what"]: one for one in told.json()}
    assert told.code == (0 if all(one["ok"] for one in found.values()) else 4)
    assert all(one["mend"] for one in found.values() if not one["ok"])
    return found


@pytest.fixture
def port(site: Site) -> int:
    """The address of the daemon of this site: free."""
    found = free_port()
    text = site.config.read_text(encoding="utf-8")
    site.config.write_text(f"{text}serve: {{listen: '127.0.0.1:{found}'}}\n", encoding="utf-8")
    return found


@contextmanager
def listening(port: int) -> Iterator[None]:
    with socket.create_server(("127.0.0.1", port)):
        yield


def test_an_address_that_another_program_has(site: Site, port: int) -> None:
    assert examined(site)["listen serve.listen"]["ok"]
    with listening(port):
        found = examined(site)["listen serve.listen"]
    assert not found["ok"]
    assert f"127.0.0.1:{port}: Address already in use" in found["text"]


def test_a_store_that_cannot_be_written(site: Site, port: int) -> None:
    assert examined(site)["store"]["ok"]
    with closing(sqlite3.connect(site.directory / "state" / "netdiag.db")) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        found = examined(site)["store"]
    assert (found["ok"], "locked" in found["text"]) == (False, True)


def test_a_part_that_serve_alone_reads(site: Site, port: int) -> None:
    text = site.config.read_text(encoding="utf-8")
    for part in (
        "watch: {round_s: -1}",
        "sweep: {at_once: 0}",
        "notify: {people: {noc: {url: {env: NETDIAG_TEST_NO_SUCH}}}}",
        "tickets: {bounces: x}",
    ):
        site.config.write_text(f"{text}{part}\n", encoding="utf-8")
        found = examined(site)["daemon"]
        assert (found["ok"], found["mend"]) == (False, "netdiag check"), part
        assert netdiag("check", "--config", str(site.config)).code == 2, part


def test_a_database_that_does_not_answer(
    site: Site, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert examined(site)["database radius"]["ok"]
    monkeypatch.setenv("NETDIAG_TEST_RADIUS", f"postgresql://127.0.0.1:{free_port()}/radius")
    assert not examined(site)["database radius"]["ok"]


def test_a_test_that_nobody_lived_to_undo(site: Site, port: int) -> None:
    assert examined(site)["tests"]["ok"]
    now = datetime.now(UTC)
    line = Touched(
        id="t-1", begun_at=now - timedelta(hours=1), who="anna", what="port-bounce", device="sw-1",
        port="7", subscriber="100001", ticket=None, transport="snmp", undo="{}",
        due_at=now - timedelta(minutes=50), host=socket.gethostname(), pid=1,
    )  # fmt: skip
    with closing(Database(f"sqlite:///{site.directory}/state/netdiag.db")) as database:
        Journal(database).write(line)
    found = examined(site)["tests"]
    assert (found["ok"], "port-bounce on sw-1:7" in found["text"]) == (False, True)


def test_a_row_of_the_inventory_that_is_broken(site: Site, port: int) -> None:
    site.mend("devices:\n", "devices:\n  - {id: x-1, role: access}\n", "inventory.yaml")
    found = examined(site)["inventory"]
    assert (found["ok"], "to mend" in found["mend"]) == (False, True)


@pytest.mark.real
def test_a_configuration_that_one_may_not_look_at_is_a_sentence(site: Site) -> None:
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("needs root and setpriv, to be somebody else")
    site.directory.chmod(0o700)
    done = subprocess.run(
        ["setpriv", "--reuid", "65534", "--clear-groups", sys.executable, "-m", "netdiag", "check",
         "--config", str(site.config)],
        capture_output=True, text=True, check=False, cwd="/",
    )  # fmt: skip
    assert (done.returncode, "Permission denied" in done.stdout + done.stderr) == (2, True)
    assert "itself failed" not in done.stderr


@pytest.mark.real
def test_a_host_that_may_not_ping(site: Site, port: int) -> None:
    """A network of its own where nobody may, and a user without rights."""
    if os.geteuid() != 0 or not all(map(shutil.which, ("unshare", "setpriv", "ip"))):
        pytest.skip("needs root, unshare, setpriv and ip")
    with TemporaryDirectory() as open_to_all:
        shutil.copytree(site.directory, open_to_all, dirs_exist_ok=True)
        subprocess.run(["chmod", "-R", "a+rwX", open_to_all], check=True)
        config = f"{open_to_all}/{site.config.name}"
        script = (
            "ip link set lo up; setpriv --reuid 65534 --regid 65534 --clear-groups "
            f"--bounding-set -all --inh-caps -all {sys.executable} -m netdiag doctor --no-devices "
            f"--json --config {config}"
        )
        done = subprocess.run(
            ["unshare", "--net", "sh", "-c", script],
            capture_output=True, text=True, check=False, cwd=open_to_all,
        )  # fmt: skip
    assert done.returncode == 4, done.stderr
    assert '"what": "ping"' in done.stdout
    told = done.stdout.partition('"what": "ping"')[2].partition("}")[0]
    assert '"ok": false' in told
    assert "ping_group_range" in told
