"""What strangers send: methods, heads, addresses and bodies at the edge of HTTP."""

from __future__ import annotations

import gzip
import json
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from types import SimpleNamespace

import httpx
import pytest
from starlette.requests import Request

from netdiag.web.problems import last_resort
from tests.web.conftest import Served
from tests.web.test_api import DIAGNOSES, outage, problem

JSON = {"content-type": "application/json"}


def metrics(served: Served) -> str:
    reply = httpx.get(f"http://{served.address}/metrics")
    assert reply.status_code == 200
    return reply.text


def test_a_method_that_nobody_knows_makes_no_series_of_its_own(served: Served) -> None:
    for word in ("BREW", "GRIND"):
        reply = httpx.request(word, f"http://{served.address}/healthz")
        assert problem(reply)["status"] == 405
    text = metrics(served)
    assert 'method="other"' in text
    assert "BREW" not in text


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/openapi.json"])
def test_a_head_is_a_get_without_its_body(served: Served, path: str) -> None:
    whole = httpx.get(f"http://{served.address}{path}")
    head = httpx.head(f"http://{served.address}{path}")
    assert (head.status_code, head.content) == (whole.status_code, b"")
    assert head.headers["content-type"] == whole.headers["content-type"]


def test_a_head_of_the_api_needs_its_token_and_a_stream_has_none(
    served: Served, api: httpx.Client
) -> None:
    assert httpx.head(f"http://{served.address}/api/v1/outages").status_code == 401
    assert api.head("/api/v1/outages").status_code == 200
    assert api.head("/api/v1/outages/stream").status_code == 405


def test_a_wrong_method_is_told_every_right_one(api: httpx.Client) -> None:
    for path, right in (
        ("/api/v1/outages", {"GET", "POST"}),
        ("/api/v1/maintenance/mw-1", {"GET", "DELETE"}),
        (DIAGNOSES, {"POST"}),
    ):
        reply = api.put(path, json={})
        assert problem(reply)["status"] == 405
        assert set(reply.headers["allow"].replace(" ", "").split(",")) == right, path


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"content-type": "text/plain"}, b'{"subscriber": "100202"}'),
        ({"content-type": "application/x-www-form-urlencoded"}, b"subscriber=100202"),
        ({"content-type": "application/xml"}, b"<subscriber>100202</subscriber>"),
        ({}, b'{"subscriber": "100202"}'),
        (JSON | {"content-encoding": "gzip"}, gzip.compress(b'{"subscriber": "100202"}')),
    ],
)
def test_a_body_that_is_not_plain_json_is_told_so(
    api: httpx.Client, headers: dict[str, str], body: bytes
) -> None:
    assert problem(api.post(DIAGNOSES, content=body, headers=headers))["status"] == 415


def test_a_charset_beside_json_does_no_harm(api: httpx.Client) -> None:
    headers = {"content-type": "application/json; charset=utf-8"}
    body = json.dumps({"subscriber": "100202", "ticket": "№ 4711 – «тест» ۱۲"}, ensure_ascii=False)
    reply = api.post(DIAGNOSES, content=body.encode(), headers=headers)
    assert reply.status_code in (200, 202)


@pytest.mark.parametrize(
    "path", ["/api/v1/outages/a%00b", f"{DIAGNOSES}/%00", "/api/v1/outages?closed=%00"]
)
def test_the_character_that_no_text_holds_is_refused(api: httpx.Client, path: str) -> None:
    assert problem(api.get(path))["status"] == 400


@pytest.mark.parametrize("wait_s", ["NaN", "Infinity", "-1", "301", "1e999", '"soon"', "null"])
def test_nobody_is_waited_for_without_end(api: httpx.Client, wait_s: str) -> None:
    body = f'{{"subscriber": "100202", "wait_s": {wait_s}}}'
    assert problem(api.post(DIAGNOSES, content=body, headers=JSON))["status"] == 422


