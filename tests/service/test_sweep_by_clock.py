"""The daemon sweeps by its own clock."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.agents import Range, agents
from bench.agents.switch import switch
from netdiag.model.content import Content
from netdiag.service.daemon.settings import open_database
from netdiag.service.setup import load_settings
from netdiag.store.sweeps import Run, Sweeps
from tests.addresses import free_port
from tests.service.test_sweep import NETWORK, Network

pytestmark = pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")


@pytest.fixture
def network(tmp_path: Path, content: Content) -> Network:
    """Five devices."""
    return Network(tmp_path, content)


def test_the_daemon_sweeps_by_its_clock_in_batches_of_durable_work(network: Network) -> None:
    text = network.config.read_text()
    network.config.write_text(
        text + 'sweep: {schedule: "*/3 * * * * *", batch: 2}\nserve: {executor: test}\n'
    )
    tables = [switch()]
    ranges = [Range(first=f"{NETWORK}.0", last=f"{NETWORK}.255")]
    log = network.directory / "daemon.log"
    command = [sys.executable, "-m", "netdiag", "serve", "--config", str(network.config)]
    with agents(network.directory, network.port, tables, ranges), log.open("wb") as out:
        daemon = subprocess.Popen(
            [*command, "--listen", f"127.0.0.1:{free_port()}"], stdout=out, stderr=out
        )
        try:
            run = _ended(network, daemon, log)
        finally:
            daemon.terminate()
            daemon.wait(30)
    assert run.state == "done", log.read_text()
    assert run.summary["devices"] == {"ok": 5}


def _ended(network: Network, daemon: subprocess.Popen[bytes], log: Path) -> Run:
    settings = load_settings(str(network.config))
    for _ in range(300):
        assert daemon.poll() is None, log.read_text()
        database = open_database(settings)
        try:
            ended = [run for run in Sweeps(database).last() if run.finished_at]
        finally:
            database.close()
        if ended:
            return ended[-1]
        time.sleep(0.2)
    raise AssertionError(log.read_text())
