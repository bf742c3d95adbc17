"""Command transcripts of real devices, read by the templates of our probes, row by row.

The parse that came with a transcript (`.yml` of ntc-templates, `.expected.py.txt` of genie) says
which rows there are.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.transcript_table import TRANSCRIPTS, Transcript
from netdiag.content.yaml import Items, Scalar, Table, load_file
from netdiag.model.content import Content
from netdiag.model.wire import Row, SshCommand
from netdiag.transports.ssh_rows import read_rows

Expected = dict[str, str]


@dataclass(slots=True, kw_only=True)
class Parsed:
    """Rows that were expected and read, by command, and those that were not."""

    files: int = 0
    expected: dict[str, int] = field(default_factory=dict)
    read: dict[str, int] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)


def measure(data: Path, content: Content) -> Parsed:
    """Read every transcript of a command that our probes send."""
    result = Parsed()
    for one in TRANSCRIPTS:
        for raw, wanted in pairs(data, one):
            rows = rows_of(content, one.platform, one.probe, raw)
            result.files += 1
            _count(one, raw, rows, [row for row in wanted if not _beside(one, row)], result)
    return result


def rows_of(content: Content, platform: str, probe_id: str, raw: Path) -> tuple[Row, ...]:
    """The rows that the probe's own template makes of a transcript."""
    probe = next(p for p in content.probes_of(platform) if p.id == probe_id)
    if not isinstance(probe.ask, SshCommand):
        raise TypeError(f"{probe_id} of {platform} sends no command")
    return read_rows(probe.ask, raw.read_text(encoding="utf-8", errors="replace"))


def pairs(data: Path, one: Transcript) -> Iterator[tuple[Path, list[Expected]]]:
    """Transcripts with the rows that they hold."""
    for raw in sorted((data / "cli" / "ntc" / one.platform).glob(f"{one.folder}/*.raw")):
        if raw.with_suffix(".yml").is_file():
            yield raw, expected(raw)
    for raw, tree in genie(data, one.folder):
        yield raw, _GENIE[one.folder](tree)


def expected(raw: Path) -> list[Expected]:
    """The parse that came with an ntc transcript, all values as text, lists by their first."""
    tree = load_file(raw.with_suffix(".yml"))
    items = tree.entries.get("parsed_sample") if isinstance(tree, Table) else None
    rows = [item for item in items if isinstance(item, Table)] if isinstance(items, Items) else []
    return [{name: _text(value) for name, value in row.entries.items()} for row in rows]


def genie(data: Path, parser: str) -> Iterator[tuple[Path, Any]]:
    """Transcripts of a genie parser with their parse."""
    for raw in sorted((data / "cli" / "genie").glob(f"*/{parser}/*.raw")):
        told = raw.with_suffix(".expected.py.txt")
        if told.is_file():
            text = told.read_text(encoding="utf-8").partition("=")[2]
            yield raw, ast.literal_eval(text.strip())


def _text(tree: object) -> str:
    if isinstance(tree, Items):
        return next((_text(item) for item in tree), "")
    return tree.text if isinstance(tree, Scalar) else ""


def _beside(one: Transcript, row: Expected) -> bool:
    return any(
        any(
            row.get(name, "") == start if not start else row.get(name, "").startswith(start)
            for start in starts
        )
        for name, starts in one.beside.items()
    )


def _count(
    one: Transcript, raw: Path, rows: tuple[Row, ...], wanted: list[Expected], result: Parsed
) -> None:
    name = f"{one.platform}/{one.probe}"
    ours = [tuple(_same(row.get(column)) for column in one.columns) for row in rows]
    for row in wanted:
        theirs = tuple(_same(row.get(column)) for column in one.columns.values())
        result.expected[name] = result.expected.get(name, 0) + 1
        if theirs in ours:
            ours.remove(theirs)
            result.read[name] = result.read.get(name, 0) + 1
        else:
            result.missed.append(f"{raw.name}: {' '.join(theirs)}")


def _same(value: object) -> str:
    """Texts compared without case; "-", "--" and "N/A" are no value."""
    text = str(value or "").strip().lower()
    return "" if text in ("-", "--", "n/a") else text


def _tdr(tree: Any) -> list[Expected]:
    return [
        {"pair": pair, "status": told["status"]}
        for port in tree["interface"].values()
        for pair, told in port["pairs"].items()
    ]


def _blocked(tree: Any) -> list[Expected]:
    return [{"reason": told["reason"]} for told in tree["interfaces"].values()]


def _security(tree: Any) -> list[Expected]:
    names = {
        "Port Status": "port_status",
        "Security Violation Count": "sec_violation_cnt",
        "Total MAC Addresses": "total_mac_addr",
    }
    told = names.items()
    return [{"name": name, "value": str(tree[key])} for name, key in told if key in tree]


def _extensive(tree: Any) -> list[Expected]:
    ports = tree["interface-information"]["physical-interface"]
    listed = ports if isinstance(ports, list) else [ports]
    return [{"name": port["name"], "oper": port.get("oper-status", "")} for port in listed]


_GENIE = {
    "ShowInterfacesExtensive": _extensive,
    "ShowCableDiagnosticsTdrInt": _tdr,
    "ShowInterfacesStatusErrDisabled": _blocked,
    "ShowPortSecurityInterface": _security,
}
