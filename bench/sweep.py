"""CPU of a sweep per value polled, against snmpbulkwalk and prometheus-snmp-exporter.

    python -m bench.sweep [--agents N] [--rounds N] [--at-once N] [--json]

The same columns of the same agents (52 ports each) for all three. Of netdiag the whole process
counts, from its start: polling, extraction and judgement of every round, without the store. Each
round finds the counters grown by five minutes. snmpbulkwalk is given its best case: the agents
serve nothing else, so that three walks of an agent bring all columns. Also printed: what a sweep of
5,000 such switches costs.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.agents import Range, agents, free_port
from bench.agents.exporter import exporter
from bench.agents.switch import PORTS, switch
from bench.agents.table import Value
from bench.machine import described
from netdiag.content.load import load

_FIVE_MINUTES = 300
_TABLES = ("1.3.6.1.2.1.2.2", "1.3.6.1.2.1.31.1.1", "1.3.6.1.2.1.10.7.2")


def hosts(count: int) -> list[str]:
    """Addresses of the agents."""
    return [f"127.35.{i // 250}.{i % 250 + 1}" for i in range(count)]


def polled() -> list[str]:
    """The columns of a steady sweep, by the shipped content."""
    sheets = [sheet for sheet in load().sheets_of("generic") if sheet.ask == "always"]
    return sorted(
        {oid for s in sheets for column in s.columns if not column.single for oid in column.oids}
    )


def only(table: dict[str, Value], columns: list[str]) -> dict[str, Value]:
    """Of ifTable, ifXTable and dot3StatsTable these columns alone."""
    return {
        oid: value
        for oid, value in table.items()
        if not oid.startswith(_TABLES) or oid.rpartition(".")[0] in columns
    }


@contextmanager
def fleet(directory: Path, rounds: int, columns: list[str]) -> Iterator[list[int]]:
    """Agents on one port a round, with counters that grow from round to round."""
    ports = [free_port() for _ in range(rounds)]
    everywhere = [Range(first="127.35.0.0", last="127.35.255.255")]
    with ExitStack() as stack:
        for number, port in enumerate(ports):
            table = only(switch(uptime_s=4_000_000 + number * _FIVE_MINUTES), columns)
            stack.enter_context(agents(directory, port, [table], everywhere))
        yield ports


def ours(count: int, ports: list[int], at_once: int) -> dict[str, float]:
    """CPU seconds and values of netdiag in a process of its own."""
    command = [sys.executable, "-m", "bench.sweeping", str(count), str(at_once), *map(str, ports)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    told: dict[str, float] = json.loads(done.stdout)
    return told | {"cpu_s": _cpu(after) - _cpu(before)}


def walked(names: list[str], port: int) -> dict[str, float]:
    """The same of snmpbulkwalk, two processes at once."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)

    def one(host: str) -> int:
        lines = 0
        for table in _TABLES:
            options = ("-v2c", "-c", "public", "-m", "", "-Oqn", "-Cr60")
            command = ["snmpbulkwalk", *options, f"{host}:{port}", table]
            done = subprocess.run(command, capture_output=True, check=True)
            lines += done.stdout.count(b"\n")
        return lines

    began = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        values = sum(pool.map(one, names))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    wall = time.monotonic() - began
    return {"cpu_s": _cpu(after) - _cpu(before), "varbinds": values, "wall_s": wall}


def measure(count: int, rounds: int, at_once: int) -> dict[str, object]:
    """All three, on the same agents, one after the other."""
    columns = polled()
    names = hosts(count)
    with tempfile.TemporaryDirectory() as text, fleet(Path(text), rounds, columns) as ports:
        told = {
            "netdiag": ours(count, ports, at_once),
            "snmpbulkwalk": walked(names[: max(20, count // 10)], ports[0]),
            "snmp_exporter": exporter(Path(text), names, ports[0], columns),
        }
    per_value = {name: _per_value(one) for name, one in told.items()}
    netdiag = told["netdiag"]
    switch_ms = netdiag["steady_cpu_s"] / netdiag["steady_visits"] * 1e3
    return {
        "cpu_us_per_varbind": per_value,
        "columns": len(columns),
        "ports": PORTS,
        "agents": count,
        "rounds": rounds,
        "netdiag_cpu_ms_per_switch": round(switch_ms, 3),
        "netdiag_first_sweep_cpu_ms_per_switch": round(
            netdiag["first_cpu_s"] / netdiag["first_visits"] * 1e3, 3
        ),
        "cpu_s_of_5000_switches": round(switch_ms * 5, 1),
        "netdiag_max_rss_mb": round(netdiag["max_rss_mb"], 1),
        "hits": netdiag["hits"],
        "told": told,
    }


def _per_value(one: dict[str, float]) -> float:
    return round(one["cpu_s"] / one["varbinds"] * 1e6, 3)


def _cpu(usage: resource.struct_rusage) -> float:
    return usage.ru_utime + usage.ru_stime


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--at-once", type=int, default=100)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    for program in ("snmpbulkwalk", "prometheus-snmp-exporter"):
        if shutil.which(program) is None:
            sys.exit(f"{program} is not installed: apt install snmp prometheus-snmp-exporter.")
    told = measure(given.agents, given.rounds, given.at_once) | described("bench.sweep")
    if given.json:
        print(json.dumps(told, indent=2))
    else:
        for name, value in told["cpu_us_per_varbind"].items():  # type: ignore[attr-defined]
            print(f"{name:16} {value:8.2f} us CPU per value")
        print(f"5,000 switches of {PORTS} ports: {told['cpu_s_of_5000_switches']} s CPU")
    return 0


if __name__ == "__main__":
    sys.exit(main())
