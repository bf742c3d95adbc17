"""What netdiag makes of recordings of real devices, against what others made of them.

    python -m bench.recordings --data DIR [--json]

DIR is laid out as the recorded device data of the tests (NETDIAG_DATA): `ident.csv`, `snmp/`,
`snmp_ports.jsonl.gz`, `snmp_expected/`, `cli/`, `routeros/api_replies/`, `pon/`, `cases/`. A part
that is missing is left out of the table. Exit code 1 when something differs without an explanation.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from bench import (
    beyond,
    cases,
    identification,
    neighbours,
    onu_light,
    optics,
    ports,
    replies,
    transcripts,
)
from bench.machine import described
from netdiag.content.load import load
from netdiag.model.content import Content

_SHOWN = 20  # examples of each kind
_SHOWN_EXPLAINED = 4


def measure(data: Path, content: Content) -> dict[str, Any]:
    """Every part that the folder holds."""
    parts = {
        "identification": ("ident.csv", _identification),
        "recordings": ("snmp", _recordings),
        "ports": ("snmp", _ports),
        "tables_and_light": ("snmp_expected", _beyond),
        "onu_light": ("snmp_expected", _onu_light),
        "neighbours": ("snmp_expected", _neighbours),
        "cli": ("cli", _cli),
        "routeros": ("routeros/api_replies", _routeros),
        "optics": (str(optics.VECTORS), _optics),
        "cases": ("cases", lambda data, content: cases.figures(cases.measure(data, content))),
    }
    return {
        name: work(data, content)
        for name, (needed, work) in parts.items()
        if (data / needed).exists()
    }


def unexplained(figures: dict[str, Any]) -> int:
    """How many ports, rows and replies were read otherwise than expected, without a reason."""
    found: int = figures.get("ports", {}).get("differing", 0)
    found += figures.get("ports", {}).get("absent_unexplained", 0)
    found += figures.get("identification", {}).get("unexplained", 0)
    found += figures.get("recordings", {}).get("unexplained", 0)
    found += figures.get("tables_and_light", {}).get("differing", 0)
    found += figures.get("onu_light", {}).get("differing", 0)
    found += figures.get("neighbours", {}).get("unexplained", 0)
    found += figures.get("optics", {}).get("differing", 0)
    found += figures.get("cli", {}).get("missed", 0)
    found += figures.get("routeros", {}).get("unreadable", 0)
    found += figures.get("cases", {}).get("unexplained", 0)
    return found


def _identification(data: Path, content: Content) -> dict[str, Any]:
    return _named(identification.measure(data, content))


def _recordings(data: Path, content: Content) -> dict[str, Any]:
    """The SNMP recordings themselves, each by what its agent says."""
    return _named(identification.judged(beyond.agents(data), content))


def _named(told: identification.Identified) -> dict[str, Any]:
    return {
        "devices": told.devices,
        "accuracy": told.accuracy,
        "rightly_generic": told.generic,
        "unexplained": len(told.unexplained),
        "explained": {why: len(them) for why, them in told.misses.items() if why},
        "platforms": told.table(),
        "examples": [
            f"{why or 'WITHOUT A REASON'}: {one}"
            for why, them in sorted(told.misses.items())
            for one in them[: _SHOWN if not why else _SHOWN_EXPLAINED]
        ],
    }


def _ports(data: Path, content: Content) -> dict[str, Any]:
    told = ports.measure(data, content)
    differing, absent = told.differing, told.absent
    return {
        "recordings": told.devices,
        "platforms": dict(told.platforms),
        "ports": told.ports,
        "values_compared": told.facts.total(),
        "by_fact": dict(told.facts),
        "differing": len(differing.get("", ())),
        "differing_explained": {why: len(them) for why, them in differing.items() if why},
        "absent_unexplained": len(absent.get("", ())),
        "absent_explained": {why: len(them) for why, them in absent.items() if why},
        "examples": [*differing.get("", ()), *absent.get("", ())][:_SHOWN]
        + [f"{why}: {them[0]}" for why, them in (*differing.items(), *absent.items()) if why],
    }


def _beyond(data: Path, content: Content) -> dict[str, Any]:
    told = beyond.measure(data, content)
    return {
        "macs": told.macs,
        "macs_agreeing": told.macs_right,
        "levels": told.levels,
        "levels_agreeing": told.levels_right,
        "temperatures": told.temperatures,
        "temperatures_agreeing": told.temperatures_right,
        "differing": len(told.differing),
        "examples": told.differing[:_SHOWN],
    }


def _onu_light(data: Path, content: Content) -> dict[str, Any]:
    told = onu_light.measure(data, content)
    return {
        "recordings": told.recordings,
        "levels": told.levels,
        "agreeing": told.agreeing,
        "differing": len(told.misses.get("", ())),
        "explained": {why: len(them) for why, them in told.misses.items() if why},
        "examples": told.misses.get("", [])[:_SHOWN]
        + [f"{why}: {them[0]}" for why, them in told.misses.items() if why],
    }


def _neighbours(data: Path, content: Content) -> dict[str, Any]:
    told = neighbours.measure(data, content)
    return {
        "recordings": told.devices,
        "links": told.links,
        "agreeing": told.agreeing,
        "read": dict(told.protocols),
        "unexplained": len(told.misses.get("", ())),
        "explained": {why: len(them) for why, them in told.misses.items() if why},
        "examples": told.misses.get("", [])[:_SHOWN]
        + [f"{why}: {them[0]}" for why, them in told.misses.items() if why],
    }


def _optics(data: Path, content: Content) -> dict[str, Any]:
    told = optics.measure(data, content)
    return {
        "vectors": told.vectors,
        "compared": told.compared,
        "differing": len(told.differing),
        "left_out": {why: len(them) for why, them in told.left_out.items()},
        "examples": told.differing[:_SHOWN]
        + [f"{why}: {one}" for why, them in told.left_out.items() for one in them],
    }


def _cli(data: Path, content: Content) -> dict[str, Any]:
    told = transcripts.measure(data, content)
    return {
        "transcripts": told.files,
        "rows_expected": sum(told.expected.values()),
        "rows_read": sum(told.read.values()),
        "missed": len(told.missed),
        "by_probe": {name: [told.read.get(name, 0), n] for name, n in told.expected.items()},
        "examples": told.missed[:_SHOWN],
    }


def _routeros(data: Path, content: Content) -> dict[str, Any]:
    told = replies.measure(data, content)
    return {
        "rows": told.rows,
        "facts": told.facts.total(),
        "probes": len(told.facts),
        "unreadable": len(told.unreadable),
        "examples": told.unreadable[:_SHOWN],
    }


def _lines(part: dict[str, Any], indent: str = "  ") -> list[str]:
    lines: list[str] = []
    for name, value in part.items():
        if isinstance(value, dict) and value and isinstance(next(iter(value.values())), dict):
            lines.append(f"{indent}{name}:")
            lines += [f"{indent}  {key:18} {_row(inner)}" for key, inner in value.items()]
        elif isinstance(value, dict):
            lines.append(f"{indent}{name}: {_row(value)}")
        elif isinstance(value, list):
            lines += [f"{indent}- {item}" for item in value]
        else:
            lines.append(f"{indent}{name}: {value}")
    return lines


def _row(inner: dict[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in inner.items()) or "none"


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.recordings", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the recordings")
    parser.add_argument("--json", action="store_true", help="for machines")
    options = parser.parse_args()
    if not options.data.is_dir():
        parser.error(f"{options.data} is no folder; give the one with ident.csv and snmp/ in it")
    figures = measure(options.data, load())
    if options.json:
        print(json.dumps({**described("bench.recordings"), **figures}, ensure_ascii=False))
    else:
        for name, part in figures.items():
            print("\n".join([f"{name}", *_lines(part)]))
    return 1 if unexplained(figures) else 0


if __name__ == "__main__":
    sys.exit(main())
