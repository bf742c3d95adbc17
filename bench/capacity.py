"""What a provider of some size needs: workers, database, write rate, from measured unit costs.

    python -m bench.capacity [--subscribers 100000 1000000 10000000] [--measure] [--json]

The unit costs are those of the table in docs/reference/benchmarks.md (commands beside each). On
paper: mean load of the busiest hour. By simulation: a day of that hour, second by second, with the
bursts of mass outages, on as many workers as the paper says: how long does an answer wait?
"""

from __future__ import annotations

import argparse
import heapq
import json
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace

from bench.machine import described

_HOUR_S, _DAY_S = 3600, 86_400
_USED = 0.6  # of a core: more makes queues long


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """Per unit; CPU in seconds of one core of the machine of the benchmarks. All were measured, by
    the command behind it; those without one by `--measure`."""

    diagnosis_cpu_s: float = 0.20  # bench.diagnose
    diagnosis_wall_s: float = 2.5  # bench.diagnose: a second reading takes two seconds
    flow_cpu_s: float = 0.0133  # a durable flow of three steps, from the queue to its end
    varbind_cpu_s: float = 5.9e-6  # bench.sweep
    event_cpu_s: float = 6.8e-5  # by the thousand: stored, read, judged
    diagnosis_bytes: int = 70_000  # the document with every fact
    device_day_bytes: int = 310  # sweep_days of a switch of 24 healthy ports, packed
    event_bytes: int = 285
    ticket_bytes: int = 4_100  # with five events of its life and two letters
    commit_per_s: float = 300.0  # single-row commits, PostgreSQL and SQLite alike


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How a provider lives. Change them to yours."""

    ports_per_switch: int = 24
    filled: float = 0.6  # share of the ports that have a subscriber
    contacts_per_1000_day: float = 8.0
    busy_hour: float = 0.12  # share of a day's contacts in its busiest hour
    sweep_every_s: float = 900.0
    varbinds_per_port: int = 8
    events_per_subscriber_day: float = 4.0  # session starts and stops
    largest_outage: int = 20_000  # subscribers behind one aggregation at the most
    callers: float = 0.15  # of those, who call within ten minutes
    keep_days: int = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What a provider of that size needs."""

    subscribers: int
    switches: int
    diagnoses_per_hour: float
    cores_diagnosis: float
    cores_sweep: float
    cores_events: float
    workers: int  # of two cores each
    rows_per_s: float
    database_gb: float
    wait_p50_s: float = 0.0
    wait_p99_s: float = 0.0
    storm_wait_p99_s: float = 0.0


def on_paper(subscribers: int, costs: Costs, habits: Habits) -> Need:
    """Mean load of the busiest hour."""
    switches = math.ceil(subscribers / (habits.ports_per_switch * habits.filled))
    contacts_day = subscribers * habits.contacts_per_1000_day / 1000
    per_hour = contacts_day * habits.busy_hour
    diagnosis = per_hour / _HOUR_S * (costs.diagnosis_cpu_s + costs.flow_cpu_s)
    varbinds = switches * habits.ports_per_switch * habits.varbinds_per_port
    sweep = varbinds / habits.sweep_every_s * costs.varbind_cpu_s
    events = subscribers * habits.events_per_subscriber_day / _DAY_S * 3  # evening, not the mean
    event_cpu = events * costs.event_cpu_s
    cores = (diagnosis + sweep + event_cpu) / _USED
    kept = contacts_day * (costs.diagnosis_bytes + costs.ticket_bytes) * habits.keep_days
    kept += switches * costs.device_day_bytes * habits.keep_days
    kept += subscribers * habits.events_per_subscriber_day * costs.event_bytes * 30
    rows = events + per_hour / _HOUR_S * 25 + switches / habits.sweep_every_s * 2
    return Need(
        subscribers=subscribers,
        switches=switches,
        diagnoses_per_hour=round(per_hour, 1),
        cores_diagnosis=round(diagnosis, 3),
        cores_sweep=round(sweep, 3),
        cores_events=round(event_cpu, 3),
        workers=max(1, math.ceil(cores / 2)),
        rows_per_s=round(rows, 1),
        database_gb=round(kept / 1e9, 1),
    )


