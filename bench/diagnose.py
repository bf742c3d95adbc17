"""Time of a diagnosis against its own floor; CPU and memory; 1, 10 and 100 at once.

    python -m bench.diagnose [--rounds N] [--json]

Runs on the built-in lab, which lives in a process of its own, so that its CPU is not counted.
Start-up of netdiag is excluded. `ratio` is wall time over the slowest chain of probes that the
verdict needed; the target is 1.3.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.floor import floor_s
from bench.machine import described
from netdiag.model.verdict import Diagnosis
from netdiag.service.app import App
from netdiag.service.diagnosis.diagnose import Request

AT_ONCE = (1, 10, 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One row of the table."""

    at_once: int
    diagnoses: int
    wall_s_median: float
    floor_s_median: float
    ratio_median: float
    ratio_worst: float
    cpu_ms_per_diagnosis: float
    max_rss_mb: float


@contextmanager
def lab(directory: str, *more: str) -> Iterator[Path]:
    """The lab with its story, in another process; its configuration."""
    command = [sys.executable, "-m", "netdiag", "lab", "start", "--story", "--dir", directory]
    command += more
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        if not (process.stdout and process.stdout.readline()):
            raise SystemExit("The lab did not start; run `netdiag lab start --story` to see why.")
        yield Path(directory) / "netdiag.yaml"
    finally:
        process.terminate()
        process.wait(10)


async def measure(config: Path, rounds: int) -> list[Figures]:
    """All rows; every subscriber of the lab in turn."""
    figures: list[Figures] = []
    async with App.open(str(config)) as app:
        keys = subscribers(app)
        await one_round(app, keys, 1)  # sessions open, code warm
        for at_once in AT_ONCE:
            cpu = time.process_time()
            done: list[Diagnosis] = []
            for _ in range(rounds):
                done += await one_round(app, keys, at_once)
            spent = time.process_time() - cpu
            figures.append(row(app, at_once, done, spent))
    return figures


def subscribers(app: App) -> list[str]:
    """Ids of all subscribers of the lab."""
    found: set[str] = set()
    for device in app.inventory.devices():
        found.update(app.inventory.behind(device.id).subscribers)
    return sorted(found)


async def one_round(app: App, keys: list[str], at_once: int) -> list[Diagnosis]:
    """Diagnose at least as many subscribers as are asked at once."""
    slots = asyncio.Semaphore(at_once)

    async def one(key: str) -> Diagnosis:
        async with slots:
            return await app.diagnose(key, Request(who="bench", deadline_s=30))

    wanted = [keys[i % len(keys)] for i in range(max(at_once, len(keys)))]
    return list(await asyncio.gather(*(one(key) for key in wanted)))


def row(app: App, at_once: int, done: list[Diagnosis], cpu_s: float) -> Figures:
    """Figures of one row."""
    walls = [(d.finished_at - d.started_at).total_seconds() for d in done]
    floors = [floor_s(d, app.content) for d in done]
    ratios = [w / f for w, f in zip(walls, floors, strict=True) if f > 0]
    return Figures(
        at_once=at_once,
        diagnoses=len(done),
        wall_s_median=round(statistics.median(walls), 4),
        floor_s_median=round(statistics.median(floors), 4),
        ratio_median=round(statistics.median(ratios), 3),
        ratio_worst=round(max(ratios), 3),
        cpu_ms_per_diagnosis=round(cpu_s / len(done) * 1000, 1),
        max_rss_mb=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory, lab(directory) as config:
        figures = asyncio.run(measure(config, options.rounds))
    report = {**described("bench.diagnose"), "figures": [asdict(one) for one in figures]}
    if options.json:
        print(json.dumps(report, indent=2))
        return
    print(f"{report['command']}  {report['date']}  {report['machine']}, Python {report['python']}")
    print("at once  diagnoses  wall s  floor s  ratio  worst  CPU ms each  RSS MB")
    for one in figures:
        print(
            f"{one.at_once:7} {one.diagnoses:10} {one.wall_s_median:7.3f} {one.floor_s_median:8.3f}"
            f" {one.ratio_median:6.2f} {one.ratio_worst:6.2f} {one.cpu_ms_per_diagnosis:12.1f}"
            f" {one.max_rss_mb:7.1f}"
        )


if __name__ == "__main__":
    main()
