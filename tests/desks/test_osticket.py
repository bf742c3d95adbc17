"""osTicket makes tickets, and no more."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from netdiag.routing.desks.desk import Ability, Draft, RefusedError
from tests.desks.opened import opened
from tests.desks.strict import Asked, Json, Strict, only, serving

KEY = "OST-KEY-4f1"
_MAY = {"alert", "autorespond", "ip", "phone", "phone_ext", "priorityId", "source", "topicId"}


@dataclass
class StrictOsTicket(Strict):
    """By setup/doc/api/tickets.md: an unsupported field is refused, the answer is a bare number."""

    made: list[Json] = field(default_factory=list)

    def answer(self, asked: Asked) -> tuple[int, Any]:
        if asked.headers.get("x-api-key") != KEY:
            return 401, "Valid API key required"
        if (asked.method, asked.path) != ("POST", "/api/tickets.json"):
            return self.refuse(404, asked.path, "Not found")
        body = json.loads(asked.body)
        why = only(body, _MAY | {"attachments"}, {"email", "name", "subject", "message"})
        numbers = [body[n] for n in ("topicId", "priorityId") if n in body]
        if why or not all(isinstance(n, int) for n in numbers):
            return self.refuse(400, f"{why} {numbers}", "Unexpected data received")
        self.made.append(body)
        return 201, "012345"


def desk(server: StrictOsTicket, path: Path, patch: pytest.MonkeyPatch, key: str = KEY) -> Any:
    return opened(
        path, patch, key, kind="osticket", url=server.url, key="$SECRET", email="noc@isp.test"
    )


async def test_a_ticket_is_made_and_its_number_keeps_its_zeros(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(StrictOsTicket()) as server:
        it = desk(server, tmp_path, monkeypatch)
        draft = Draft(subject="авария", text="سلام, строка 1\n2", queue="3", priority="2")
        assert (await it.create(draft, "netdiag-1", again=False)).id == "012345"
        assert server.wrong == []
    (made,) = server.made
    assert made["message"] == "data:text/plain;charset=utf-8,سلام, строка 1\n2"
    assert (made["topicId"], made["email"]) == (3, "noc@isp.test")
    assert it.abilities == {Ability.CREATE}


async def test_a_queue_that_is_no_number_and_a_wrong_key_are_sentences(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(StrictOsTicket()) as server:
        it = desk(server, tmp_path, monkeypatch)
        with pytest.raises(RefusedError, match="'noc' is none"):
            await it.create(Draft(subject="x", text="x", queue="noc"), "netdiag-1", again=False)
        stranger = desk(server, tmp_path, monkeypatch, "other")
        with pytest.raises(RefusedError, match="401"):
            await stranger.create(Draft(subject="x", text="x"), "netdiag-1", again=False)
    assert server.made == []
