"""The same cut seen by Nagios 4, by Icinga 2 and by netdiag: until the root is named, how often one
is told.

    python -m bench.cut [--tool nagios|icinga|netdiag|all] [--seconds 150] [--json]

A core, aggregations, access switches and subscribers, on loopback of a namespace of its own;
every host is looked at once a minute, as the others do it. One aggregation and all behind it fall
silent at once (nothing raises an alarm). Needs root, nftables and what tools/packages_peers.sh
installs; a tool that is not there is left out, and that is said.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from bench.cut import icinga, nagios, ours
from bench.cut.space import hosts, space
from bench.machine import described

Figures = Mapping[str, float | None]
_TOOLS: dict[str, tuple[tuple[str, ...], Callable[[Path, float], Figures]]] = {
    "nagios": (nagios.NEEDS, nagios.measure),
    "icinga": (icinga.NEEDS, icinga.measure),
    "netdiag": (ours.NEEDS, ours.measure),
}


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tool", choices=(*_TOOLS, "all"), default="all")
    parser.add_argument("--seconds", type=float, default=150.0)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    if os.geteuid() != 0 or shutil.which("nft") is None:
        print(
            "needs root, to make a namespace, and nft (apt-get install nftables)", file=sys.stderr
        )
        return 2
    found: dict[str, Figures] = {}
    for name in _TOOLS if asked.tool == "all" else (asked.tool,):
        needs, measure = _TOOLS[name]
        absent = [one for one in needs if shutil.which(one) is None]
        if absent:
            way = "sh tools/packages_peers.sh installs it"
            print(f"{name} is left out: no {', '.join(absent)} here; {way}", file=sys.stderr)
            continue
        with tempfile.TemporaryDirectory() as folder, space():
            Path(folder).chmod(0o755)
            found[name] = measure(Path(folder), asked.seconds)
    if asked.json:
        print(json.dumps({"hosts": len(hosts()), **found, **described("bench.cut")}))
    else:
        _table(found)
    return 0 if found else 2


def _table(found: Mapping[str, Figures]) -> None:
    """Each figure, and how many times netdiag's it is."""
    mine = found.get("netdiag", {})
    print(f"{len(hosts())} hosts; in brackets: times netdiag's figure")
    for name, figures in found.items():
        words = [f"{key}={_shown(value, mine.get(key))}" for key, value in figures.items()]
        print(f"{name:8}", *words)


def _shown(value: float | None, mine: float | None) -> str:
    if value is None:
        return "never"
    return f"{value:g} ({value / mine:.1f})" if mine else f"{value:g}"


if __name__ == "__main__":
    raise SystemExit(main())
