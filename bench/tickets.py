"""A mass outage at the desk: 200 tickets in three minutes, Request Tracker restarted in between.

    python -m bench.tickets [--tickets N] [--seconds S] [--json]

An aggregation switch is out. Subscribers behind it write to the desk at a steady rate; half-way the
Request Tracker is stopped and started again. Then the outage is over, except for one cut line.
What became of it is counted in Request Tracker's own database, not in netdiag's.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from bench.machine import described
from netdiag.cli import run as netdiag
from netdiag.model.ticket import Case, Happened, TicketState

if TYPE_CHECKING:
    from tests.desks.rt_desk import Desk
    from tests.lab.clients import Town

ROOT = "agg-1"
_BEHIND = ("sw-1", "sw-2", "sw-3", "sw-4", "sw-5")
_CUT = "100207"
_PATIENCE_S = 2400.0


@dataclass(slots=True, kw_only=True)
class Figures:
    """What came in, and what became of it."""

    tickets: int
    within_s: float = 0.0
    tracker_down_s: float = 0.0
    parents: int = 0
    children: int = 0
    linked_after_s: float = 0.0  # after the last ticket
    visits_ordered: int = 0  # while the outage was on
    lost: int = 0
    doubled: int = 0  # notes, answers or links that stand there twice
    healthy: int = 0
    answered: int = 0
    closed: int = 0
    fresh_diagnoses: int = 0  # lines that the outage was not the whole story of
    left_open: dict[str, int] = field(default_factory=dict)  # healthy lines, by what was seen there
    closed_after_s: float = 0.0  # after the outage was over
    dead_letters: int = 0
    machine: dict[str, Any] = field(default_factory=dict)


class Crowd:
    """Subscribers of a town that is larger than the lab: each has the line of one of its homes."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.ids: list[str] = []
        self.cut: set[str] = set()

    def move_in(self, town: Town) -> None:
        """Write them into inventory and billing."""
        directory = town.directory
        homes = [h for h in town.lab.scene.world.homes.values() if h.port[0] in _BEHIND]
        rows = {}
        lines = (directory / "inventory.yaml").read_text(encoding="utf-8").splitlines()
        for line in lines:
            if line.startswith('  - {"id": "1002'):
                row = json.loads(line.removeprefix("  - "))
                rows[row["id"]] = row
        new = []
        for number in range(self.count):
            home = homes[number % len(homes)]
            one = f"5{number:05d}"
            self.ids.append(one)
            self.cut |= {one} if home.id == _CUT else set()
            new.append(f"  - {json.dumps(rows[home.id] | {'id': one, 'phone': None})}")
        at = lines.index("devices:")
        text = "\n".join([*lines[:at], *new, *lines[at:]])
        (directory / "inventory.yaml").write_text(text + "\n", encoding="utf-8")
        self._pay(directory, [(one, homes[n % len(homes)].id) for n, one in enumerate(self.ids)])

    def _pay(self, directory: Path, pairs: list[tuple[str, str]]) -> None:
        """The lab writes its billing anew all the time: the crowd has a copy of its own."""
        own = directory / "crowd.db"
        shutil.copy(directory / "billing.db", own)
        with contextlib.closing(sqlite3.connect(own)) as db, db:
            names = [row[1] for row in db.execute("PRAGMA table_info(accounts)")]
            rest = ", ".join(name for name in names if name != "id")
            for one, home in pairs:
                copy = (
                    f"INSERT INTO accounts (id, {rest}) SELECT ?, {rest} FROM accounts WHERE id = ?"
                )
                db.execute(copy, (one, home))
        url = f"sqlite:///{own.resolve()}\n"
        (directory / "billing.url").write_text(url, encoding="utf-8")


def run(count: int, seconds: float) -> Figures:
    """The whole story."""
    from tests.desks.rt_desk import desk

    figures = Figures(tickets=count, machine=described("bench.tickets"))
    crowd = Crowd(count)
    with (
        tempfile.TemporaryDirectory(prefix="netdiag-tickets-") as directory,
        desk(Path(directory), prepare=crowd.move_in) as here,
        here.town.fault("cable-cut", _CUT),
    ):
        os.environ.update(here.served.environment)
        outage = json.loads(_cli(here, "outages", "open", ROOT, "--cause", "power", "--json"))
        begun = time.monotonic()
        _arrive(here, crowd, seconds, figures)
        figures.within_s = round(time.monotonic() - begun, 1)
        figures.linked_after_s = _until(lambda: _linked(here) >= count)
        cases = _cases(here)
        figures.visits_ordered = sum(Happened.VISIT_ORDERED in _life(here, c) for c in cases)
        figures.children = _children(here)
        _cli(here, "outages", "close", outage["id"])
        figures.closed_after_s = _until(lambda: _settled(here, outage["id"]) >= count)
        _count(here, crowd, figures)
    return figures