def test_long_headers_are_refused_and_the_next_request_is_answered(api: httpx.Client) -> None:
    with suppress(httpx.HTTPError):  # it may close before all is sent
        assert api.get("/healthz", headers={"x-long": "x" * 4_000_000}).status_code in (400, 431)
    assert api.get("/healthz").status_code == 200
    for key in ("", "k" * 201):
        reply = api.post(DIAGNOSES, json={"subscriber": "100202"}, headers={"idempotency-key": key})
        assert problem(reply)["status"] == 422


def test_a_slash_at_the_end_leads_to_the_same_place(api: httpx.Client) -> None:
    reply = api.get("/api/v1/outages/")
    assert (reply.status_code, httpx.URL(reply.headers["location"]).path) == (
        307,
        "/api/v1/outages",
    )


def test_a_body_that_does_not_come_is_told_so(served: Served) -> None:
    host, port = served.address.split(":")
    with closing(socket.create_connection((host, int(port)), 60)) as line:
        line.sendall(f"POST {DIAGNOSES} HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n".encode())
        assert b" 408 " in line.recv(4096)


def test_what_was_made_is_found_where_the_answer_says(api: httpx.Client) -> None:
    with outage(api, "sw-2"):
        pass
    made = api.post("/api/v1/outages", json={"root": "sw-2"})
    place = made.headers["location"]
    assert api.get(place).json()["id"] == made.json()["id"]
    api.patch(place, json={"state": "cleared"})
    running = api.post(DIAGNOSES, json={"subscriber": "100202"})
    again = api.get(running.headers["location"])
    assert again.status_code in (200, 202)


@pytest.fixture
def locked(served: Served) -> Iterator[None]:
    with closing(sqlite3.connect(served.config.parent / "netdiag.db")) as holder:
        time.sleep(2.1)  # what was found before is no longer told
        holder.execute("BEGIN EXCLUSIVE")
        yield


def test_a_daemon_whose_store_cannot_be_written_is_not_ready(served: Served, locked: None) -> None:
    reply = httpx.get(f"http://{served.address}/readyz", timeout=30)
    assert reply.status_code == 503
    assert "locked" in reply.json()["why"][0]
    assert int(reply.headers["retry-after"]) > 0
    assert httpx.get(f"http://{served.address}/healthz").status_code == 200


def test_without_its_store_the_daemon_is_counted_and_says_so(served: Served) -> None:
    assert "netdiag_store_up 1.0" in metrics(served)
    with closing(sqlite3.connect(served.config.parent / "netdiag.db")) as changed:
        changed.execute("ALTER TABLE outages RENAME TO outages_away")
        try:
            text = metrics(served)
        finally:
            changed.execute("ALTER TABLE outages_away RENAME TO outages")
    assert "netdiag_store_up 0.0" in text
    assert "netdiag_outages_open NaN" in text
    assert "netdiag_diagnoses_waiting" in text
    assert "netdiag_store_up 1.0" in metrics(served)


def test_a_listener_hears_of_trouble_and_then_of_outages_again(
    served: Served, api: httpx.Client
) -> None:
    with api.stream("GET", "/api/v1/outages/stream") as stream:
        lines = stream.iter_lines()
        with closing(sqlite3.connect(served.config.parent / "netdiag.db")) as changed:
            changed.execute("ALTER TABLE outages RENAME TO outages_away")
            try:
                assert "trouble" in next(line for line in lines if line.startswith("event:"))
            finally:
                changed.execute("ALTER TABLE outages_away RENAME TO outages")
        with outage(api, "sw-4"):
            assert "outage" in next(line for line in lines if line.startswith("event:"))
    assert "Traceback" not in served.log


async def test_a_failure_of_ours_is_logged_without_whose_line_it_was(
    caplog: pytest.LogCaptureFixture,
) -> None:
    scope = {
        "type": "http", "method": "GET", "path": "/my/key-of-a-customer", "headers": [],
        "query_string": b"", "route": SimpleNamespace(path="/my/{token}"),
    }  # fmt: skip
    answer = await last_resort(Request(scope), ValueError("ours"))
    assert answer.status_code == 500
    assert "GET /my/{token} failed" in caplog.text
    assert "key-of-a-customer" not in caplog.text
