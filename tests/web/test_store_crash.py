"""PostgreSQL goes down and recovers under the daemon: what was accepted is finished, once."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from netdiag.store.tokens import Scope
from tests.inventory.sql_servers import crash, free_port, postgresql
from tests.web.conftest import SERVE, Served
from tests.web.test_api import DIAGNOSES

pytestmark = pytest.mark.real
PASSWORD = "of-the-store-7kQz"  # the server trusts this user without one
_HOMES = [f"1002{number:02d}" for number in range(1, 13)]


@pytest.fixture
def on_postgresql(served: Served, tmp_path: Path) -> Iterator[tuple[Served, str]]:
    """A second daemon over the same lab, its store a PostgreSQL of its own."""
    with postgresql() as (engine, _), pytest.MonkeyPatch.context() as patch:
        url = engine.url.set(password=PASSWORD).render_as_string(hide_password=False)
        patch.setenv("STORE_URL", url)
        text = served.config.read_text(encoding="utf-8").partition(SERVE)[0] + SERVE
        config = served.config.parent / "on-postgresql.yaml"
        config.write_text(text + "store: {url: {env: STORE_URL}}\n", encoding="utf-8")
        made = Served(
            town=served.town,
            config=config,
            address=f"127.0.0.1:{free_port()}",
            environment=served.environment | {"STORE_URL": url},
        )
        made.start()
        yield made, url
        made.stop()


def _accepted(client: httpx.Client, subscriber: str) -> str:
    """The place of a diagnosis that was accepted, as a ticket system gets it: asked again with the
    same key until somebody takes it."""
    for _ in range(100):
        try:
            reply = client.post(
                DIAGNOSES,
                json={"subscriber": subscriber, "wait_s": 0},
                headers={"idempotency-key": f"call-of-{subscriber}"},
            )
        except httpx.HTTPError as exc:
            pytest.fail(f"no answer at all: {exc!r}")
        if reply.status_code == 202:
            return str(reply.headers["location"])
        assert reply.status_code == 503, reply.text
        assert reply.json()["detail"], "a sentence for a person"
        assert "Traceback" not in reply.text
        time.sleep(0.2)
    pytest.fail("never accepted")


def test_what_was_accepted_before_and_during_a_crash_of_the_database_is_finished(
    on_postgresql: tuple[Served, str],
) -> None:
    daemon, url = on_postgresql
    begun = len(daemon.log)  # another daemon of this package writes into the same file
    with daemon.client(Scope.ADMIN) as client:
        places = []
        for number, subscriber in enumerate(_HOMES):
            places.append(_accepted(client, subscriber))
            if number in (3, 7):
                crash(url)
        assert len(set(places)) == len(_HOMES)
        told = [_finished(client, place) for place in places]
        assert [document["subscriber"] for document in told] == _HOMES
        assert all(document["verdict"]["side"] for document in told)
        assert client.get("/readyz").status_code == 200
    assert "Traceback" not in daemon.log[begun:]
    assert PASSWORD not in daemon.log


def _finished(client: httpx.Client, place: str) -> dict[str, Any]:
    for _ in range(300):
        reply = client.get(place)
        if reply.status_code == 200:
            return dict(reply.json())
        assert reply.status_code in (202, 503), reply.text
        time.sleep(0.2)
    pytest.fail(f"not finished: {place}")
