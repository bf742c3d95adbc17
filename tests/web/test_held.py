"""What is held back, over the API."""

from __future__ import annotations

import httpx

from netdiag.store.tokens import Scope
from tests.web.conftest import Served


def test_what_is_held_and_announced_work_are_told_to_who_may_read(
    served: Served, api: httpx.Client
) -> None:
    assert api.get("/api/v1/outages/held").json() == []
    assert api.get("/api/v1/maintenance").json() == []
    with served.client(Scope.EVENTS) as client:
        assert client.get("/api/v1/outages/held").status_code == 403


def test_what_came_in_is_counted(served: Served, api: httpx.Client) -> None:
    api.post("/api/v1/events", json={"subject": "100207", "kind": "session", "state": "down"})
    text = httpx.get(f"http://{served.address}/metrics").text
    assert 'netdiag_events_total{kept="new"}' in text
    assert "netdiag_events_judged_total" in text
