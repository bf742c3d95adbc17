"""netdiag, a real Alertmanager, a real Request Tracker and a receiver of webhooks in mgmt."""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from realnet import tree
from realnet.enter import inside
from realnet.space import Space
from tests.desks.rt_peer import Tracker, tracker
from tests.notify.alertmanagers import Managed, alertmanager

HOOK, API = 8089, 8787
WHSEC = "whsec_c2VjcmV0LW9mLXRoZS1kZXNrLWZvci10ZXN0cy0wMQ=="
CONFIG = f"""\
inventory:
  - csv: {{{{devices: devices.csv, links: links.csv, subscribers: subscribers.csv}}}}
state_dir: state
credentials: {{{{default: {{{{snmp: {{{{community: {{{{env: COMMUNITY}}}}}}}}}}}}}}}}
limits: {{{{timeout_s: 1}}}}
billing:
  url: {{{{env: BILLING}}}}
  query: SELECT state FROM accounts WHERE id = :id
serve:
  listen: 127.0.0.1:{API}
  executor: story
  receiver: {{{{url: 'http://127.0.0.1:{HOOK}/desk', secret: {{{{env: DESK}}}}}}}}
  webhooks: {{{{rt: {{{{secret: {{{{env: DESK}}}}}}}}}}}}
watch:
  tick_s: 1
  round_s: 10
  hold_s: 30
  traps: {{{{listen: '{tree.MGMT}:{tree.TRAP_PORT}'}}}}
notify:
  alertmanager: {{{{urls: ['{{alertmanager}}'], repeat_s: 5}}}}
tickets:
  after_outage_s: 5
  desks:
    rt:
      kind: rt
      url: {{rt}}
      token: {{{{env: RT_TOKEN}}}}
      language: en
      poll_s: 5
      queues: {{{{support.l1: helpdesk, support.lead: lead, noc.incident: outages, noc: noc,
                field: field, billing: billing, abuse: noc}}}}
      fields: {{{{subscriber: Subscriber, fault: Fault, side: Side, outage: Outage}}}}
"""


@dataclass
class Story:
    """The network and everybody who is told of it."""

    space: Space
    hooks: Path
    manager: Managed
    rt: Tracker

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
        return [one["labels"] for one in self.manager.alerts()]

    def call(self, subscriber: str) -> str:
        """The subscriber rings, and a person at the desk writes a ticket; its number."""
        return self.rt.create(CustomFields={"Subscriber": subscriber})

    def parents(self) -> list[dict[str, Any]]:
        """Tickets of outages."""
        found = self.rt.person("root").get("/tickets", params={"query": "Queue = 'outages'"}).json()
        return [self.rt.show(str(one["id"])) for one in found["items"]]

    def until(self, true: Callable[[], Any], seconds: float, what: str) -> float:
        """Seconds that it took."""
        begin = time.time()
        while time.time() - begin < seconds:
            if true():
                return time.time() - begin
            time.sleep(0.25)
        log = self.space.log("netdiag").read_text(encoding="utf-8")[-3000:]
        pytest.fail(f"{what}: not within {seconds:g} s. Hooks: {self.hooks.read_text()}\n{log}")


@contextmanager
def story(space: Space) -> Iterator[Story]:
    """All of them, each healthy; the network is at rest."""
    tree.build(space)
    folder = space.folder / "site"
    folder.mkdir()
    (space.folder / "rt").mkdir()
    tree.inventory(folder)
    hooks = tree.start_hook(space, HOOK)
    page, webhook = f"http://127.0.0.1:{HOOK}/page", f"http://127.0.0.1:{API}/api/v1/tickets/rt"
    with (
        inside(space, "mgmt"),
        alertmanager(space.folder, page) as manager,
        tracker(space.folder / "rt", hook=webhook, secret=WHSEC) as rt,
    ):
        config = folder / "netdiag.yaml"
        config.write_text(CONFIG.format(alertmanager=manager.url, rt=rt.url), encoding="utf-8")
        space.start(
            "mgmt", "netdiag",
            [sys.executable, "-m", "netdiag", "serve", "--config", str(config)],
            env={"COMMUNITY": tree.COMMUNITY, "DESK": WHSEC, "RT_TOKEN": rt.token,
                 "BILLING": _billing(folder / "billing.db"), "PYTHONPATH": str(Path.cwd())},
        )  # fmt: skip
        made = Story(space, hooks, manager, rt)
        made.until(_well, 60, "netdiag")
        time.sleep(25)  # the storm of traps with which agents start, and a round of all devices
        yield made


def _billing(path: Path) -> str:
    """Everybody has paid."""
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE accounts (id TEXT PRIMARY KEY, state TEXT)")
        everybody = [(name,) for node in tree.ACCESS for name, _ in tree.flats(node)]
        database.executemany("INSERT INTO accounts VALUES (?, 'active')", everybody)
    return f"sqlite:///{path}"


def _well() -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{API}/readyz", timeout=10).is_success
    except httpx.ConnectError:
        return False
