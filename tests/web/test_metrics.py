"""What /metrics tells, read by Prometheus' own tool."""

import shutil
import subprocess

import httpx
import pytest

from netdiag.store.tokens import Scope
from tests.web.conftest import Served


def test_promtool_finds_nothing_to_mend_in_the_metrics_of_a_daemon_at_work(served: Served) -> None:
    if shutil.which("promtool") is None:
        pytest.skip("needs promtool (apt-get install prometheus)")
    with served.client(Scope.ADMIN) as client:
        told = client.post("/api/v1/diagnoses", json={"subscriber": "100203", "wait_s": 20})
        assert told.status_code < 300, told.text
    text = httpx.get(f"http://{served.address}/metrics").text
    assert "netdiag_diagnoses_total{" in text
    for metrics, code in ((text, 0), (text.replace("_total", "_all"), 3)):
        done = subprocess.run(
            ["promtool", "check", "metrics"],
            input=metrics, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stdout + done.stderr