def simulated(
    need: Need, costs: Costs, habits: Habits, seed: int = 1
) -> tuple[list[float], list[float]]:
    """Waits until a core is free, in seconds: of an ordinary busy hour, and of one in which the
    largest outage begins before anybody knows of it (later callers are answered from the
    register, without a probe)."""
    draw = random.Random(seed)
    cores = max(1, int(need.workers * 2 * _USED) or 1)
    calm = list(_arrivals(draw, need.diagnoses_per_hour / _HOUR_S, _HOUR_S))
    affected = min(habits.largest_outage, need.subscribers * 0.2)
    # Named within two minutes (bench.outages): who calls later needs no probe.
    before_named = affected * habits.callers * 120 / 600
    storm = sorted(calm + [1200 + draw.uniform(0, 120) for _ in range(int(before_named))])
    service = costs.diagnosis_cpu_s + costs.flow_cpu_s
    return _waits(calm, cores, service, draw), _waits(storm, cores, service, draw)


def _arrivals(draw: random.Random, per_s: float, seconds: float) -> Iterator[float]:
    at = draw.expovariate(per_s) if per_s else seconds
    while at < seconds:
        yield at
        at += draw.expovariate(per_s)


def _waits(
    arrivals: Sequence[float], cores: int, service_s: float, draw: random.Random
) -> list[float]:
    """First come, first served; the work of one takes half to twice the mean."""
    free = [0.0] * cores
    waits = []
    for at in arrivals:
        start = max(at, heapq.heappop(free))
        waits.append(start - at)
        heapq.heappush(free, start + service_s * draw.uniform(0.5, 1.5))
    return waits


def needed(subscribers: int, costs: Costs, habits: Habits) -> Need:
    """Paper, and the simulation on as many workers as it says."""
    need = on_paper(subscribers, costs, habits)
    calm, storm = simulated(need, costs, habits)
    told = asdict(need) | {
        "wait_p50_s": _share(calm, 0.5),
        "wait_p99_s": _share(calm, 0.99),
        "storm_wait_p99_s": _share(storm, 0.99),
    }
    return Need(**told)


def _share(values: Sequence[float], share: float) -> float:
    ordered = sorted(values) or [0.0]
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2)


def _costs(*, measure: bool) -> Costs:
    """Those of the table, or with what is measured now."""
    if not measure:
        return Costs()
    from bench.unit_costs import measured

    found = measured()
    whole = ("diagnosis_bytes", "device_day_bytes", "event_bytes", "ticket_bytes")
    bytes_ = {name: int(found.pop(name)) for name in whole}
    return replace(Costs(), **found, **bytes_)  # type: ignore[arg-type]


def main() -> None:
    """Work out and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--subscribers", type=int, nargs="+", default=[100_000, 1_000_000, 10_000_000]
    )
    parser.add_argument(
        "--measure", action="store_true", help="CPU of events and flows and bytes, here and now"
    )
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    costs, habits = _costs(measure=asked.measure), Habits()
    needs = [needed(size, costs, habits) for size in asked.subscribers]
    if asked.json:
        about = described("bench.capacity")
        told = {"needs": [asdict(one) for one in needs], "costs": asdict(costs)}
        print(json.dumps(told | {"habits": asdict(habits), "about": about}))
        return
    if asked.measure:
        for name, value in asdict(costs).items():
            print(f"{name:20}{value:>14}")
    for name in asdict(needs[0]):
        print(f"{name:20}" + "".join(f"{asdict(one)[name]:>14}" for one in needs))


if __name__ == "__main__":
    main()
