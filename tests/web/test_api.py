"""The HTTP API, as its users call it."""

import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import Any

import httpx
import pytest
from sqlalchemy import delete

from netdiag.service.daemon.settings import open_database
from netdiag.service.setup import load_settings
from netdiag.store.tables import diagnoses
from netdiag.store.tokens import Scope
from tests.cli.site import netdiag
from tests.web.conftest import Served

DIAGNOSES = "/api/v1/diagnoses"


def problem(reply: httpx.Response) -> dict[str, Any]:
    """The body of an error."""
    assert reply.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = reply.json()
    assert body["status"] == reply.status_code
    assert body["detail"]
    return body


@contextmanager
def outage(api: httpx.Client, root: str, **more: Any) -> Iterator[dict[str, Any]]:
    """An open outage, closed at the end."""
    made = api.post("/api/v1/outages", json={"root": root, **more})
    assert made.status_code == 201, made.text
    yield made.json()
    path = f"/api/v1/outages/{made.json()['id']}"
    assert api.patch(path, json={"state": "cleared"}).status_code == 200


def test_a_quick_diagnosis_is_answered_in_place(served: Served, api: httpx.Client) -> None:
    with served.town.fault("cable-cut", "100207"):
        reply = api.post(DIAGNOSES, json={"subscriber": "100207", "ticket": "T-1", "wait_s": 20})
    assert reply.status_code == 200
    document = reply.json()
    assert document["verdict"]["side"] == "provider"
    assert (document["subscriber"], document["ticket"]) == ("100207", "T-1")
    assert "facts" not in document
    again = api.get(reply.headers["content-location"], params={"facts": True}).json()
    assert again["id"] == document["id"]
    assert "port.oper_status" in again["facts"]


def test_what_takes_longer_is_accepted_and_found_at_its_location(api: httpx.Client) -> None:
    reply = api.post(DIAGNOSES, json={"subscriber": "100202"})
    assert reply.status_code == 202
    where = reply.headers["location"]
    for _ in range(100):
        found = api.get(where)
        if found.status_code == 200:
            break
        assert found.status_code == 202
        time.sleep(0.1)
    assert found.json()["id"] == reply.json()["id"]


def test_work_of_another_kind_or_kept_no_longer_is_no_diagnosis(
    served: Served, api: httpx.Client
) -> None:
    done = api.post(DIAGNOSES, json={"subscriber": "100202", "wait_s": 20})
    place = done.headers["content-location"]
    settings = load_settings(str(served.config))
    with closing(open_database(settings)) as database, database.write() as connection:
        connection.execute(delete(diagnoses).where(diagnoses.c.id == done.json()["id"]))
    gone = api.get(place)
    assert (problem(gone)["status"], "no longer" in problem(gone)["detail"]) == (404, True)
    with outage(api, "sw-2"):
        pass
    others = [job for job in _jobs(served) if job["flow"] == "outage" and job["state"] == "SUCCESS"]
    assert others
    assert problem(api.get(f"{DIAGNOSES}/{others[0]['id']}"))["status"] == 404


def _jobs(served: Served) -> list[dict[str, Any]]:
    for _ in range(50):
        told: list[dict[str, Any]] = netdiag(
            "jobs", "list", "--json", "--config", str(served.config)
        ).json()
        if any(job["flow"] == "outage" and job["state"] == "SUCCESS" for job in told):
            return told
        time.sleep(0.1)
    return told


def test_the_same_idempotency_key_is_the_same_diagnosis(api: httpx.Client) -> None:
    headers = {"idempotency-key": uuid.uuid4().hex}
    body = {"subscriber": "100202"}
    first = api.post(DIAGNOSES, json=body, headers=headers)
    again = api.post(DIAGNOSES, json=body, headers=headers)
    assert first.json()["id"] == again.json()["id"]
    other = api.post(DIAGNOSES, json={"subscriber": "100203"}, headers=headers)
    assert (other.status_code, "another body" in problem(other)["detail"]) == (422, True)


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ({"subscriber": "nobody"}, 404, "no subscriber"),
        ({"subscriber": ""}, 422, "body/subscriber"),
        ({"subscriber": "1", "symptoms": "slow"}, 422, "body/symptoms"),
        ({"subscriber": "1", "wait_s": -1}, 422, "body/wait_s"),
        ({"subscriber": ["1"]}, 422, "body/subscriber"),
        ([], 422, "body"),
        ({}, 422, "body/subscriber"),
    ],
)
def test_a_wrong_request_is_told_what_is_wrong(
    api: httpx.Client, body: object, status: int, told: str
) -> None:
    reply = api.post(DIAGNOSES, json=body)
    assert reply.status_code == status
    assert told in problem(reply)["detail"]


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"", b"null", b'"\x00"', b"9" * 5000])
def test_a_body_that_is_no_json_object_is_refused(api: httpx.Client, body: bytes) -> None:
    reply = api.post(DIAGNOSES, content=body, headers={"content-type": "application/json"})
    assert reply.status_code in (400, 422)
    assert problem(reply)


