"""python -m bench.outages --seeds 1 2 3 [--subscribers N] [--hours H] [--world W] [--json]"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import sys
from random import Random
from time import process_time

from bench.machine import described
from bench.outages.marks import Alarm, Marks, marked
from bench.outages.plan import faults, management_faults
from bench.outages.rivals import Rivals
from bench.outages.town import STEP, Town
from bench.outages.world import WORLDS
from netdiag.model.outage import OutageState
from netdiag.outages.change import Change
from netdiag.outages.life import Rules
from netdiag.outages.tree import AccessTree
from netdiag.outages.watch import Watch

_OURS = "netdiag"


def main() -> None:
    """Run every seed and print the table."""
    given = _arguments()
    total: dict[str, Marks] = {}
    cost: dict[str, list[float]] = {"tick_s": [], "events": [], "observe_s": [], "asked": []}
    confident: list[tuple[float, bool]] = []
    for seed in given.seeds:
        for name, marks in _run(given, seed, cost, confident).items():
            total.setdefault(name, Marks()).add(marks)
            print(f"seed {seed}, {name}: {json.dumps(marks.row())}", file=sys.stderr, flush=True)
    document = {
        **described("bench.outages"),
        "world": given.world,
        "subscribers": given.subscribers,
        "hours": given.hours,
        "seeds": given.seeds,
        "methods": {name: marks.row() for name, marks in total.items()},
        "cost": _cost(cost),
        "calibration": _calibration(confident),
    }
    if given.false:
        document["false_alarms"] = total[_OURS].false_roots
    print(json.dumps(document, indent=2) if given.json else _table(document))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.outages", description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--subscribers", type=int, default=100_000)
    parser.add_argument("--hours", type=float, default=8.0)
    parser.add_argument("--world", choices=sorted(WORLDS), default="ethernet")
    parser.add_argument("--faults", type=int, default=100, help="a day")
    parser.add_argument("--wrong", type=float, default=0.01, help="share of inventory errors")
    parser.add_argument("--dirt", type=float, default=1.0, help="scales missing, late, lost")
    parser.add_argument("--keepalive", type=float, nargs=2, default=(0.0, 180.0))
    parser.add_argument("--theta", type=float, default=4.0)
    parser.add_argument("--history", type=int, default=7, help="days learned before")
    parser.add_argument("--only-ours", action="store_true", help="leave the baselines out")
    parser.add_argument("--false", action="store_true", help="list false alarms")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _run(
    given: argparse.Namespace,
    seed: int,
    cost: dict[str, list[float]],
    confident: list[tuple[float, bool]],
) -> dict[str, Marks]:
    rng = Random(seed)
    world = WORLDS[given.world](given.subscribers, rng)
    plan = faults(world, given.world, rng, given.hours, given.faults)
    nuisance = management_faults(world, rng, given.hours)
    town = Town(
        world,
        rng,
        [*plan, *nuisance],
        hours=given.hours,
        keepalive=tuple(given.keepalive),
        dirt=given.dirt,
    )
    tree = AccessTree(world.resources(rng, given.wrong))
    gc.collect()
    gc.freeze()
    watch = Watch(tree, rules=Rules(theta=given.theta))
    watch.learn(town.history(given.history), days=given.history)
    rivals = None if given.only_ours else Rivals(tree, watch.leaves)
    told, alarms = _play(town, watch, rivals, cost)
    ours = _ours(told)
    found = {_OURS: marked(world, plan, ours, given.hours)}
    for name, those in alarms.items():
        found[name] = marked(world, plan, those, given.hours)
    false = set(found[_OURS].false_roots)
    confident += [
        (c.confidence, f"{c.roots} at {c.t / 3600:.2f} h" not in false)
        for c in _first_confirmed(told)
    ]
    return found


def _play(
    town: Town, watch: Watch, rivals: Rivals | None, cost: dict[str, list[float]]
) -> tuple[list[Change], dict[str, list[Alarm]]]:
    told: list[Change] = []
    alarms: dict[str, list[Alarm]] = {}
    for now, arrived in town.steps():
        begun = process_time()
        for one in arrived:
            watch.observe(one)
        between = process_time()
        told += watch.tick(now)
        asked = [one for suspicion in watch.suspicions() for one in suspicion.ask]
        cost["tick_s"].append(process_time() - between)
        cost["observe_s"].append(between - begun)
        cost["events"].append(len(arrived))
        cost["asked"].append(len(asked))
        town.asked(now, asked)
        if rivals is None:
            continue
        if now % 60 == 0:
            for name, roots in rivals.tick(now).items():
                alarms.setdefault(name, []).extend(Alarm(now, [(now, (r,))]) for r in roots)
    return told, alarms


def _first_confirmed(told: list[Change]) -> list[Change]:
    first: dict[str, Change] = {}
    for change in told:
        if change.state is OutageState.CONFIRMED:
            first.setdefault(change.outage, change)
    return list(first.values())


def _ours(told: list[Change]) -> list[Alarm]:
    alarms: dict[str, Alarm] = {}
    for change in told:
        if change.state is OutageState.CONFIRMED and change.outage not in alarms:
            alarms[change.outage] = Alarm(change.t, [])
        if change.outage in alarms:
            alarms[change.outage].roots_at.append((change.t, change.roots))
    return list(alarms.values())


def _cost(cost: dict[str, list[float]]) -> dict[str, object]:
    ticks, events = cost["tick_s"], sum(cost["events"])
    return {
        "events": int(events),
        "asked_a_minute": round(sum(cost["asked"]) / max(1, len(ticks)) * 60 / STEP, 1),
        "us_per_event": round(1e6 * sum(cost["observe_s"]) / max(1, events), 2),
        "tick_ms_mean": round(1e3 * sum(ticks) / max(1, len(ticks)), 1),
        "tick_ms_max": round(1e3 * max(ticks, default=0), 1),
        "rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _calibration(confident: list[tuple[float, bool]]) -> dict[str, str]:
    bands: dict[str, list[bool]] = {}
    for confidence, real in confident:
        low = min(9, int(confidence * 10))
        band = f"{low / 10:.1f}-{(low + 1) / 10:.1f}" if confidence < 0.98 else "0.98-1"
        bands.setdefault(band, []).append(real)
    return {band: f"{sum(real)}/{len(real)} real" for band, real in sorted(bands.items())}


def _table(document: dict[str, object]) -> str:
    methods = document["methods"]
    assert isinstance(methods, dict)
    columns = list(next(iter(methods.values())))[:-1]
    rows = [["method", *columns]]
    rows += [[name, *(str(row[c]) for c in columns)] for name, row in methods.items()]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    lines.insert(1, "|" + "---|" * len(rows[0]))
    rest = {k: v for k, v in document.items() if k != "methods"}
    rest["recall_by_kind"] = methods[_OURS]["recall_by_kind"]
    return "\n".join([*lines, "", *(f"{k}: {v}" for k, v in rest.items())])


if __name__ == "__main__":
    main()
