"""Findings of sweeps over the API, on the board, and as figures for Prometheus."""

from datetime import UTC, datetime

import httpx
import pytest

from netdiag.model.sweep import Finding
from netdiag.model.user import UserRole
from netdiag.service.daemon.settings import open_database
from netdiag.service.setup import load_settings
from netdiag.store.findings import Findings
from netdiag.store.sweeps import Run, Sweeps, Visited
from netdiag.store.tokens import Scope
from tests.web.board import browser, text_of
from tests.web.conftest import Served

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.fixture(scope="module", autouse=True)
def found(served: Served) -> dict[str, int]:
    """Three findings and a sweep, by device."""
    database = open_database(load_settings(str(served.config)))

    def finding(device: str, **more: object) -> Finding:
        given = {"rule": "port.half-duplex", "severity": "minor", "state": "open", "rank": 1.0}
        return Finding(
            device=device, place="7", port="Gi<7>", site="north", since=NOW, seen_at=NOW,
            sure=0.75, evidence={"port.speed_mbps": 100.0}, **(given | more),
        )  # fmt: skip

    made = Findings(database).keep(
        [
            finding("sw-3"),
            finding("sw-4", rank=9.0, severity="critical", rule="device.silent"),
            finding("sw-5", state="closed"),
        ],
        [],
    )
    row = Visited(device="sw-3", site="north", reach="ok", detail="", known=b"")
    Sweeps(database).keep("s-1", [row], [], NOW)
    run = Run(
        id="s-1", site="north", scope={"site": "north"}, state="running", owner="x", total=1,
        started_at=NOW, alive_at=NOW, finished_at=None, done=0, summary={},
    )  # fmt: skip
    Sweeps(database).begin(run)
    Sweeps(database).finish("s-1", "done", 1, {}, NOW.replace(minute=2))
    database.close()
    return {one.device: one.id or 0 for one in made}


def names(api: httpx.Client, query: str) -> list[str]:
    return [one["device"] for one in api.get(f"/api/v1/findings?{query}").json()]


@pytest.mark.parametrize(
    ("query", "devices"),
    [
        ("", ["sw-4", "sw-3"]),
        ("state=closed", ["sw-5"]),
        ("state=all&limit=2", ["sw-4", "sw-3"]),
        ("severity=minor", ["sw-3"]),
        ("rule=device.silent&site=north", ["sw-4"]),
        ("device=sw-9", []),
    ],
)
def test_findings_are_listed_by_what_matters(
    api: httpx.Client, query: str, devices: list[str]
) -> None:
    assert names(api, query) == devices


def test_one_finding_has_its_evidence_and_what_to_do(
    api: httpx.Client, found: dict[str, int]
) -> None:
    one = api.get(f"/api/v1/findings/{found['sw-3']}").json()
    assert one["evidence"][0]["value"] == 100
    assert one["do"].startswith("Set both ends")
    assert api.get("/api/v1/findings/999999").status_code == 404
    assert api.get("/api/v1/findings?limit=0").status_code == 422


def test_who_may_only_diagnose_reads_no_findings(served: Served) -> None:
    with served.client(Scope.DIAGNOSE) as client:
        assert client.get("/api/v1/findings").status_code == 403


def test_the_board_lists_them_in_the_language_of_the_browser(served: Served) -> None:
    with browser(served, UserRole.VIEWER) as client:
        page = client.get("/findings")
        assert page.status_code == 200
        assert "Gi<7>" not in page.text  # escaped
        text = text_of(page.text)
        assert text.index("sw-4") < text.index("sw-3")
        assert "Half duplex on a live link" in text
        assert "sw-5" not in text
        assert "полудуплекс" in client.get("/findings?lang=ru").text.lower()
        assert "sw-3" not in client.get("/findings?site=south").text


def test_sweeps_and_findings_are_counted_for_prometheus(served: Served) -> None:
    text = httpx.get(f"http://{served.address}/metrics").text
    assert 'netdiag_swept_devices{reach="ok"} 1.0' in text
    assert 'netdiag_findings_open{rule="device.silent",severity="critical"} 1.0' in text
    assert 'netdiag_sweep_duration_seconds{site="north"} 120.0' in text
    assert "sw-3" not in text


def test_technicians_vote_and_the_last_word_of_each_counts(
    served: Served, api: httpx.Client, found: dict[str, int]
) -> None:
    path, headers = f"/api/v1/findings/{found['sw-3']}/votes", {"Idempotency-Key": "v-1"}
    for _ in range(2):
        answer = api.post(path, json={"useful": True, "remark": "seen"}, headers=headers)
        assert (answer.status_code, answer.json()["state"]) == (201, "open")
    answer = api.post(path, json={"useful": False})
    assert answer.json()["state"] == "nonsense"
    database = open_database(load_settings(str(served.config)))
    assert Findings(database).votes() == {"port.half-duplex": (0, 1)}
    database.close()
    assert api.post("/api/v1/findings/99999/votes", json={"useful": True}).status_code == 404
    assert api.post(path, json={"useful": "perhaps"}).status_code == 422
