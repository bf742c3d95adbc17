"""A sweep over many agents of which some are dead, slow, lossy, mad or behind the dead.

    python -m bench.hostile [--agents N] [--healthy] [--json]

With --healthy all of them answer: what a whole sweep costs, store included, and how large the store
becomes; the second of two sweeps counts, a quarter of an hour later by its clock.

Runs in a network namespace of its own (needs root and iptables), where the dead are silent to ping
as well. What the sweep says is compared with what was staged (the oracle): nobody alive may be
called silent because of our own load, and who misbehaves is named with the reason.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from bench.agents import Range, agents, free_port
from bench.agents.switch import switch
from bench.machine import described
from netdiag.service.app import App
from netdiag.service.sweep.policy import Policy
from netdiag.service.sweep.run import Outcome, Sweeper
from netdiag.service.sweep.stops import Scope

# Of a hundred devices: how many, what their agent does, and what the sweep should say.
MIX = (
    (10, "dead", 0, ("silent",)),
    (5, "slow", 300, ("ok",)),
    (2, "loop", 0, ("partial",)),
    (2, "garbage", 0, ("refused",)),
    (1, "cut", 0, ("refused",)),
    (1, "generr", 0, ("partial",)),
    (2, "drop", 15, ("ok", "partial")),
    (2, "deaf", 0, ("no_answer",)),  # answers ping, not SNMP
    (75, "normal", 0, ("ok",)),
)
_QUARTER = 900
_BEHIND = 30  # devices behind a dead one, of each of two
_ALIVE = ("normal", "slow", "drop", "loop", "garbage", "cut", "generr")


def host(number: int, does: str) -> str:
    """An address; the dead have a network of their own, which the namespace keeps silent."""
    net = 91 if does in ("dead", "behind") else 39
    return f"127.{net}.{number // 250}.{number % 250 + 1}"


def staged(count: int, healthy: bool) -> list[tuple[str, str, tuple[str, ...]]]:
    """Name, behaviour and what should be said, mixed evenly."""
    if healthy:
        return [(f"sw-{n}", "normal", ("ok",)) for n in range(count)]
    words = [(does, said) for share, does, _, said in MIX for _ in range(share)]
    mixed = [words[(n * 37) % 100] for n in range(count)]
    return [(f"sw-{n}", does, said) for n, (does, said) in enumerate(mixed)]


def configured(directory: Path, cast: list[tuple[str, str, tuple[str, ...]]], port: int) -> Path:
    """Devices with their parents; behind two dead ones stand thirty each."""
    rows, links = [], []
    for number, (name, does, _) in enumerate(cast):
        role = "access"
        rows.append(
            f"  - {{id: {name}, host: {host(number, does)}, role: {role}, platform: generic, "
            f"site: s{number % 20}}}"
        )
    dead = [name for name, does, _ in cast if does == "dead"][:2]
    rows.append("  - {id: core, host: 127.39.200.1, role: core, platform: generic, site: s0}")
    behind = {name for name, does, _ in cast if does == "behind"}
    for number, name in enumerate(sorted(behind)):
        links.append(f"  - {{device: {name}, parent: {dead[number % 2]}}}")
    links += [f"  - {{device: {name}, parent: core}}" for name, _, _ in cast if name not in behind]
    (directory / "inventory.yaml").write_text(
        "devices:\n" + "\n".join(rows) + "\nlinks:\n" + "\n".join(links) + "\n"
    )
    os.environ["BENCH_COMMUNITY"] = "public"
    config = directory / "netdiag.yaml"
    config.write_text(
        "inventory: [{yaml: inventory.yaml}]\nstate_dir: state\n"
        "credentials: {default: {snmp: {version: 2c, community: {env: BENCH_COMMUNITY}}}}\n"
        f'options: {{snmp.port: "{port}"}}\n'
    )
    return config


def measure(count: int, healthy: bool) -> dict[str, object]:
    """Stage, sweep, compare."""
    cast = staged(count, healthy)
    if not healthy:
        cast += [(f"far-{n}", "behind", ("behind",)) for n in range(2 * _BEHIND)]
    arguments = {does: argument for _, does, argument, _ in MIX}
    with tempfile.TemporaryDirectory() as text:
        directory, port = Path(text), free_port()
        config = configured(directory, cast, port)
        ranges = [
            Range(
                first=host(n, does),
                last=host(n, does),
                does="dead" if does in ("deaf", "behind") else does,
                argument=arguments.get(does, 0),
            )
            for n, (_, does, _) in enumerate(cast)
        ]
        ranges.append(Range(first="127.39.200.1", last="127.39.200.1"))
        for number in range(2 if healthy else 1):
            table = switch(uptime_s=4_000_000 + number * _QUARTER)
            with agents(directory, port, [table], ranges):
                cpu, began = time.process_time(), time.monotonic()
                outcome = asyncio.run(_sweep(config, number * _QUARTER))
                wall, spent = time.monotonic() - began, time.process_time() - cpu
        size = sum(path.stat().st_size for path in (directory / "state").glob("netdiag.db*"))
    return _compared(cast, outcome) | {
        "wall_s": round(wall, 1),
        "cpu_s": round(spent, 1),
        "cpu_ms_per_device": round(spent / len(cast) * 1e3, 2),
        "store_bytes_per_device": round(size / len(cast)),
        "max_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


async def _sweep(config: Path, later_s: float) -> Outcome:
    async with App.open(str(config)) as app:
        policy = Policy(site_at_once=100, ping_ms=0.1)
        return await Sweeper(app, policy, lambda: time.time() + later_s).run(Scope())


def _compared(cast: list[tuple[str, str, tuple[str, ...]]], outcome: Outcome) -> dict[str, object]:
    said = {one["device"]: one["reach"] for one in outcome.tally.trouble}
    wrong = {
        name: f"{does} is called {said.get(name, 'ok')}"
        for name, does, right in cast
        if said.get(name, "ok") not in right
    }
    false_down = [
        name
        for name, does, _ in cast
        if does in _ALIVE and said.get(name) in ("silent", "no_answer", "behind")
    ]
    unexplained = [one["device"] for one in outcome.tally.trouble if not one["why"]]
    return {
        "devices": len(cast) + 1,
        "staged": dict(Counter(does for _, does, _ in cast)),
        "said": dict(outcome.tally.counts),
        "state": outcome.state,
        "false_down": len(false_down),
        "wrong": len(wrong),
        "wrong_ones": dict(list(wrong.items())[:20]),
        "without_a_reason": len(unexplained),
    }


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", type=int, default=2000)
    parser.add_argument("--healthy", action="store_true", help="nobody misbehaves")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if not os.environ.get("BENCH_INSIDE"):
        script = (
            'ip link set lo up && iptables -A INPUT -d 127.91.0.0/16 -p icmp -j DROP && exec "$@"'
        )
        command = ["unshare", "-n", "sh", "-c", script, "sh", sys.executable, "-m", "bench.hostile"]
        environment = {**os.environ, "BENCH_INSIDE": "1"}
        return subprocess.run([*command, *sys.argv[1:]], env=environment, check=False).returncode
    told = measure(given.agents, given.healthy) | described("bench.hostile")
    if given.json:
        print(json.dumps(told, indent=2))
    else:
        print(f"{told['devices']} devices in {told['wall_s']} s: {told['said']}")
        print(f"false down {told['false_down']}, wrong {told['wrong']}: {told['wrong_ones']}")
    return 0 if not told["wrong"] and not told["false_down"] else 1


if __name__ == "__main__":
    sys.exit(main())