def test_a_huge_body_is_refused_announced_or_not(api: httpx.Client) -> None:
    def stream() -> Iterator[bytes]:
        for _ in range(64):
            yield b"x" * 1024

    assert problem(api.post(DIAGNOSES, content=b"x" * 20_000))["status"] == 413
    assert problem(api.post(DIAGNOSES, content=stream()))["status"] == 413


def test_a_path_that_is_not_there_is_a_problem_too(api: httpx.Client) -> None:
    assert problem(api.get("/api/v1/nothing"))["status"] == 404
    assert problem(api.delete(DIAGNOSES))["status"] == 405
    assert problem(api.get(f"{DIAGNOSES}/dx-none"))["status"] == 404


def test_without_a_good_token_nothing_is_told(served: Served) -> None:
    for headers in ({}, {"authorization": "Bearer nd_00_x"}, {"authorization": "Basic Zm9v"}):
        reply = httpx.get(f"http://{served.address}/api/v1/outages", headers=headers)
        assert problem(reply)["status"] == 401
        assert reply.headers["www-authenticate"] == "Bearer"


def test_a_token_may_do_what_its_scopes_say(served: Served) -> None:
    with served.client(Scope.READ) as reader:
        assert reader.get("/api/v1/outages").status_code == 200
        refused = reader.post(DIAGNOSES, json={"subscriber": "100202"})
        assert problem(refused)["status"] == 403
        assert problem(reader.post("/api/v1/outages", json={"root": "sw-3"}))["status"] == 403


def test_more_requests_than_a_token_has_are_told_to_wait(served: Served) -> None:
    with served.client(Scope.READ, per_minute=30) as client:
        replies = [client.get("/api/v1/outages") for _ in range(8)]
    assert replies[0].status_code == 200
    assert problem(replies[-1])["status"] == 429
    assert int(replies[-1].headers["retry-after"]) >= 1


def test_behind_a_known_outage_the_answer_needs_no_probe(api: httpx.Client) -> None:
    say = {"ru": "Меняем кабель."}
    end = "2027-01-01T10:00:00+03:00"
    with outage(api, "sw-3", cause="fibre", expected_end=end, say=say, note="dig") as known:
        reply = api.post(DIAGNOSES, json={"subscriber": "100212", "ticket": "T-2"})
        assert reply.status_code == 200
        document = reply.json()
        assert document["outage"]["id"] == known["id"]
        assert (document["verdict"]["side"], document["probes"]) == ("provider", [])
        assert document["say"]["ru"] == "Меняем кабель."
        assert "1 January" in document["say"]["en"]
        assert document["route"]["visit"] is False
        other = api.post(DIAGNOSES, json={"subscriber": "100207", "wait_s": 20}).json()
        assert other["outage"] is None
        detail = api.get(f"/api/v1/outages/{known['id']}").json()
        assert [entry["note"] for entry in detail["log"]] == ["dig"]
    again = api.post(DIAGNOSES, json={"subscriber": "100212", "wait_s": 20}).json()
    assert again["outage"] is None


def test_the_voice_menu_asks_by_telephone_number(served: Served, api: httpx.Client) -> None:
    phone = served.town.lab.scene.world.homes["100212"].phone
    with outage(api, "sw-3", cause="power"):
        status = api.get(f"/api/v1/subscribers/{phone}/status").json()
        assert status["subscriber"] == "100212"
        assert status["outage"]["cause"] == "power"
        assert set(status["say"]) == {"en", "ru", "fa"}
    assert api.get(f"/api/v1/subscribers/{phone}/status").json()["outage"] is None
    assert problem(api.get("/api/v1/subscribers/79990000000/status"))["status"] == 404


@pytest.mark.parametrize("slash", ["/", "%2F"])
def test_a_port_with_a_slash_in_its_name_is_found(api: httpx.Client, slash: str) -> None:
    reply = api.get(f"/api/v1/subscribers/sw-3:1{slash}0{slash}7/status")
    assert reply.status_code == 200, reply.text
    assert reply.json()["subscriber"] == "sw-3:1/0/7"


def test_an_outage_of_nothing_or_doubled_or_backwards_is_refused(api: httpx.Client) -> None:
    def refused(status: int = 409, **body: Any) -> str:
        reply = api.post("/api/v1/outages", json=body)
        assert reply.status_code == status
        return str(problem(reply)["detail"])

    assert "no device" in refused(root="sw-99")
    assert "site" in refused(root="site:Nowhere")
    assert "offset" in refused(422, root="sw-4", since="2026-01-01T00:00:00")
    assert "outside the years" in refused(422, root="sw-4", since="0001-01-01T00:00:00+14:00")
    assert "'en'" in refused(422, root="sw-4", say={"de": "Wir wissen es."})
    assert "before" in refused(root="sw-4", expected_end="2020-01-01T00:00:00Z")
    with outage(api, "sw-4"):
        assert "open outage" in refused(root="sw-4")


