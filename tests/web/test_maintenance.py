"""Announced work over the API: planned once, shown, ended; on record."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from netdiag.service.daemon.settings import open_database
from netdiag.service.setup import load_settings
from netdiag.store.changes import Changes
from netdiag.store.tokens import Scope
from tests.web.conftest import Served

PATH = "/api/v1/maintenance"
TILL = (datetime.now(UTC) + timedelta(hours=2)).replace(microsecond=0)


@pytest.fixture
def window(api: httpx.Client) -> Iterator[dict[str, str]]:
    """Work at an access switch, over after the test."""
    body = {"root": "sw-2", "until": TILL.isoformat(), "note": "new line card"}
    made = api.post(PATH, json=body)
    assert made.status_code == 201, made.text
    assert made.headers["location"] == f"{PATH}/{made.json()['id']}"
    yield made.json()
    api.delete(f"{PATH}/{made.json()['id']}")


def test_a_window_is_announced_shown_and_ended(api: httpx.Client, window: dict[str, str]) -> None:
    assert (window["root"], window["note"], window["who"]) == ("sw-2", "new line card", "test")
    assert datetime.fromisoformat(window["until"]) == TILL
    path = f"{PATH}/{window['id']}"
    assert api.get(PATH).json() == [window]
    assert api.get(path).json() == window
    ended = api.delete(path)
    assert ended.status_code == 200
    assert ended.json()["cancelled_at"] is not None
    assert api.delete(path).json() == ended.json()
    assert api.get(PATH).json() == []
    assert api.get(path).json() == ended.json()


def test_the_same_key_announces_once_and_with_another_body_is_refused(api: httpx.Client) -> None:
    body = {"root": "sw-2", "until": TILL.isoformat()}
    headers = {"Idempotency-Key": f"work-{datetime.now(UTC).timestamp()}"}
    first = api.post(PATH, json=body, headers=headers)
    second = api.post(PATH, json=body, headers=headers)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert len(api.get(PATH).json()) == 1
    other = api.post(PATH, json=body | {"root": "sw-1"}, headers=headers)
    assert other.status_code == 422
    api.delete(f"{PATH}/{first.json()['id']}")


def test_who_may_read_only_changes_nothing(served: Served, window: dict[str, str]) -> None:
    with served.client(Scope.READ, Scope.EVENTS) as reader:
        assert reader.get(PATH).json() == [window]
        body = {"root": "sw-2", "until": TILL.isoformat()}
        assert reader.post(PATH, json=body).status_code == 403
        assert reader.delete(f"{PATH}/{window['id']}").status_code == 403
    with served.client(Scope.EVENTS) as stranger:
        assert stranger.get(PATH).status_code == 403
        assert stranger.get(f"{PATH}/{window['id']}").status_code == 403


@pytest.mark.parametrize(
    ("change", "status", "says"),
    [
        ({"root": "sw-nowhere"}, 409, "sw-nowhere"),
        ({"until": "2020-01-01T00:00:00Z"}, 409, "ends after it begins"),
        ({"until": "2099-01-01T00:00:00"}, 422, "offset"),
        ({"until": "9999-12-31T23:59:59-10:00"}, 422, "outside the years"),
        ({"untill": "2099-01-01T00:00:00Z"}, 422, "untill"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(
    api: httpx.Client, change: dict[str, str], status: int, says: str
) -> None:
    answer = api.post(PATH, json={"root": "sw-2", "until": TILL.isoformat()} | change)
    assert answer.status_code == status
    assert says in answer.text
    assert api.get(PATH).json() == []


def test_a_window_that_nobody_knows_is_not_found(api: httpx.Client) -> None:
    assert api.get(f"{PATH}/mw-none").status_code == 404
    assert api.delete(f"{PATH}/mw-none").status_code == 404


def test_who_planned_and_who_ended_is_on_record(
    served: Served, api: httpx.Client, window: dict[str, str]
) -> None:
    api.delete(f"{PATH}/{window['id']}")
    database = open_database(load_settings(str(served.config)))
    try:
        lines = Changes(database).since(datetime.now(UTC) - timedelta(minutes=5))
    finally:
        database.close()
    about = [(one.what, one.who) for one in lines if one.thing == window["id"]]
    assert about == [("maintenance.plan", "test"), ("maintenance.cancel", "test")]


def test_the_document_shows_an_example(served: Served) -> None:
    document = httpx.get(f"http://{served.address}/openapi.json").json()
    assert set(document["paths"][PATH]) == {"get", "post"}
    assert set(document["paths"][f"{PATH}/{{id}}"]) == {"get", "delete"}
    body = document["components"]["schemas"]["MaintenanceRequest"]["properties"]
    assert body["root"]["examples"] == ["agg-3"]
    assert body["until"]["examples"] == ["2026-05-04T04:00:00+03:00"]
