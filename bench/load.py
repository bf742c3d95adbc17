"""The daemon under a steady load: rate held, p50 and p99, memory.

    python -m bench.load --minutes M [--rate R] [--json]

Lab, daemon and sender are three processes on loopback. Two kinds of requests are mixed:
`status` (the voice menu: no probe) and `diagnose` (accepted with 202, carried out, fetched). The
lab answers for real, so that a diagnosis costs what it costs on a network that is quick.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

import httpx

from bench.daemon.site import Running, configure, daemon
from bench.diagnose import lab
from bench.machine import described
from netdiag.service.daemon.settings import open_database
from netdiag.service.setup import load_settings
from netdiag.store.tokens import Scope, Tokens

BASE = "127.96"
_HOMES = [f"1002{number:02d}" for number in range(1, 38)]
_DIAGNOSE_EVERY = 10  # of so many requests one is a diagnosis


@dataclass(slots=True, kw_only=True)
class Figures:
    """What was asked and how it was answered."""

    minutes: float
    rate_wanted: float
    rate_held: float = 0.0
    answers: dict[str, int] = field(default_factory=dict)
    status_ms: dict[str, float] = field(default_factory=dict)
    accept_ms: dict[str, float] = field(default_factory=dict)
    finished: int = 0
    unfinished: int = 0
    rss_mb: list[float] = field(default_factory=list)
    cpu_s: float = 0.0


async def run(minutes: float, rate: float) -> Figures:
    """The whole story."""
    figures = Figures(minutes=minutes, rate_wanted=rate)
    with (
        tempfile.TemporaryDirectory(prefix="netdiag-load-") as directory,
        lab(directory, "--base", BASE) as config,
    ):
        configure(config, receiver=None, store=None)
        async with daemon(config, f"{BASE}.200.2:18012") as running:
            await _load(running, figures, rate, minutes * 60, _token(config))
    return figures


def _token(config: Path) -> str:
    import os
    from datetime import UTC, datetime

    from bench.daemon.site import SECRET

    os.environ["DESK_SECRET"] = SECRET
    database = open_database(load_settings(str(config)))
    try:
        tokens = Tokens(database)
        scopes = frozenset({Scope.ADMIN})
        return tokens.make("load", scopes, datetime.now(UTC), per_minute=1_000_000)
    finally:
        database.close()


async def _load(
    running: Running, figures: Figures, rate: float, seconds: float, token: str
) -> None:
    answers: Counter[str] = Counter()
    taken: dict[str, list[float]] = {"status": [], "diagnose": []}
    accepted: list[str] = []
    headers = {"authorization": f"Bearer {token}"}
    limits = httpx.Limits(max_connections=100)
    begun = time.monotonic()
    async with httpx.AsyncClient(
        base_url=running.url, headers=headers, timeout=30, limits=limits
    ) as client:

        async def one(number: int) -> None:
            home = _HOMES[number % len(_HOMES)]
            start = time.monotonic()
            if number % _DIAGNOSE_EVERY:
                reply = await client.get(f"/api/v1/subscribers/{home}/status")
                kind = "status"
            else:
                reply = await client.post("/api/v1/diagnoses", json={"subscriber": home})
                kind = "diagnose"
                if reply.status_code == 202:
                    accepted.append(reply.headers["location"])
            taken[kind].append((time.monotonic() - start) * 1000)
            answers[f"{kind} {reply.status_code}"] += 1

        async with asyncio.TaskGroup() as group:
            number = 0
            while time.monotonic() - begun < seconds:
                group.create_task(one(number))
                number += 1
                if number % int(max(1, rate * 10)) == 0:
                    figures.rss_mb.append(_rss_mb(running))
                await asyncio.sleep(max(0.0, begun + number / rate - time.monotonic()))
        figures.rate_held = round(number / (time.monotonic() - begun), 1)
        figures.finished, figures.unfinished = await _fetched(client, accepted)
    figures.answers = dict(answers)
    figures.status_ms, figures.accept_ms = _spread(taken["status"]), _spread(taken["diagnose"])
    figures.cpu_s = _cpu_s(running)


async def _fetched(client: httpx.AsyncClient, accepted: list[str]) -> tuple[int, int]:
    end = time.monotonic() + 60
    left = set(accepted)
    while left and time.monotonic() < end:
        for where in list(left):
            if (await client.get(where)).status_code == 200:
                left.discard(where)
        await asyncio.sleep(0.2)
    return len(accepted) - len(left), len(left)


def _spread(values: list[float]) -> dict[str, float]:
    if len(values) < 2:
        return {}
    cuts = statistics.quantiles(values, n=100)
    return {"p50": round(cuts[49], 1), "p99": round(cuts[98], 1), "max": round(max(values), 1)}


def _rss_mb(running: Running) -> float:
    pages = int(Path(f"/proc/{_pid(running)}/statm").read_text().split()[1])
    return round(pages * 4096 / 1e6, 1)


def _cpu_s(running: Running) -> float:
    fields = Path(f"/proc/{_pid(running)}/stat").read_text().rpartition(")")[2].split()
    return round((int(fields[11]) + int(fields[12])) / 100, 1)


def _pid(running: Running) -> int:
    return running.process.pid if running.process else 0


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=8)
    parser.add_argument("--rate", type=float, default=40)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    figures = asyncio.run(run(asked.minutes, asked.rate))
    if asked.json:
        print(json.dumps(asdict(figures) | {"about": described("bench.load")}))
        return
    for name, value in asdict(figures).items():
        if name == "rss_mb":
            value = f"first {value[:3]} last {value[-3:]}"
        print(f"{name:12} {value}")


if __name__ == "__main__":
    main()
