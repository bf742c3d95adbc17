"""Kill the daemon at random while tickets come in: what was accepted must end exactly once.

    python -m bench.chaos --db sqlite|postgresql --kills N [--events M] [--crashes C] [--json]

Lab, daemon and receiver run on loopback. The sender repeats a delivery (same id) until it is
accepted, as ticket systems do. `lost`: accepted, never told to the receiver. `doubled`: told under
two keys. `repeated`: posted again under the same key after a kill, which the receiver knows by it.
`crashes`: so often PostgreSQL goes down and recovers, too (kill -9 of one of its backends).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
from standardwebhooks.webhooks import Webhook

from bench.daemon.receiver import Received, receiver
from bench.daemon.site import SECRET, Running, configure, daemon
from bench.machine import described
from netdiag.lab import Lab

BASE = "127.95"
_HOMES = [f"1002{number:02d}" for number in range(1, 38)]
_AT_LEAST_UP_S, _AT_MOST_UP_S = 0.3, 4.0
_QUIET_S = 90.0


@dataclass(slots=True, kw_only=True)
class Figures:
    """What became of the events."""

    db: str
    kills: int
    offered: int
    crashes: int = 0
    accepted: int = 0
    finished: int = 0
    lost: int = 0
    doubled: int = 0
    repeated: int = 0
    unsigned: int = 0
    seconds: float = 0.0


async def run(db: str, store: str | None, kills: int, events: int, crashes: int = 0) -> Figures:
    """One story: events at a steady rate, kills at random, then silence until all is told."""
    figures = Figures(db=db, kills=kills, offered=events, crashes=crashes)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="netdiag-chaos-") as directory:
        async with (
            Lab(Path(directory), base=BASE) as lab,
            receiver(f"{BASE}.200.1", 18001, SECRET) as received,
        ):
            url = f"http://{BASE}.200.1:18001/events"
            configure(lab.config_path, receiver=url, store=store)
            async with daemon(lab.config_path, f"{BASE}.200.2:18002", store=store) as running:
                accepted: set[str] = set()
                fire = asyncio.create_task(_blows(running, kills, store, crashes))
                await send(running, events, accepted, fire)
                await until_told(accepted, received)
    count(figures, accepted, received)
    figures.seconds = round(time.monotonic() - begun, 1)
    return figures


async def _blows(running: Running, kills: int, store: str | None, crashes: int) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(_kill(running, kills))
        if store is not None:
            group.create_task(_crash(store, crashes))


async def _crash(store: str, crashes: int) -> None:
    from tests.inventory.sql_servers import crash

    for _ in range(crashes):
        await asyncio.sleep(random.uniform(_AT_LEAST_UP_S, _AT_MOST_UP_S))
        await asyncio.to_thread(crash, store)


async def _kill(running: Running, kills: int) -> None:
    for _ in range(kills):
        await asyncio.sleep(random.uniform(_AT_LEAST_UP_S, _AT_MOST_UP_S))
        await running.kill()
        await running.start()


async def send(running: Running, events: int, accepted: set[str], fire: asyncio.Task[None]) -> None:
    """Ten events a second, each sent again until it is accepted; then the blows end, too."""
    webhook = Webhook(SECRET)
    async with httpx.AsyncClient(timeout=5) as client, asyncio.TaskGroup() as group:
        for number in range(events):
            group.create_task(_deliver(client, webhook, running, number, accepted))
            await asyncio.sleep(0.1)
        await fire


async def _deliver(
    client: httpx.AsyncClient, webhook: Webhook, running: Running, number: int, accepted: set[str]
) -> None:
    ticket = f"T-{number}"
    body = json.dumps({"ticket": ticket, "subscriber": _HOMES[number % len(_HOMES)]})
    while True:
        now = datetime.now(UTC)
        headers = {
            "webhook-id": f"delivery-{number}",
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": webhook.sign(f"delivery-{number}", now, body),
        }
        try:
            reply = await client.post(
                f"{running.url}/api/v1/tickets/desk", content=body, headers=headers
            )
            if reply.status_code == 202:
                accepted.add(ticket)
                return
        except httpx.HTTPError:
            pass  # it was just killed: a ticket system sends again
        await asyncio.sleep(0.3)


async def until_told(accepted: set[str], received: Received) -> None:
    """Wait until the receiver was told of all that was accepted."""
    end = time.monotonic() + _QUIET_S
    while time.monotonic() < end and not accepted <= set(received.keys_of):  # noqa: ASYNC110
        await asyncio.sleep(0.2)
    await asyncio.sleep(2.0)  # a second telling would come now


def count(figures: Figures, accepted: set[str], received: Received) -> None:
    """Into the figures."""
    told = set(received.keys_of)
    figures.accepted = len(accepted)
    figures.finished = len(accepted & told)
    figures.lost = len(accepted - told)
    figures.doubled = sum(len(keys) > 1 for keys in received.keys_of.values())
    figures.repeated = sum(count - 1 for count in received.posts.values())
    figures.unsigned = received.unsigned


@contextmanager
def store_of(db: str) -> Iterator[str | None]:
    """A store for one run; None is a SQLite file beside the configuration."""
    if db == "sqlite":
        yield None
        return
    from tests.inventory.sql_servers import postgresql

    with postgresql() as (engine, _):
        with engine.connect() as connection:
            connection.exec_driver_sql("CREATE DATABASE netdiag")
        yield engine.url.set(database="netdiag").render_as_string(hide_password=False)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--events", type=int, default=200)
    parser.add_argument("--crashes", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with store_of(asked.db) as store:
        figures = asyncio.run(run(asked.db, store, asked.kills, asked.events, asked.crashes))
    if asked.json:
        print(json.dumps(asdict(figures) | {"about": described("bench.chaos")}))
        return
    for name, value in asdict(figures).items():
        print(f"{name:10} {value}")


if __name__ == "__main__":
    main()
