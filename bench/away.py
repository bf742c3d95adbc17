"""A site behind a bad line: it is cut for minutes, sweeps on, and catches up while it is killed.

    python -m bench.away [--minutes M] [--kills N] [--devices D] [--json]

The worker and its agents live in a network namespace; the line to PostgreSQL takes 100 ms each way
(a relay) and loses 5 % of the packets of each direction (iptables). While it is cut (no packet
passes) devices fall silent, one comes back, others get half duplex, and the worker is killed once.
Then the line is mended, and the worker killed again and again while it brings its sweeps. What the
store holds at the end is compared with what the worker had, and with what was staged. Needs root,
ip, iptables, gcc and PostgreSQL.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import sqlalchemy as sa

from bench.away_read import Brought, compared, waiting
from bench.away_stage import BACK, GONE, configured, playing
from bench.chaos import store_of
from bench.daemon.site import daemon
from bench.daemon.space import Place, place
from bench.daemon.wire import wire
from bench.machine import described
from bench.workers import Hand

_EVERY_S = 20
_LOSS, _DELAY_S = 0.05, 0.1
_SITE, _NAME = "north", "w1"
_PATIENCE_S = 240.0
_STORY = f"SELECT alone::json ->> '{{}}' FROM workers WHERE name = '{_NAME}'"


@dataclass(slots=True, kw_only=True)
class Figures:
    """What was done, and what the store holds. Seconds of wall time. `due`: sweeps that the clock
    wanted while the line was cut; `overtaken`: of those, refused by the queue afterwards."""

    devices: int
    away_s: float = 0.0
    due: int = 0
    kills_away: int = 0
    kills_catching_up: int = 0
    caught_up_s: float = 0.0
    overtaken: int = 0
    brought: Brought = field(default_factory=Brought)


async def run(store: str, minutes: float, kills: int, count: int) -> Figures:
    """The whole story."""
    figures = Figures(devices=count)
    with tempfile.TemporaryDirectory(prefix="netdiag-away-") as text, place() as site:
        config = configured(Path(text), count, _SITE, _EVERY_S)
        site.lose(_LOSS)
        async with (
            daemon(config, "127.94.200.2:18002", store=store),
            _worker(config, site, store) as hand,
        ):
            began = time.monotonic()
            with playing(config.parent, site, count, began, half=False):
                await _until(lambda: _told(store, "copied_at"), "the first copy")
                await asyncio.sleep(2 * _EVERY_S)
                site.cut()
                cut = time.time()
                await asyncio.sleep(minutes * 15)
            for network in (GONE, BACK):
                site.silence(f"{network}.0/24", silent=True)
            with playing(config.parent, site, count, began, half=True):
                await asyncio.sleep(minutes * 15)
                await _kill(hand)
                figures.kills_away += 1
                await asyncio.sleep(minutes * 15)
                site.silence(f"{BACK}.0/24", silent=False)
                await asyncio.sleep(minutes * 15)
                figures.away_s = round(time.time() - cut, 1)
                figures.due = int(figures.away_s // _EVERY_S)
                had = waiting(config.parent / "state" / f"spool-{_NAME}.db")
                site.mend()
                await _catch_up(store, hand, kills, figures)
                await asyncio.sleep(3 * _EVERY_S)
            figures.brought = compared(store, had, cut)
            figures.overtaken = hand.log.count("went later")
    return figures


async def _catch_up(store: str, hand: Hand, kills: int, figures: Figures) -> None:
    """Kill it a moment after it began to bring, until it was killed often enough."""
    begun = time.monotonic()
    while figures.kills_catching_up < kills:
        told = hand.log.count("the store is back")
        await _until(lambda: hand.log.count("the store is back") > told, "its return")  # noqa: B023
        await asyncio.sleep(random.uniform(0.2, 3.0))
        if "caught up" in hand.log:
            break
        await _kill(hand)
        figures.kills_catching_up += 1
    await _until(lambda: _told(store, "caught_up_at"), "the end of catching up")
    figures.caught_up_s = round(time.monotonic() - begun, 1)


async def _kill(hand: Hand) -> None:
    if hand.process is not None:
        hand.process.kill()
        await hand.process.wait()


async def _until(true: Callable[[], object], what: str) -> None:
    end = time.monotonic() + _PATIENCE_S
    while not true():
        if time.monotonic() > end:
            raise SystemExit(f"{what} was waited for in vain")
        await asyncio.sleep(0.2)


def _told(store: str, word: str) -> object:
    """What the worker says of itself in the store."""
    engine = sa.create_engine(store)
    try:
        with engine.connect() as connection:
            return connection.execute(sa.text(_STORY.format(word))).scalar()
    finally:
        engine.dispose()


@asynccontextmanager
async def _worker(config: Path, site: Place, store: str) -> AsyncIterator[Hand]:
    """The worker, started again whenever it ends, behind its line."""
    url = sa.make_url(store)
    async with wire(str(url.host), url.port or 5432, site.listening(), _DELAY_S) as (line, port):
        own = url.set(host="10.99.0.1", port=port).render_as_string(hide_password=False)
        hand = Hand(
            name=_NAME, config=config, url=own, line=line, site=_SITE,
            before=("ip", "netns", "exec", site.site),
        )  # fmt: skip
        watch = asyncio.create_task(hand.supervise())
        try:
            yield hand
        finally:
            watch.cancel()
            await hand.end()
            line.mend()


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=6.0, help="for so long the line is cut")
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--devices", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with store_of("postgresql") as store:
        figures = asyncio.run(run(str(store), asked.minutes, asked.kills, asked.devices))
    told = asdict(figures)
    if asked.json:
        print(json.dumps(told | {"about": described("bench.away")}))
        return
    for name, value in (told | told.pop("brought")).items():
        if name != "brought":
            print(f"{name:18} {value}")


if __name__ == "__main__":
    main()
