"""The ping sweep against fping alone: what netdiag adds.

    python -m bench.ping [--hosts N] [--dead N] [--rounds N] [--json]

N loopback hosts (127.x.y.z), one packet each. With --dead the bench moves into a network namespace
of its own (needs root and iptables), where so many of the hosts are silent. Rounds of both are
interleaved; medians count.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

from bench.machine import described
from netdiag.transports.fping import Pace, installed, ping_many

_SILENT = "127.90.0.0/16"
_PACE = Pace(count=1, interval_ms=0.1, timeout_ms=1000)


def loopback(count: int) -> list[str]:
    """So many addresses of 127.0.0.0/8."""
    return [f"127.{40 + i // 62500}.{i // 250 % 250}.{i % 250 + 1}" for i in range(count)]


def mixed(count: int, dead: int) -> list[str]:
    """Hosts of which so many, evenly spread, are silent in the namespace."""
    living = loopback(count - dead)
    for number in range(dead):
        host = f"127.90.{number // 250}.{number % 250 + 1}"
        living.insert(number * (count // max(1, dead)), host)
    return living


def alone(hosts: Sequence[str]) -> tuple[float, int]:
    """Seconds and answers of fping by itself."""
    command = [installed() or "fping", "-q", "-i", "0.1", "-c", "1", "-t", "1000"]
    began = time.monotonic()
    done = subprocess.run(command, input="\n".join(hosts) + "\n", capture_output=True, text=True)
    spent = time.monotonic() - began
    return spent, sum("/0%" in line for line in done.stderr.splitlines())


def ours(hosts: Sequence[str]) -> tuple[float, int]:
    """Seconds and answers of netdiag."""
    began = time.monotonic()
    found = asyncio.run(ping_many(hosts, _PACE))
    return time.monotonic() - began, sum(echo.rtt_ms is not None for echo in found.values())


def measure(hosts: Sequence[str], rounds: int) -> dict[str, object]:
    """Both, in turn."""
    took: dict[str, list[float]] = {"netdiag": [], "fping": []}
    answered: dict[str, int] = {}
    for _ in range(rounds):
        for name, run in (("fping", alone), ("netdiag", ours)):
            seconds, count = run(hosts)
            took[name].append(seconds)
            answered[name] = min(count, answered.get(name, count))
    wall = {name: round(statistics.median(times), 3) for name, times in took.items()}
    return {
        "hosts": len(hosts),
        "wall_s": wall,
        "answered": answered,
        "ratio": round(wall["netdiag"] / wall["fping"], 3),
        "all_wall_s": {name: [round(t, 3) for t in times] for name, times in took.items()},
    }


def inside() -> int:
    """Run again in a namespace in which some of the loopback network is silent."""
    script = f'ip link set lo up && iptables -A INPUT -d {_SILENT} -j DROP && exec "$@"'
    command = ["unshare", "-n", "sh", "-c", script, "sh", sys.executable, "-m", "bench.ping"]
    return subprocess.run(
        [*command, *sys.argv[1:]], env={**os.environ, "BENCH_PING_INSIDE": "1"}, check=False
    ).returncode


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, default=10_000)
    parser.add_argument("--dead", type=int, default=0, help="so many silent hosts among them")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if installed() is None:
        sys.exit("fping is not installed: apt install fping.")
    if given.dead and not os.environ.get("BENCH_PING_INSIDE"):
        return inside()
    told = measure(mixed(given.hosts, given.dead), given.rounds) | described("bench.ping")
    told["dead"] = given.dead
    if given.json:
        print(json.dumps(told, indent=2))
    else:
        print(f"{told['hosts']} hosts: {told['wall_s']} s, answered {told['answered']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
