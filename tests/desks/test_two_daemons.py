"""Two whole daemons over one real PostgreSQL: each ticket is worked on once."""

import json
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from standardwebhooks.webhooks import Webhook

from netdiag.model.ticket import Happened
from netdiag.service.daemon.settings import open_database
from netdiag.service.setup import load_settings
from netdiag.store.letters import Letters
from netdiag.store.tickets import Tickets
from tests.addresses import free_port
from tests.desks.strict import serving
from tests.desks.strict_hook import StrictHook
from tests.desks.test_story import CONFIG, OUT, Story
from tests.inventory.sql_servers import postgresql
from tests.lab.clients import Town
from tests.web.conftest import WHSEC, Served

pytestmark = pytest.mark.real
WORKED_ON = [Happened.RECEIVED, Happened.DIAGNOSED, Happened.ROUTED, Happened.VISIT_ORDERED]


@contextmanager
def pair(town: Town, hook: StrictHook, store: str) -> Iterator[list[Served]]:
    """The same configuration under two names."""
    text = town.lab.config_path.read_text(encoding="utf-8") + CONFIG.format(url=hook.url)
    text = text.replace("answer_outage: true", "answer_outage: false")
    made = []
    for name in ("one", "two"):
        config = town.directory / f"{name}.yaml"
        own = text.replace("executor: story", f"executor: {name}")
        config.write_text(
            own.replace("state_dir: .", f"state_dir: {name}\nstore: {{url: {{env: STORE}}}}"),
            encoding="utf-8",
        )
        address = f"127.0.0.1:{free_port()}"
        environment = {"HOOK_IN": WHSEC, "HOOK_OUT": OUT, "STORE": store}
        made.append(Served(town=town, config=config, address=address, environment=environment))
    try:
        for one in made:
            one.start()
        yield made
    finally:
        for one in made:
            if one.process is not None and one.process.poll() is None:
                one.stop()


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Story, Served, Served]]:
    with postgresql() as (engine, _), serving(StrictHook(secret=OUT)) as hook:
        with engine.connect() as connection:
            connection.exec_driver_sql("CREATE DATABASE desk")
        store = engine.url.set(database="desk").render_as_string(hide_password=False)
        for name, value in {"HOOK_IN": WHSEC, "HOOK_OUT": OUT, "STORE": store}.items():
            monkeypatch.setenv(name, value)
        town = Town(tmp_path)
        try:
            with pair(town, hook, store) as (one, other):
                database = open_database(load_settings(str(one.config)))
                yield (
                    Story(hook, one, town, Tickets(database), Letters(database)),
                    one,
                    other,
                )
                database.close()
        finally:
            town.close()
        assert hook.wrong == []


def deliver(to: Served, key: str, ticket: str, **more: Any) -> int:
    """One signed call; the same key is the same delivery."""
    body, now = json.dumps({"ticket": ticket} | more), datetime.now(UTC)
    headers = {
        "webhook-id": key,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(WHSEC).sign(key, now, body),
    }
    url = f"http://{to.address}/api/v1/tickets/hook"
    return httpx.post(url, content=body.encode(), headers=headers, timeout=30).status_code


def test_a_call_that_both_hear_is_one_note_and_one_move_and_a_death_changes_nothing(
    two: tuple[Story, Served, Served],
) -> None:
    story, one, other = two
    with story.town.fault("cable-cut", "100207"):
        call = {"event": "create", "subscriber": "100207", "queue": "help"}
        with ThreadPoolExecutor(8) as pool:
            key = uuid.uuid4().hex
            same = [pool.submit(deliver, to, key, "T-1", **call) for to in (one, other) * 2]
            assert {each.result() for each in same} == {202}
        story.happened("T-1", Happened.VISIT_ORDERED)
        for to in (one, other):
            assert deliver(to, uuid.uuid4().hex, "T-1", event="contact") == 202
        story.happened("T-1", Happened.CONTACT, 2)
    # The same subscriber calls twice, each call reaches another daemon.
    with ThreadPoolExecutor(2) as pool:
        for number, to in enumerate((one, other)):
            values = {"event": "create", "subscriber": "100208", "queue": "help"}
            pool.submit(deliver, to, uuid.uuid4().hex, f"D-{number}", **values)
    done = {Happened.DUPLICATE, Happened.ROUTED}
    story.until(lambda: all(done & set(story.life(f"D-{n}")) for n in (0, 1)))
    assert sorted(Happened.DUPLICATE in story.life(f"D-{n}") for n in (0, 1)) == [False, True]

    story.hook.fail[:] = [503] * 3
    for number in range(4):
        values = {"event": "create", "subscriber": f"1002{10 + number}", "queue": "help"}
        assert deliver(one, uuid.uuid4().hex, f"K-{number}", **values) == 202
    one.stop(9)
    one.start()
    for number in range(4):
        story.happened(f"K-{number}", Happened.ROUTED)
        assert len(story.hook.of(f"K-{number}", "note")) == 1
    assert [kind for kind in story.life("T-1") if kind in WORKED_ON] == WORKED_ON
    assert len(story.hook.of("T-1", "note")) == len(story.hook.of("T-1", "change")) == 1
    assert story.letters.dead() == []
