"""Two staged sweeps over recordings of real agents: are the findings the right ones, and no more?

    python -m bench.staged [--data DIR] [--devices N] [--json]

Every recording with live ports becomes an agent on loopback. The first sweep learns. Then fifteen
minutes pass: counters grow as they do on healthy ports, and on some devices something happens that
a finding is about (`wanted`), or that looks like it and must be none (`bait`): a wrap, a reset, a
restart, a virtual interface with absurd counters, a dead port at half duplex, a customer's router
switched off, a noisy uplink. The second sweep is compared with what was staged.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from bench.agents import Range, agents, free_port
from bench.agents.recorded import recorded
from bench.agents.table import Value
from bench.machine import described
from bench.stage_acts import ACTS, Act, Stage, prepared
from netdiag.service.app import App
from netdiag.service.sweep.policy import Policy
from netdiag.service.sweep.run import Outcome, Sweeper
from netdiag.service.sweep.stops import Scope
from netdiag.store.findings import Findings

_STEP_S = 900.0
_LEAST_PORTS = 4


@dataclass(slots=True, kw_only=True)
class Cast:
    """One device of the play."""

    name: str
    host: str
    first: Mapping[str, Value]
    second: Mapping[str, Value]
    act: str
    wanted: set[tuple[str, str]]  # rule, ifIndex


@dataclass(slots=True, kw_only=True)
class Told:
    """What came of it."""

    devices: int = 0
    staged: dict[str, int] = field(default_factory=dict)
    first: list[str] = field(default_factory=list)  # findings of the first sweep: states, no growth
    right: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    more: list[str] = field(default_factory=list)
    trouble: dict[str, str] = field(default_factory=dict)


def cast(data: Path, most: int | None) -> list[Cast]:
    """The devices, each with its act; acts take turns."""
    found: list[Cast] = []
    for path in sorted((data / "snmp").glob("*.snmprec")):
        stage = prepared(recorded(path), _STEP_S)
        if stage is None or len(stage.live) < _LEAST_PORTS:
            continue
        act = ACTS[len(found) % len(ACTS)]
        number = len(found)
        host = f"127.38.{number // 250}.{number % 250 + 1}"
        found.append(_played(path.stem, host, stage, act))
        if most is not None and len(found) >= most:
            break
    return found


def _played(name: str, host: str, stage: Stage, act: Act) -> Cast:
    wanted = act.play(stage)
    return Cast(
        name=name, host=host, first=stage.first, second=stage.second, act=act.name, wanted=wanted
    )


def configured(directory: Path, players: list[Cast], port: int) -> Path:
    """A configuration whose devices are the agents. Platforms are not given: they are told."""
    rows = [
        f'  - {{id: "{one.name}", host: {one.host}, role: access, site: "s{n % 7}"}}'
        for n, one in enumerate(players)
    ]
    (directory / "inventory.yaml").write_text("devices:\n" + "\n".join(rows) + "\n")
    os.environ["BENCH_COMMUNITY"] = "public"
    config = directory / "netdiag.yaml"
    config.write_text(
        "inventory: [{yaml: inventory.yaml}]\nstate_dir: state\n"
        "credentials: {default: {snmp: {version: 2c, community: {env: BENCH_COMMUNITY}}}}\n"
        f'options: {{snmp.port: "{port}"}}\n'
    )
    return config


async def play(config: Path, players: list[Cast], directory: Path, port: int) -> Told:
    """Both sweeps."""
    moment = time.time()
    told = Told(devices=len(players))
    for one in players:
        told.staged[one.act] = told.staged.get(one.act, 0) + 1
    for number, when in enumerate((moment, moment + _STEP_S)):
        tables = [one.first if number == 0 else one.second for one in players]
        ranges = [Range(first=one.host, last=one.host, table=n) for n, one in enumerate(players)]
        with ExitStack() as stack:
            stack.enter_context(agents(directory, port, tables, ranges))
            async with App.open(str(config)) as app:
                sweeper = Sweeper(app, Policy(), clock=lambda when=when: when)  # type: ignore[misc]
                outcome = await sweeper.run(Scope())
                _compare(told, players, outcome, Findings(app.database), number)
    return told


def _compare(
    told: Told, players: list[Cast], outcome: Outcome, register: Findings, number: int
) -> None:
    new = [one for key in outcome.tally.new if (one := register.get(key)) is not None]
    if number == 0:
        told.first = [f"{one.where} {one.rule}" for one in new]
        return
    found = {(one.device, one.rule, one.place) for one in new}
    wanted = {(one.name, rule, place) for one in players for rule, place in one.wanted}
    acts = {one.name: one.act for one in players}

    def text(key: tuple[str, str, str]) -> str:
        return f"{key[0]}:{key[2]} {key[1]} ({acts.get(key[0], '?')})"

    told.right = sorted(map(text, found & wanted))
    told.missed = sorted(map(text, wanted - found))
    told.more = sorted(map(text, found - wanted))
    told.trouble = {one["device"]: one["why"] for one in outcome.tally.trouble}


def measure(data: Path, most: int | None = None) -> Told:
    """Stage, sweep twice, compare."""
    players = cast(data, most)
    if not players:
        raise SystemExit(f"{data} holds no recordings: give --data or NETDIAG_DATA.")
    with tempfile.TemporaryDirectory() as text:
        directory, port = Path(text), free_port()
        config = configured(directory, players, port)
        return asyncio.run(play(config, players, directory, port))


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data", type=Path, default=os.environ.get("NETDIAG_DATA", "../shared/data")
    )
    parser.add_argument("--devices", type=int, help="only so many recordings")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    told = measure(Path(given.data), given.devices)
    counts = {"right": len(told.right), "missed": len(told.missed), "more": len(told.more)}
    if given.json:
        shown = {name: getattr(told, name) for name in Told.__dataclass_fields__}
        print(json.dumps({"counts": counts, **shown, **described("bench.staged")}, indent=2))
    else:
        print(f"{told.devices} devices: {counts}")
        for line in (*told.missed, *told.more):
            print("  ", line)
    return 0 if not told.missed and not told.more else 1


if __name__ == "__main__":
    sys.exit(main())
