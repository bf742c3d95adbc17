"""The site of bench.away: switches as canned agents, of which some change while nobody looks."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.agents import Range, agents
from bench.agents.switch import switch
from bench.agents.table import INTEGER, TICKS, Value
from bench.daemon.space import Place, inside

GONE, BACK = "127.91.0", "127.92.0"  # networks of devices that fall silent; the second comes back
SILENT, RETURNED, HALF = ("gone-1", "gone-2"), ("back-1",), tuple(f"half-{n}" for n in range(1, 6))
_PORT = 1161
_CHANGED, _DUPLEX = "1.3.6.1.2.1.2.2.1.9.7", "1.3.6.1.2.1.10.7.2.1.19.7"
_UPTIME_S = 4_000_000


def expected() -> set[tuple[str, str, str, str]]:
    """Findings at the end: device, rule, port, state."""
    silent = {(name, "device.silent", "", "open") for name in SILENT}
    back = {(name, "device.silent", "", "closed") for name in RETURNED}
    return silent | back | {(name, "port.half-duplex", "7", "open") for name in HALF}


def hosts(count: int) -> dict[str, str]:
    """Name → address."""
    found = {name: f"{GONE}.{n}" for n, name in enumerate(SILENT, 1)}
    found |= {name: f"{BACK}.{n}" for n, name in enumerate(RETURNED, 1)}
    names = [*HALF, *(f"sw-{n}" for n in range(count - len(found) - len(HALF)))]
    return found | {name: f"127.39.{n // 250}.{n % 250 + 1}" for n, name in enumerate(names)}


def configured(directory: Path, count: int, site: str, every_s: int) -> Path:
    """A configuration of daemon and worker; STORE_URL is in the environment of each."""
    rows = [
        f"  - {{id: {name}, host: {host}, role: access, platform: generic, site: {site}}}"
        for name, host in hosts(count).items()
    ]
    (directory / "inventory.yaml").write_text("devices:\n" + "\n".join(rows) + "\n")
    os.environ["BENCH_COMMUNITY"] = "public"
    config = directory / "netdiag.yaml"
    config.write_text(
        "inventory: [{yaml: inventory.yaml}]\nstate_dir: state\n"
        "credentials: {default: {snmp: {version: 2c, community: {env: BENCH_COMMUNITY}}}}\n"
        f'options: {{snmp.port: "{_PORT}"}}\nstore: {{url: {{env: STORE_URL}}}}\n'
        f'sweep: {{schedule: "*/{every_s} * * * * *", tickets: true}}\n'
        f"serve: {{executor: office, workers: [{site}]}}\n"
    )
    return config


@contextmanager
def playing(
    directory: Path, place: Place, count: int, began: float, *, half: bool
) -> Iterator[None]:
    """The agents in the site's namespace, their clocks running on since `began` (monotonic)."""
    uptime = _UPTIME_S + int(time.monotonic() - began)
    well = switch(uptime_s=uptime)
    changed = {_DUPLEX: Value(INTEGER, 2), _CHANGED: Value(TICKS, uptime * 100 - 500)}
    ranges = [
        Range(first=host, last=host, table=int(half and name in HALF))
        for name, host in hosts(count).items()
    ]
    # Opened by hand: the namespace is left again while the agents go on.
    made = agents(directory, _PORT, [well, well | changed], ranges)
    with inside(place.site):
        made.__enter__()
    try:
        yield
    finally:
        made.__exit__(None, None, None)
