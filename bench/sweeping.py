"""netdiag's part of bench.sweep, in a process of its own: sweeps without a store.

python -m bench.sweeping AGENTS AT_ONCE PORT...
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from dataclasses import replace

from netdiag.content.load import load
from netdiag.model.secret import Secret
from netdiag.model.subscriber import Device
from netdiag.model.sweep import Reach
from netdiag.model.wire import Target
from netdiag.model.words import Role
from netdiag.service.sweep.stops import Stop
from netdiag.service.sweep.visit import Visit, Visitor
from netdiag.service.wires import Wires
from netdiag.sweeping.columns import Place
from netdiag.sweeping.known import Known

_FIVE_MINUTES = 300.0


def stops(count: int) -> list[Stop]:
    """The devices, of which nothing is known yet."""
    found = []
    for number in range(count):
        host = f"127.35.{number // 250}.{number % 250 + 1}"
        device = Device(id=f"sw-{number}", host=host, role=Role.ACCESS, platform="generic")
        target = Target(
            device=device.id,
            host=host,
            platform="generic",
            secrets={"snmp.community": Secret("public")},
        )
        place = Place(trunks=frozenset(("52",)))
        found.append(Stop(device=device, target=target, place=place, known=Known()))
    return found


async def sweep(visitor: Visitor, todo: list[Stop], port: int, at_once: int) -> list[Visit]:
    """One round."""
    queue = iter(todo)
    visits: list[Visit] = []

    async def worker() -> None:
        for stop in queue:
            stop.target = replace(stop.target, options={"snmp.port": str(port)})
            visits.append(await visitor.visit(stop, ping=True))

    await asyncio.gather(*(worker() for _ in range(at_once)))
    return visits


async def run(count: int, at_once: int, ports: list[int]) -> dict[str, float]:
    """All rounds, five minutes apart by the clock of the sweep."""
    moment = time.time()
    wires = Wires()
    visitor = Visitor(load(), wires.ask, lambda *_: {}, clock=lambda: moment)
    todo = stops(count)
    told = {"varbinds": 0.0, "hits": 0.0, "steady_visits": 0.0, "steady_cpu_s": 0.0}
    for number, port in enumerate(ports):
        began, cpu = time.monotonic(), time.process_time()
        visits = await sweep(visitor, todo, port, at_once)
        spent = time.process_time() - cpu
        bad = [visit for visit in visits if visit.reach is not Reach.OK]
        if bad:
            raise SystemExit(f"{len(bad)} of {len(visits)} visits failed: {bad[0].detail}")
        told["varbinds"] += sum(visit.varbinds for visit in visits)
        told["hits"] += sum(len(visit.hits) for visit in visits)
        if number:
            told["steady_visits"] += len(visits)
            told["steady_cpu_s"] += spent
            told["steady_wall_s"] = time.monotonic() - began
        else:
            told |= {"first_visits": len(visits), "first_cpu_s": spent}
        moment += _FIVE_MINUTES
    await wires.close()
    told["max_rss_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return told


if __name__ == "__main__":
    print(
        json.dumps(
            asyncio.run(run(int(sys.argv[1]), int(sys.argv[2]), list(map(int, sys.argv[3:]))))
        )
    )
