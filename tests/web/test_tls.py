"""TLS by configuration: a pair that does not fit is refused, a renewed one is taken by a reload."""

from __future__ import annotations

import os
import shutil
import signal
import ssl
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.addresses import free_port
from tests.cli.site import netdiag
from tests.web.test_running import wait_for

CONFIG = """\
inventory: [{{yaml: inventory.yaml}}]
state_dir: state
serve:
  listen: "127.0.0.1:{port}"
  tls: {{certificate: server.pem, key: server.key}}
"""


def pair(directory: Path, *more: str) -> None:
    """A certificate of its own signature and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl")
    command = [
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
        "-days", "2", "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.pem",
        *(more or ("-nodes",)),
    ]  # fmt: skip
    subprocess.run(command, cwd=directory, check=True, capture_output=True)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "netdiag.yaml").write_text(CONFIG.format(port=free_port()), encoding="utf-8")
    (tmp_path / "inventory.yaml").write_text("devices: []\n", encoding="utf-8")
    pair(tmp_path)
    return tmp_path


def test_a_key_of_another_certificate_or_behind_a_passphrase_is_refused(place: Path) -> None:
    config = str(place / "netdiag.yaml")
    good = (place / "server.key").read_bytes()
    pair(place)
    (place / "server.key").write_bytes(good)
    told = netdiag("serve", "--config", config)
    assert (told.code, "do not fit" in told.err) == (2, True)
    pair(place, "-passout", "pass:hush-hush")
    told = netdiag("serve", "--config", config)
    assert (told.code, "without a passphrase" in told.err) == (2, True)


def test_a_renewed_certificate_is_taken_by_a_reload_and_a_broken_one_is_not(place: Path) -> None:
    port = int((place / "netdiag.yaml").read_text().partition("127.0.0.1:")[2].partition('"')[0])
    command = [sys.executable, "-m", "netdiag", "serve", "--config", str(place / "netdiag.yaml")]
    with (place / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ)
    try:
        assert wait_for(lambda: _ready(port), 20), (place / "log").read_text()
        seen = [ssl.get_server_certificate(("127.0.0.1", port))]
        pair(place)
        process.send_signal(signal.SIGHUP)
        assert wait_for(lambda: ssl.get_server_certificate(("127.0.0.1", port)) != seen[0])
        seen.append(ssl.get_server_certificate(("127.0.0.1", port)))
        assert seen[1].split() == (place / "server.pem").read_text().split()
        (place / "server.key").write_text("nothing", encoding="utf-8")
        process.send_signal(signal.SIGHUP)
        assert wait_for(lambda: "reload refused" in (place / "log").read_text())
        time.sleep(0.2)
        assert ssl.get_server_certificate(("127.0.0.1", port)) == seen[1]
    finally:
        process.terminate()
        assert process.wait(40) == 0


def _ready(port: int) -> bool:
    try:
        return httpx.get(f"https://127.0.0.1:{port}/readyz", verify=False).status_code == 200
    except httpx.HTTPError:
        return False