def test_the_technicians_finding_is_kept_when_it_makes_sense(api: httpx.Client) -> None:
    good = {"subscriber": "100207", "fault": "provider.line.cable-fault", "side": "provider"}
    assert api.post("/api/v1/feedback", json=good).status_code == 201
    assert api.post("/api/v1/feedback", json=good | {"fault": "no.such"}).status_code == 422
    assert api.post("/api/v1/feedback", json={"subscriber": "nobody"}).status_code == 404


def test_many_who_ask_for_one_subscriber_at_once_send_its_probes_once(
    served: Served, api: httpx.Client
) -> None:
    def ask(number: int) -> dict[str, Any]:
        body = {"subscriber": "100214", "ticket": f"M-{number}", "wait_s": 25}
        reply = api.post(DIAGNOSES, json=body)
        assert reply.status_code == 200, reply.text
        document: dict[str, Any] = reply.json()
        return document

    with ThreadPoolExecutor(12) as pool:
        documents = list(pool.map(ask, range(12)))
    assert len({one["id"] for one in documents}) == 12
    assert {one["ticket"] for one in documents} == {f"M-{n}" for n in range(12)}
    assert len({one["started_at"] for one in documents}) <= 3


def test_metrics_hold_no_subscriber(served: Served, api: httpx.Client) -> None:
    api.post(DIAGNOSES, json={"subscriber": "100202", "wait_s": 20})
    text = httpx.get(f"http://{served.address}/metrics").text
    assert "netdiag_diagnoses_total{" in text
    assert "1002" not in text
    assert "_created" not in text
    routes = [line for line in text.splitlines() if line.startswith("netdiag_http_requests_total")]
    assert any('route="/api/v1/diagnoses"' in line for line in routes)


def test_events_of_elsewhere_are_taken_one_or_many(served: Served) -> None:
    event = {"subject": "100207", "kind": "session", "state": "down"}
    with served.client(Scope.EVENTS) as client:
        assert client.post("/api/v1/events", json=event).json() == {"taken": 1, "new": 1}
        many = [event | {"t": "2026-01-01T00:00:00Z", "detail": {"nas": 1}}] * 20
        assert client.post("/api/v1/events", json=many).json() == {"taken": 20, "new": 1}
        for wrong in (
            {"state": "odd"},
            {"kind": ""},
            {"t": "2026-01-01T00:00:00"},
            {"t": "0001-01-01T00:00:00+14:00"},
            {"x": 1},
        ):
            assert problem(client.post("/api/v1/events", json=event | wrong))["status"] == 422
        headers = {"content-type": "application/json"}
        for detail in ('{"x": NaN}', '{"x": -Infinity}', '{"x": ' + "[" * 5000 + "]" * 5000 + "}"):
            body = f'{{"subject": "100207", "kind": "trap", "state": "up", "detail": {detail}}}'
            refused = client.post("/api/v1/events", content=body, headers=headers)
            assert problem(refused)["status"] in (400, 422)
        small = {"subject": "s", "kind": "trap", "state": "up"}
        assert problem(client.post("/api/v1/events", json=[small] * 1001))["status"] in (413, 422)


def test_the_stream_tells_of_outages_as_they_come_and_go(api: httpx.Client) -> None:
    with api.stream("GET", "/api/v1/outages/stream") as stream:
        lines = stream.iter_lines()
        with outage(api, "sw-4", cause="device") as known:
            seen = ""
            while "data:" not in seen:
                seen = next(lines)
            assert known["id"] in seen
        while "cleared" not in seen:
            seen = next(lines)
        assert known["id"] in next(lines)


def test_what_the_technician_found_is_counted(served: Served, api: httpx.Client) -> None:
    """A diagnosis for a ticket, the real cause by that ticket, and the report counts it."""
    with served.town.fault("cable-cut", "100207"):
        api.post(DIAGNOSES, json={"subscriber": "100207", "ticket": "T-77", "wait_s": 20})
    found = {"subscriber": "100207", "ticket": "T-77", "fault": "provider.line.cable-fault"}
    assert api.post("/api/v1/feedback", json=found).status_code == 201
    told = netdiag("kpi", "--since", "1h", "--json", "--config", str(served.config)).json()
    assert told["verdicts"]["right"]["part"] >= 1
    assert told["verdicts"]["matrix"]["provider"]["provider"] >= 1
