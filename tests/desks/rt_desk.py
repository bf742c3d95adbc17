"""netdiag on the lab beside a real Request Tracker: what the stories share."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from netdiag.model.ticket import Case, Happened
from netdiag.service.daemon.settings import open_database
from netdiag.service.setup import load_settings
from netdiag.store.database import Database
from netdiag.store.letters import Letters
from netdiag.store.tickets import Tickets
from tests.addresses import free_port
from tests.desks.rt_peer import Tracker, tracker
from tests.lab.clients import Town
from tests.web.conftest import WHSEC, Served

T = TypeVar("T")
CONFIG = """
serve:
  executor: desk
  webhooks:
    rt: {{secret: {{env: RT_SECRET}}}}
tickets:
  verify_after_s: 0
  after_outage_s: 1
  recheck_minutes: 0
  bounces: 2
  escalate_to: support.lead
  sender_domains: [isp.test]
  desks:
    rt:
      kind: rt
      url: {url}
      token: {{env: RT_TOKEN}}
      language: ru
      poll_s: {poll_s}
      queues: {{support.l1: helpdesk, support.lead: lead, noc.incident: outages, noc: noc,
                field: field, billing: nowhere, abuse: noc}}
      fields: {{subscriber: Subscriber, fault: Fault, side: Side, diagnosis: Diagnosis,
                outage: Outage}}
{more}
"""


@dataclass
class Desk:
    """Everybody who works here."""

    rt: Tracker
    served: Served
    town: Town
    database: Database
    tickets: Tickets
    letters: Letters

    def case(self, ticket: str) -> Case | None:
        return self.tickets.get("rt", ticket)

    def life(self, ticket: str) -> list[Happened]:
        case = self.case(ticket)
        return [] if case is None else [event.kind for event in self.tickets.life(case.id)]

    def until(self, ask: Callable[[], T], seconds: float = 180.0) -> T:
        """Ask until the answer is true; the last answer."""
        end = time.monotonic() + seconds
        while True:
            found = ask()
            if found or time.monotonic() > end:
                assert found, self.served.log[-3000:]
                return found
            time.sleep(0.3)

    def note(self, ticket: str) -> str:
        """netdiag's last text in it."""
        texts = self.rt.texts(ticket)
        return texts[-1][1] if texts else ""

    def until_happened(self, ticket: str, kind: Happened, times: int = 1) -> None:
        self.until(lambda: self.life(ticket).count(kind) >= times)


@contextmanager
def desk(
    directory: Path,
    *,
    postgresql: tuple[str, int] | None = None,
    more: str = "",
    workers: int = 3,
    poll_s: int = 5,
    prepare: Callable[[Town], None] = lambda _: None,
) -> Iterator[Desk]:
    """A lab, a Request Tracker and a daemon between them. `prepare`: before the daemon starts."""
    address = f"127.0.0.1:{free_port()}"
    hook = f"http://{address}/api/v1/tickets/rt"
    rt_home = directory / "rt"
    rt_home.mkdir()
    town = Town(directory / "lab")
    try:
        with tracker(
            rt_home, hook=hook, secret=WHSEC, postgresql=postgresql, workers=workers
        ) as rt:
            config = town.lab.config_path
            text = config.read_text(encoding="utf-8") + CONFIG.format(
                url=rt.url, more=more, poll_s=poll_s
            )
            config.write_text(text, encoding="utf-8")
            environment = {"RT_SECRET": WHSEC, "RT_TOKEN": rt.token}
            prepare(town)
            served = Served(town=town, config=config, address=address, environment=environment)
            served.start()
            database = open_database(load_settings(str(config)))
            try:
                tickets, letters = Tickets(database), Letters(database)
                yield Desk(rt, served, town, database, tickets, letters)
            finally:
                database.close()
                served.stop()
    finally:
        town.close()
