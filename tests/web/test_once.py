"""A POST with an Idempotency-Key is carried out once and answered as often as it is asked."""

import uuid

import httpx
import pytest

from netdiag.store.tokens import Scope
from tests.web.conftest import Served
from tests.web.test_api import problem

FEEDBACK = {"subscriber": "100203", "fault": "subscriber.cpe.powered-off", "remark": "socket"}
EVENT = {"subject": "sw-3", "kind": "probe", "state": "down"}
OUTAGE = {"root": "sw-4", "cause": "power", "note": "a digger"}


def key() -> dict[str, str]:
    return {"idempotency-key": uuid.uuid4().hex}


@pytest.mark.parametrize(
    ("path", "body", "other"),
    [
        ("feedback", FEEDBACK, FEEDBACK | {"remark": "another"}),
        ("events", EVENT, EVENT | {"state": "up"}),
        ("events", [EVENT, EVENT | {"subject": "sw-2"}], [EVENT]),
    ],
)
def test_the_same_key_is_the_same_request(
    api: httpx.Client, path: str, body: object, other: object
) -> None:
    headers = key()
    first = api.post(f"/api/v1/{path}", json=body, headers=headers)
    assert first.is_success, first.text
    again = api.post(f"/api/v1/{path}", json=body, headers=headers)
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    refused = api.post(f"/api/v1/{path}", json=other, headers=headers)
    assert (refused.status_code, "another body" in problem(refused)["detail"]) == (422, True)


def test_without_a_key_or_with_another_it_is_another_request(api: httpx.Client) -> None:
    def number(headers: dict[str, str] | None = None) -> str:
        answer = api.post("/api/v1/feedback", json=FEEDBACK, headers=headers)
        return str(answer.json()["id"])

    assert len({number(), number(), number(key()), number(key())}) == 4


def test_an_outage_is_announced_once_and_its_answer_told_again(api: httpx.Client) -> None:
    headers = key()
    first = api.post("/api/v1/outages", json=OUTAGE, headers=headers).json()
    try:
        assert api.post("/api/v1/outages", json=OUTAGE, headers=headers).json() == first
        assert api.post("/api/v1/outages", json=OUTAGE, headers=key()).status_code == 409
    finally:
        api.patch(f"/api/v1/outages/{first['id']}", json={"state": "cleared"})


def test_what_was_refused_may_come_again_with_its_key(api: httpx.Client) -> None:
    headers = key()
    wrong = FEEDBACK | {"subscriber": "nobody"}
    for _ in range(2):
        assert api.post("/api/v1/feedback", json=wrong, headers=headers).status_code == 404
    assert api.post("/api/v1/feedback", json=FEEDBACK, headers=headers).status_code == 201


def test_a_key_is_its_callers_own(served: Served) -> None:
    headers = key()
    with served.client(Scope.ADMIN) as one, served.client(Scope.ADMIN) as two:
        ids = {c.post("/api/v1/feedback", json=FEEDBACK, headers=headers).json()["id"]
               for c in (one, two)}  # fmt: skip
    assert len(ids) == 2
