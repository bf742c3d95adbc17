"""A cable is cut in a network of real agents: one alert, one letter to the desk, the right root.

Long (some minutes): `make test-outage` runs it, `make test` does not.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from realnet import tree
from realnet.space import Space, remove_leftovers

from tests.notify.alertmanagers import INHIBIT, PROGRAM, ROUTE, needed

pytestmark = pytest.mark.story
HOOK, MANAGER, API = 8089, 9093, 8787
WHSEC = "whsec_c2VjcmV0LW9mLXRoZS1kZXNrLWZvci10ZXN0cy0wMQ=="
INSIDE_S = 60.0
CONFIG = f"""\
inventory:
  - csv: {{devices: devices.csv, links: links.csv, subscribers: subscribers.csv}}
state_dir: state
credentials: {{default: {{snmp: {{community: {{env: COMMUNITY}}}}}}}}
limits: {{timeout_s: 1}}
serve:
  listen: 127.0.0.1:{API}
  executor: story
  receiver: {{url: 'http://127.0.0.1:{HOOK}/desk', secret: {{env: DESK}}}}
watch:
  tick_s: 1
  round_s: 10
  hold_s: 30
  traps: {{listen: '{tree.MGMT}:{tree.TRAP_PORT}'}}
notify:
  alertmanager: {{urls: ['http://127.0.0.1:{MANAGER}'], repeat_s: 5}}
"""


def _reason() -> str:
    if os.geteuid() != 0:
        return "needs root, to make network namespaces"
    missing = [t for t in ("ip", "snmpd", "snmpget", "ping", "amtool") if not shutil.which(t)]
    return f"needs {', '.join(missing)}" if missing else needed()


@dataclass
class Story:
    """The network with netdiag, Alertmanager and the desk in mgmt."""

    space: Space
    hooks: Path

    def told(self, path: str) -> list[dict[str, Any]]:
        lines = self.hooks.read_text(encoding="utf-8").splitlines()
        return [one for line in lines if (one := json.loads(line))["path"] == path]

    def pages(self, status: str) -> list[tuple[float, str]]:
        """When a person was paged and of which root."""
        return [
            (one["t"], alert["labels"]["root_device"])
            for one in self.told("/page")
            if one["body"]["status"] == status
            for alert in one["body"]["alerts"]
            if alert["status"] == status
        ]

    def letters(self, change: str) -> list[str]:
        return [
            one["body"]["place"]["root_device"]
            for one in self.told("/desk")
            if one["body"]["change"] == change
        ]

    def alerts(self) -> list[dict[str, str]]:
        """What fires in Alertmanager now."""
        words = ("amtool", "alert", "query", "-o", "json")
        text = self.space.run("mgmt", *words, f"--alertmanager.url=http://127.0.0.1:{MANAGER}")
        return [one["labels"] for one in json.loads(text)]

    def until(self, true: Callable[[], Any], seconds: float, what: str) -> float:
        """Seconds that it took."""
        begin = time.time()
        while time.time() - begin < seconds:
            if true():
                return time.time() - begin
            time.sleep(0.25)
        log = self.space.log("netdiag").read_text(encoding="utf-8")[-3000:]
        pytest.fail(f"{what}: not within {seconds:g} s. Hooks: {self.hooks.read_text()}\n{log}")


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    reason = _reason()
    if reason:
        pytest.skip(reason)
    remove_leftovers()
    with Space() as space:
        tree.build(space)
        folder = space.folder / "site"
        folder.mkdir()
        tree.inventory(folder)
        (folder / "netdiag.yaml").write_text(CONFIG, encoding="utf-8")
        made = Story(space, tree.start_hook(space, HOOK))
        _start_alertmanager(space)
        space.start(
            "mgmt", "netdiag",
            [sys.executable, "-m", "netdiag", "serve", "--config", str(folder / "netdiag.yaml")],
            env={"COMMUNITY": tree.COMMUNITY, "DESK": WHSEC, "PYTHONPATH": str(Path.cwd())},
        )  # fmt: skip
        made.until(lambda: "Listening" in space.log("netdiag").read_text(), 60, "netdiag")
        time.sleep(25)  # the storm of traps with which agents start, and a round of all devices
        yield made


def _start_alertmanager(space: Space) -> None:
    hook = {"url": f"http://127.0.0.1:{HOOK}/page", "send_resolved": True}
    receivers = [{"name": "noc", "webhook_configs": [hook]}, {"name": "nobody"}]
    rules = yaml.safe_load(INHIBIT.read_text(encoding="utf-8"))
    config = space.folder / "alertmanager.yml"
    config.write_text(yaml.safe_dump({"route": ROUTE, "receivers": receivers, **rules}))
    words = [PROGRAM, f"--config.file={config}", f"--storage.path={space.folder / 'am'}",
             f"--web.listen-address=127.0.0.1:{MANAGER}", "--cluster.listen-address="]  # fmt: skip
    space.start("mgmt", "alertmanager", words)


def test_a_cut_is_one_alert_and_its_end_no_burst(story: Story) -> None:
    assert story.alerts() == []
    assert story.letters("confirmed") == []

    # An aggregation loses its uplink: four switches and eighteen flats are behind it.
    begin = time.time()
    tree.cut(story.space, "agg1")
    assert not tree.reachable(story.space, "acc11")
    story.until(lambda: story.pages("firing"), INSIDE_S, "a page")
    took = story.pages("firing")[0][0] - begin
    (labels,) = story.alerts()
    assert (labels["root_device"], labels["parent_device"]) == ("agg1", "core")
    assert (labels["scope"], labels["site"]) == ("aggregation", "north")
    assert took < INSIDE_S
    print(f"paged {took:.1f} s after the cut")

    # Another fault elsewhere, and one inside that nobody can see yet.
    tree.cut(story.space, "acc21")
    tree.cut(story.space, "acc13")
    roots = lambda: {root for _, root in story.pages("firing")}  # noqa: E731
    second = story.until(lambda: "acc21" in roots(), INSIDE_S, "the second fault")
    print(f"the second fault {second:.1f} s after its cut")
    assert sorted(story.letters("confirmed")) == ["acc21", "agg1"]
    assert roots() == {"agg1", "acc21"}

    # The aggregation is back; what was inside stays down and is found, and nothing else is said.
    tree.mend(story.space, "agg1")
    story.until(lambda: "agg1" in [r for _, r in story.pages("resolved")], 180, "the end")
    story.until(lambda: "acc13" in roots(), 180, "the fault inside the first")
    tree.mend(story.space, "acc21")
    tree.mend(story.space, "acc13")
    story.until(lambda: story.alerts() == [], 240, "the end of all")
    time.sleep(10)
    firing = [root for _, root in story.pages("firing")]
    assert sorted(dict.fromkeys(firing)) == ["acc13", "acc21", "agg1"]
    assert len(firing) == 3
    assert sorted(story.letters("cleared")) == ["acc13", "acc21", "agg1"]
    assert sorted(story.letters("confirmed")) == ["acc13", "acc21", "agg1"]
