"""Three workers of two sites over one PostgreSQL, killed, paused and cut off under load.

    python -m bench.workers [--blows N] [--events M] [--json]

Lab, daemon, workers and receiver run on loopback; each worker has a line of its own to the
database, which can be cut. `lost`, `doubled`, `repeated` as in bench.chaos. `elsewhere`: work of a
site that a process of another site has carried out. `taken_over`: jobs that a living worker took
from a dead one.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import sqlalchemy as sa

from bench.chaos import Figures, count, send, store_of, until_told
from bench.daemon.receiver import receiver
from bench.daemon.site import SECRET, configure, daemon
from bench.daemon.wire import Wire, wire
from bench.machine import described
from netdiag.lab import Lab

BASE = "127.94"
SITES = {"w1": "sadovaya-3", "w2": "sadovaya-3", "w3": "rechnaya-8"}
_AWAY_S = (2.0, 30.0)  # shorter and longer than the silence after which one counts as dead


@dataclass(slots=True, kw_only=True)
class Blows:
    """What was done to the workers, and what became of the work."""

    figures: Figures
    blows: dict[str, int] = field(default_factory=dict)
    taken_over: int = 0
    elsewhere: int = 0
    by_executor: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Hand:
    """One worker as a process, and its line."""

    name: str
    config: Path
    url: str
    line: Wire
    process: asyncio.subprocess.Process | None = None
    site: str = ""
    before: tuple[str, ...] = ()  # of the command: ip netns exec …
    away: bool = False  # on purpose

    async def supervise(self) -> None:
        """Start it again whenever it ends by itself, as Restart=always of systemd does."""
        while True:
            if not self.away and (self.process is None or self.process.returncode is not None):
                await self.start()
            await asyncio.sleep(1)

    async def start(self) -> None:
        """Start it; it joins when it can."""
        with (self.config.parent / f"{self.name}.log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *self.before, sys.executable, "-m", "netdiag", "worker",
                "--config", str(self.config), "--site", self.site, "--name", self.name,
                stdout=log, stderr=log,
                env=os.environ | {"DESK_SECRET": SECRET, "STORE_URL": self.url},
            )  # fmt: skip

    @property
    def log(self) -> str:
        """What it has said so far."""
        return (self.config.parent / f"{self.name}.log").read_text(encoding="utf-8")

    async def kill(self) -> None:
        """kill -9, some time away, and back."""
        await self._go(signal.SIGKILL)

    async def leave(self) -> None:
        """SIGTERM, and back."""
        await self._go(signal.SIGTERM)

    async def pause(self) -> None:
        """SIGSTOP, longer than it may be silent or not, and SIGCONT."""
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(signal.SIGSTOP)
            await asyncio.sleep(random.uniform(*_AWAY_S))
            self.process.send_signal(signal.SIGCONT)

    async def cut_off(self) -> None:
        """No packet between it and the database."""
        self.line.cut()
        await asyncio.sleep(random.uniform(*_AWAY_S))
        self.line.mend()

    async def end(self) -> None:
        """For good, also when it was paused."""
        self.away = True
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(signal.SIGCONT)
        await self._end(signal.SIGTERM)

    async def _go(self, number: int) -> None:
        self.away = True
        await self._end(number)
        await asyncio.sleep(random.uniform(*_AWAY_S))
        self.away = False

    async def _end(self, number: int) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(number)
            await self.process.wait()


async def run(store: str, blows: int, events: int) -> Blows:
    """Events at a steady rate while the workers are beaten; then silence until all is told."""
    figures = Figures(db="postgresql", kills=0, offered=events)
    told = Blows(figures=figures)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="netdiag-workers-") as directory:
        async with (
            Lab(Path(directory), base=BASE) as lab,
            receiver(f"{BASE}.200.1", 18001, SECRET) as received,
        ):
            sites = sorted(set(SITES.values()))
            configure(
                lab.config_path,
                receiver=f"http://{BASE}.200.1:18001/events",
                store=store,
                in_serve=f"  workers: [{', '.join(sites)}]\n",
            )
            async with (
                daemon(lab.config_path, f"{BASE}.200.2:18002", store=store) as running,
                hands(lab.config_path, store) as workers,
            ):
                accepted: set[str] = set()
                fire = asyncio.create_task(_beat(workers, blows, told))
                await send(running, events, accepted, fire)
                await until_told(accepted, received)
            count(figures, accepted, received)
            _read(store, lab, told)
    figures.seconds = round(time.monotonic() - begun, 1)
    return told


async def _beat(workers: list[Hand], blows: int, told: Blows) -> None:
    done: Counter[str] = Counter()
    await asyncio.sleep(5)
    for _ in range(blows):
        hand = random.choice(workers)
        kind = random.choice(("kill", "pause", "cut_off", "leave"))
        done[kind] += 1
        await getattr(hand, kind)()
        await asyncio.sleep(random.uniform(0.5, 3.0))
    told.blows = dict(done)


@asynccontextmanager
async def hands(config: Path, store: str) -> AsyncIterator[list[Hand]]:
    """The three workers, each with its line to the database."""
    url = sa.make_url(store)
    async with AsyncExitStack() as stack:
        made = []
        for name in SITES:
            line, port = await stack.enter_async_context(wire(str(url.host), url.port or 5432))
            own = url.set(host="127.0.0.1", port=port).render_as_string(hide_password=False)
            made.append(Hand(name=name, config=config, url=own, line=line, site=SITES[name]))
        watch = [asyncio.create_task(hand.supervise()) for hand in made]
        try:
            yield made
        finally:
            for task in watch:
                task.cancel()
            for hand in made:
                hand.line.mend()
                await hand.end()


def _read(store: str, lab: Lab, told: Blows) -> None:
    """Who carried out what, from the engine's own rows."""
    engine = sa.create_engine(store)
    jobs = sa.text(
        "SELECT queue_name, executor_id FROM dbos.workflow_status WHERE name = 'diagnosis'"
    )
    with engine.connect() as connection:
        rows = connection.execute(jobs).all()
        told.taken_over = connection.execute(sa.text("SELECT count(*) FROM takeovers")).scalar_one()
    engine.dispose()
    told.by_executor = dict(Counter(str(row.executor_id) for row in rows))
    for row in rows:
        site = str(row.queue_name).removeprefix("site-")
        told.elsewhere += site != SITES.get(str(row.executor_id), "main")


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blows", type=int, default=12)
    parser.add_argument("--events", type=int, default=600)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with store_of("postgresql") as store:
        told = asyncio.run(run(str(store), asked.blows, asked.events))
    if asked.json:
        print(json.dumps(asdict(told) | {"about": described("bench.workers")}))
        return
    shown = asdict(told)
    for name, value in (shown.pop("figures") | shown).items():
        print(f"{name:12} {value}")


if __name__ == "__main__":
    main()
