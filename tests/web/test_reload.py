"""A reload takes all or nothing: whatever of it is broken, the old goes on and it is said."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.web.conftest import SHARED, Served
from tests.web.test_api import DIAGNOSES
from tests.web.test_running import wait_for
from tests.web.test_webhooks import hub, send

ROOT = Path(__file__).resolve().parents[2]
RULE = (ROOT / "rules/none/ok.yaml").read_text(encoding="utf-8")
PROBE = (ROOT / "probes/generic/cdp-near.yaml").read_text(encoding="utf-8")
ROUTES = "routes: {desk: no.such.desk}\n"
Reload = Callable[[str], str]


@pytest.fixture
def reload(served: Served) -> Iterator[Reload]:
    """Reloads with a changed configuration; what the daemon said of it. The good one is back at
    the end."""
    good = served.config.read_text(encoding="utf-8")
    assert served.process is not None

    def reloaded(text: str) -> str:
        before = len(served.log)
        served.config.write_text(text, encoding="utf-8")
        assert served.process is not None
        served.process.send_signal(signal.SIGHUP)
        assert wait_for(lambda: "reload" in served.log[before:], 20)
        return served.log[before:]

    yield reloaded
    assert "reloaded, rule revision" in reloaded(good)


def with_content(served: Served, name: str, text: str) -> str:
    """The configuration with a directory of its own content."""
    folder = served.config.parent / f"own-{name}"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return served.config.read_text(encoding="utf-8") + f"content: [{folder}]\n"


def broken(served: Served, kind: str) -> tuple[str, str]:
    """A configuration with one thing broken, and what has to be said of it."""
    good = served.config.read_text(encoding="utf-8")
    routes = served.config.parent / "routes.yaml"
    routes.write_text(ROUTES, encoding="utf-8")
    spoilt = {
        "config": (good + "nonsense: 1\n", "nonsense"),
        "yaml": (good + "serve: [\n", "netdiag.yaml"),
        "serve": (good.replace("body_bytes: 16384", "body_bytes: 1"), "body_bytes"),
        "sweep": (good + "sweep: {at_once: 0}\n", "at_once"),
        "watch": (good + "watch: {round_s: -1}\n", "round_s"),
        "rules": (with_content(served, "rule", RULE.replace("== active", "== happy")), "rule.yaml"),
        "probes": (
            with_content(served, "probe", PROBE.replace("cost: 3", "cost: x")),
            "probe.yaml",
        ),
        "routes": (good + "routes: routes.yaml\n", "routes.yaml"),
        "inventory": (good.replace("- yaml:", "- yamll:"), "exactly one of yaml"),
        "store": (good + "store: {url: {env: OTHER_STORE}}\n", "OTHER_STORE"),
        "state_dir": (good.replace("state_dir: .", "state_dir: ./other"), "needs a restart"),
    }
    return spoilt[kind]


KINDS = ("config", "yaml", "serve", "sweep", "watch", "rules", "probes", "routes", "inventory",
         "store", "state_dir")  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_with_anything_broken_the_old_goes_on_and_it_is_said(
    served: Served, api: httpx.Client, reload: Reload, kind: str
) -> None:
    revision = httpx.get(f"http://{served.address}/readyz").json()["rule_revision"]
    text, named = broken(served, kind)
    said = reload(text)
    assert "reload refused" in said
    assert named in said
    assert "Traceback" not in said
    assert httpx.get(f"http://{served.address}/readyz").json()["rule_revision"] == revision
    reply = api.post(DIAGNOSES, json={"subscriber": "100202", "wait_s": 20})
    assert reply.status_code == 200


def test_a_broken_inventory_file_is_answered_from_the_copy_and_that_is_said(
    served: Served, api: httpx.Client, reload: Reload
) -> None:
    good = served.config.read_text(encoding="utf-8")
    inventory = served.config.parent / "inventory.yaml"
    rows = inventory.read_text(encoding="utf-8")
    inventory.write_text("subscribers: [\n", encoding="utf-8")
    try:
        assert "Answers come from the copy" in reload(good)
        reply = api.post(DIAGNOSES, json={"subscriber": "100202", "wait_s": 20})
        assert reply.status_code == 200
    finally:
        inventory.write_text(rows, encoding="utf-8")


def test_secrets_of_webhooks_and_what_may_wait_are_taken_at_once(
    served: Served, reload: Reload
) -> None:
    body = '{"ticket": "T-8", "subscriber": "100202"}'
    good = served.config.read_text(encoding="utf-8")
    signed = {"x-hub-signature-256": f"sha256={hub(body, SHARED)}", "webhook-id": "r-1"}
    old = good.replace("hub: {scheme: sha256, secret: {env: SHARED_SECRET}, old_secret",
                       "hub: {scheme: sha256, secret")  # fmt: skip
    assert old != good
    assert "rule revision" in reload(old.replace("body_bytes: 16384", "body_bytes: 1024"))
    assert send(served, "hub", signed, body).status_code == 401
    assert send(served, "hub", signed, body + " " * 2000).status_code == 413
    assert "rule revision" in reload(good)
    assert send(served, "hub", signed, body).status_code == 202


def test_what_needs_a_restart_is_named(served: Served, reload: Reload) -> None:
    good = served.config.read_text(encoding="utf-8")
    said = reload(good.replace("executor: test", "executor: test\n  at_once: 7"))
    assert "needs a restart: serve.at_once" in said
