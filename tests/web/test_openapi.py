"""The API against its own document: whatever the document allows, or forbids, is answered."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from netdiag.store.tokens import Scope
from tests.web.conftest import Served
from tests.web.test_store_crash import on_postgresql  # noqa: F401  (a fixture)


def test_the_document_is_openapi_3_1_and_names_what_the_contract_names(served: Served) -> None:
    document = httpx.get(f"http://{served.address}/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert {
        "/api/v1/diagnoses",
        "/api/v1/diagnoses/{id}",
        "/api/v1/subscribers/{key}/status",
        "/api/v1/outages",
        "/api/v1/outages/{id}",
        "/api/v1/outages/stream",
        "/api/v1/tickets/{system}",
        "/api/v1/feedback",
        "/api/v1/events",
    } <= set(document["paths"])
    diagnose = document["paths"]["/api/v1/diagnoses"]["post"]
    assert {"200", "202", "422", "503"} <= set(diagnose["responses"])
    assert any(p["name"] == "Idempotency-Key" for p in diagnose["parameters"])


def fuzzed(served: Served, folder: Path) -> None:
    command = [
        str(Path(sys.executable).with_name("schemathesis")), "run",
        f"http://{served.address}/openapi.json",
        "--header", f"Authorization: Bearer {served.token(Scope.ADMIN)}",
        "--checks", "not_a_server_error", "--max-examples", "12", "--seed", "7",
        "--exclude-path", "/api/v1/outages/stream", "--request-timeout", "10",
        "--phases", "examples,coverage,fuzzing", "--no-color",
    ]  # fmt: skip
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=240, cwd=folder, check=False
    )
    assert done.returncode == 0, done.stdout[-4000:]
    with served.client(Scope.ADMIN) as client:  # what the fuzz announced is over
        for one in client.get("/api/v1/outages").json():
            client.patch(f"/api/v1/outages/{one['id']}", json={"state": "cleared"})


def test_schemathesis_finds_no_server_error(served: Served, tmp_path: Path) -> None:
    fuzzed(served, tmp_path)


@pytest.mark.real
def test_schemathesis_finds_none_on_postgresql_either(
    on_postgresql: tuple[Served, str],  # noqa: F811
    tmp_path: Path,
) -> None:
    """It is stricter: lengths, NUL, numbers that are none."""
    daemon, begun = on_postgresql[0], len(on_postgresql[0].log)
    fuzzed(daemon, tmp_path)
    assert "Traceback" not in daemon.log[begun:]
