"""The real Alertmanager on loopback, with netdiag's own rules."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.addresses import free_port

PROGRAM = "prometheus-alertmanager"
INHIBIT = Path(__file__).resolve().parents[2] / "config" / "alertmanager-inhibit.yml"
# As config/alertmanager-inhibit.yml tells to do it.
ROUTE = {
    "receiver": "noc",
    "group_by": ["alertname", "device"],
    "group_wait": "1s",
    "group_interval": "2s",
    "routes": [
        {"matchers": ['alertname = "NetdiagCutOff"'], "receiver": "nobody"},
        {"matchers": ['alertname = "NetdiagOutage"'], "receiver": "noc", "group_by": ["outage"]},
    ],
}


@dataclass
class Managed:
    """A running Alertmanager."""

    url: str

    def alerts(self, **labels: str) -> list[dict[str, Any]]:
        found = httpx.get(f"{self.url}/api/v2/alerts").json()
        return [one for one in found if labels.items() <= one["labels"].items()]

    def post(self, **labels: str) -> None:
        httpx.post(f"{self.url}/api/v2/alerts", json=[{"labels": labels}]).raise_for_status()


def needed() -> str:
    """Why it cannot run; empty when it can."""
    return "" if shutil.which(PROGRAM) else f"needs {PROGRAM} (apt-get install {PROGRAM})"


@contextmanager
def alertmanager(
    directory: Path, webhook: str, prefix: tuple[str, ...] = (), address: str = "127.0.0.1"
) -> Iterator[Managed]:
    """Started with a route to a webhook; `prefix` is put before the command (ip netns exec …)."""
    if needed():
        pytest.skip(needed())
    rules = yaml.safe_load(INHIBIT.read_text(encoding="utf-8"))
    hook = {"url": webhook, "send_resolved": True}
    receivers = [{"name": "noc", "webhook_configs": [hook]}, {"name": "nobody"}]
    config = {"route": ROUTE, "receivers": receivers, **rules}
    path = directory / "alertmanager.yml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    port = free_port()
    with (directory / "alertmanager.log").open("wb") as log:
        process = subprocess.Popen(
            [*prefix, PROGRAM, f"--config.file={path}", f"--storage.path={directory / 'am'}",
             f"--web.listen-address={address}:{port}", "--cluster.listen-address="],
            stdout=log, stderr=log,
        )  # fmt: skip
    managed = Managed(f"http://{address}:{port}")
    try:
        for _ in range(100):
            try:
                httpx.get(f"{managed.url}/-/ready").raise_for_status()
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield managed
    finally:
        process.terminate()
        process.wait(10)