def _arrive(here: Desk, crowd: Crowd, seconds: float, figures: Figures) -> None:
    """Tickets at a steady rate by two people; the tracker goes down and up in the middle."""
    begun = time.monotonic()
    gate = Lock()  # nobody presses "create" in the moment of the stop: people would press twice

    def write(number: int) -> None:
        time.sleep(max(0.0, begun + seconds * number / crowd.count - time.monotonic()))
        fields = {"CustomFields": {"Subscriber": crowd.ids[number]}}
        if number == crowd.count // 2:
            with gate:
                stopped = time.monotonic()
                here.rt.stop()
                time.sleep(4)
                here.rt.start()
                figures.tracker_down_s = round(time.monotonic() - stopped, 1)
        with gate:
            here.rt.create(who=("anna", "oleg")[number % 2], Subject="no Internet", **fields)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, range(crowd.count)))


def _until(ask: Callable[[], bool]) -> float:
    begun = time.monotonic()
    while not ask():
        if time.monotonic() - begun > _PATIENCE_S:
            break
        time.sleep(2)
    return round(time.monotonic() - begun, 1)


def _cases(here: Desk) -> list[Case]:
    return [case for case in here.tickets.newest(100_000) if case.subscriber is not None]


def _life(here: Desk, case: Case) -> list[Happened]:
    return [event.kind for event in here.tickets.life(case.id)]


def _linked(here: Desk) -> int:
    return sum(case.outage is not None for case in _cases(here))


def _settled(here: Desk, outage: str) -> int:
    """Closed, or a ticket of its own with a desk."""
    parents = [c for c in here.tickets.newest(100_000) if c.subscriber is None]
    over = all(case.state is TicketState.CLOSED for case in parents)
    done = [c for c in _cases(here) if c.state is TicketState.CLOSED or c.desk is not None]
    return len(done) if over else min(len(done), len(done) - 1)


def _tracker(here: Desk) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{here.rt.directory / 'rt.sqlite'}?mode=ro", uri=True)


def _children(here: Desk) -> int:
    with contextlib.closing(_tracker(here)) as db:
        query = "SELECT COUNT(DISTINCT LocalBase) FROM Links WHERE Type = 'MemberOf'"
        return int(db.execute(query).fetchone()[0])


def _count(here: Desk, crowd: Crowd, figures: Figures) -> None:
    """By what stands in the tracker's own tables."""
    own = "(SELECT id FROM Users WHERE Name = 'netdiag')"
    with contextlib.closing(_tracker(here)) as db:
        parents = (
            "SELECT COUNT(*) FROM Tickets WHERE Queue = (SELECT id FROM Queues WHERE Name = ?)"
        )
        figures.parents = db.execute(parents, ("outages",)).fetchone()[0]
        marks = Counter(
            subject
            for (subject,) in db.execute(
                "SELECT a.Subject FROM Attachments a JOIN Transactions t ON t.id = a.TransactionId "
                f"WHERE t.Type IN ('Comment', 'Correspond') AND t.Creator = {own}"
            )
        )
        figures.doubled = sum(times - 1 for times in marks.values())
        people = dict(
            db.execute(
                "SELECT v.Content, v.ObjectId FROM ObjectCustomFieldValues v JOIN CustomFields c "
                "ON c.id = v.CustomField WHERE c.Name = 'Subscriber' AND v.Disabled = 0"
            )
        )
        states = dict(db.execute("SELECT id, Status FROM Tickets"))
        said = Counter(
            number
            for (number,) in db.execute(
                f"SELECT ObjectId FROM Transactions WHERE Type = 'Correspond' AND Creator = {own}"
            )
        )
    healthy = [one for one in crowd.ids if one not in crowd.cut]
    figures.lost = sum(one not in people for one in crowd.ids)
    figures.healthy = len(healthy)
    figures.answered = sum(said[people[one]] == 1 for one in healthy if one in people)
    figures.closed = sum(states[people[one]] == "resolved" for one in healthy if one in people)
    cut = [case for case in _cases(here) if case.subscriber in crowd.cut]
    figures.fresh_diagnoses = sum(case.desk is not None for case in cut)
    left = [c.fault or "?" for c in _cases(here) if c.subscriber not in crowd.cut and c.live]
    figures.left_open = dict(Counter(left))
    figures.dead_letters = len(here.letters.dead())


def _cli(here: Desk, *words: str) -> str:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        code = netdiag([*words, "--config", str(here.served.config)])
    if code:
        raise SystemExit(f"netdiag {' '.join(words)} ended with {code}")
    return out.getvalue()


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=180.0)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    from tests.desks.rt_peer import missing

    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    why = missing()
    if why:
        sys.exit(f"{why}.")
    figures = run(given.tickets, given.seconds)
    if given.json:
        print(json.dumps(asdict(figures), indent=2))
        return
    for name, value in asdict(figures).items():
        print(f"{name:>18}  {value}")


if __name__ == "__main__":
    main()
