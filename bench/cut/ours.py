"""netdiag: the daemon with its usual settings, a round a minute."""

from __future__ import annotations

import sqlite3
import sys
import time
from pathlib import Path

from bench.cut.space import ROOT, cut, first, hosts, started, wait

NEEDS: tuple[str, ...] = ()
_ROUND_S = 75  # one round and its end, so that it is known who is up


def measure(folder: Path, seconds: float) -> dict[str, float | None]:
    """What its register says of the cut."""
    words = (sys.executable, "-m", "netdiag", "serve", "--config", str(_files(folder)))
    store = folder / "state" / "netdiag.db"
    with started(folder, *words):
        wait(lambda: "Listening" in (folder / "log").read_text(), 60)
        time.sleep(_ROUND_S)
        since = cut()
        named = first(lambda: ROOT in _confirmed(store), since, seconds)
        time.sleep(max(0.0, seconds - (time.monotonic() - since)))
        roots = _confirmed(store)
    return {
        "root_named_s": named,
        "told_down": float(len(roots)),
        "told_unreachable": 0.0,
        "told_of_others_than_the_root": float(len([root for root in roots if root != ROOT])),
    }


def _confirmed(store: Path) -> list[str]:
    """Roots of outages that were told: confirmed, once each."""
    with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as database:
        rows = database.execute(
            "SELECT DISTINCT o.id, o.root FROM outages o JOIN outage_log l ON l.outage = o.id "
            "WHERE l.state = 'confirmed'"
        )
        return [root for _, root in rows]


def _files(folder: Path) -> Path:
    devices = ["id,host,role,platform,site"]
    links, people = ["device,parent"], ["id,ip,device,port,service"]
    for name, address, parent in hosts():
        if name.startswith("cpe"):
            people.append(f"{name},{address},{parent},{name.rpartition('-')[2]},static")
            continue
        role = {"cor": "core", "agg": "aggregation"}.get(name[:3], "access")
        devices.append(f"{name},{address},{role},generic,x")
        if parent:
            links.append(f"{name},{parent}")
    for part, lines in (("devices", devices), ("links", links), ("subscribers", people)):
        (folder / f"{part}.csv").write_text("\n".join(lines) + "\n")
    csv = ", ".join(f"{part}: {part}.csv" for part in ("devices", "links", "subscribers"))
    config = folder / "netdiag.yaml"
    config.write_text(
        f"inventory:\n  - csv: {{{csv}}}\nstate_dir: state\n"
        "serve: {listen: '127.0.0.1:8787', executor: bench}\nwatch: {round_s: 60}\n"
    )
    return config
