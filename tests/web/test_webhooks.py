"""Webhooks of ticket systems: three signatures, each delivery once."""

import hashlib
import hmac
import json
import uuid
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from standardwebhooks.webhooks import Webhook

from netdiag.store.tokens import Scope
from tests.web.conftest import SHARED, WHSEC, Served
from tests.web.test_api import problem

BODY = json.dumps({"ticket": "T-7", "subscriber": "100202"})


def standard(
    key: str, body: str = BODY, *, late_s: float = 0, secret: str = WHSEC
) -> dict[str, str]:
    moment = datetime.now(UTC) - timedelta(seconds=late_s)
    return {
        "webhook-id": key,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(secret).sign(key, moment, body),
    }


def hub(body: str = BODY, secret: str = SHARED) -> str:
    return hmac.new(secret.encode(), body.encode(), hashlib.sha256).hexdigest()


def send(served: Served, system: str, headers: dict[str, str], body: str = BODY) -> httpx.Response:
    url = f"http://{served.address}/api/v1/tickets/{system}"
    return httpx.post(url, content=body.encode(), headers=headers, timeout=20)


def test_a_delivery_that_comes_twice_is_answered_and_not_repeated(served: Served) -> None:
    key = uuid.uuid4().hex
    first, again = (send(served, "desk", standard(key)) for _ in range(2))
    assert (first.status_code, first.json()["again"]) == (202, False)
    assert again.json() == {"id": first.json()["id"], "again": True}
    changed = send(served, "desk", standard(key, BODY + " "), BODY + " ")
    assert problem(changed)["status"] == 422


def test_the_way_of_github_and_a_secret_that_is_being_changed(served: Served) -> None:
    for secret in (SHARED, WHSEC):
        headers = {"x-hub-signature-256": f"sha256={hub(secret=secret)}"}
        reply = send(served, "hub", headers | {"webhook-id": uuid.uuid4().hex})
        assert reply.status_code == 202, reply.text


def test_the_way_of_zammad(served: Served) -> None:
    signature = hmac.new(SHARED.encode(), BODY.encode(), hashlib.sha1).hexdigest()
    delivery = {"x-zammad-delivery": uuid.uuid4().hex}
    headers = {"x-hub-signature": f"sha1={signature}"} | delivery
    assert send(served, "zammad", headers).json()["again"] is False
    assert send(served, "zammad", headers).json()["again"] is True


@pytest.mark.parametrize(
    "headers",
    [
        {},
        standard("k", secret="whsec_b3RoZXItc2VjcmV0LW9mLXNvbWVib2R5LWVsc2U="),
        standard("k", late_s=3600),
        standard("k", late_s=-3600),
        standard("k") | {"webhook-id": "another"},
        standard("k") | {"webhook-signature": "v1,not-base64"},
        standard("k") | {"webhook-timestamp": "soon"},
    ],
)
def test_what_is_not_signed_by_the_secret_or_too_old_is_refused(
    served: Served, headers: dict[str, str]
) -> None:
    assert problem(send(served, "desk", headers))["status"] == 401


def test_another_body_than_the_signed_one_is_refused(served: Served) -> None:
    assert problem(send(served, "desk", standard("k"), BODY + " "))["status"] == 401
    wrong = {"x-hub-signature-256": f"sha256={hub(BODY + ' ')}"}
    assert problem(send(served, "hub", wrong))["status"] == 401


@pytest.mark.parametrize(
    "body",
    [
        "", "[]", "{}", "{", '{"ticket": 7}', '{"ticket": "", "subscriber": "100202"}',
        '{"ticket": true, "subscriber": "100202"}',
        '{"ticket": "T-7", "subscriber": "100202", "symptom": {"is": "slow"}}',
        '{"ticket": "T-7", "subscriber": "100202", "symptom": ["slow"]}',
        '{"ticket": "T-7", "subscriber": "\\ud800"}',
        '{"ticket": "\\u0000", "subscriber": "100202"}',
        '{"ticket": "T-7", "subscriber": "100202", "x": NaN}',
        "[" * 5000 + "]" * 5000,
    ],
)  # fmt: skip
def test_a_signed_body_that_makes_no_sense_is_told_so(served: Served, body: str) -> None:
    reply = send(served, "desk", standard(uuid.uuid4().hex, body), body)
    assert problem(reply)["status"] in (400, 422)


def test_a_system_that_nobody_configured_is_not_there(served: Served) -> None:
    assert problem(send(served, "other", standard("k")))["status"] == 404


def test_a_long_delivery_id_is_one_too(served: Served) -> None:
    headers = {"x-hub-signature-256": f"sha256={hub()}"}
    first, same, other = (
        send(served, "hub", headers | {"x-github-delivery": "d" * 300 + end}) for end in "aab"
    )
    assert [r.json()["again"] for r in (first, same, other)] == [False, True, False]


def test_the_place_of_the_diagnosis_is_told(served: Served, api: httpx.Client) -> None:
    taken = send(served, "desk", standard(uuid.uuid4().hex))
    assert api.get(taken.headers["location"]).status_code in (200, 202)


def test_a_token_of_its_scope_stands_for_a_signature(served: Served) -> None:
    url = f"http://{served.address}/api/v1/tickets"
    key = {"idempotency-key": uuid.uuid4().hex}
    with served.client(Scope.TICKETS) as system:
        first, again = (system.post(f"{url}/desk", content=BODY, headers=key) for _ in range(2))
        assert (first.status_code, first.json()["again"]) == (202, False)
        assert again.json() == {"id": first.json()["id"], "again": True}
        assert problem(system.post(f"{url}/other", content=BODY))["status"] == 404
    with served.client(Scope.READ, Scope.DIAGNOSE) as other:
        assert problem(other.post(f"{url}/desk", content=BODY))["status"] == 403
    wrong = httpx.post(f"{url}/desk", content=BODY, headers={"authorization": "Bearer nd_1_2"})
    assert problem(wrong)["status"] == 401
