"""Recorded RouterOS API replies, read row by row by the probes that ask the same menu."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.asking import put
from netdiag.model.content import Content
from netdiag.model.fact import Absence, Facts
from netdiag.model.probe import Probe
from netdiag.model.wire import Answer, RouterosCall, Row
from netdiag.model.words import AbsenceReason

_PLATFORM = "mikrotik_routeros"
_PLACEHOLDER = re.compile(r"^\{(?P<name>[^}|]+)(\|\w+)?\}$")
_BARE = {"vlan": "200", "login": "petrov-12", "mac": "02:aa:00:00:00:12", "port": "ether7"}
_WORDS = {True: "true", False: "false"}


@dataclass(slots=True, kw_only=True)
class Replies:
    """Rows read, facts by probe, and facts that could not be read although they were there."""

    rows: int = 0
    facts: Counter[str] = field(default_factory=Counter)
    unreadable: list[str] = field(default_factory=list)


def measure(data: Path, content: Content) -> Replies:
    """Read every recorded row by every RouterOS probe of the same menu."""
    result = Replies()
    recorded = list(replies(data))
    for probe in content.probes_of(_PLATFORM):
        if isinstance(probe.ask, RouterosCall):
            menu = probe.ask.path.removesuffix("/print")
            for row in (row for path, row in recorded if path == menu):
                _read(probe, row, content, result)
    return result


def replies(data: Path) -> Iterator[tuple[str, Row]]:
    """Menu and row of every recorded reply; all values are text, as the API sends them."""
    for file in sorted((data / "routeros" / "api_replies").glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            told = json.loads(line)
            menu = told["command"].split()[0].removesuffix("/print")
            for row in told["replies"]:
                yield menu, _texts(row)


def _texts(row: Mapping[str, Any]) -> Row:
    return {
        key.strip(): _WORDS[value] if isinstance(value, bool) else str(value)
        for key, value in row.items()
    }


def _read(probe: Probe, row: Row, content: Content, result: Replies) -> None:
    result.rows += 1
    own = {**dict.fromkeys(probe.needs, "1"), **_BARE, **_asked_for(probe, row)}
    answer = Answer(rows=(row,))
    for reading in put(probe, own, Facts(), lambda _: answer, content):
        if not isinstance(reading, Absence):
            result.facts[probe.id] += 1
        elif reading.why is AbsenceReason.UNREADABLE:
            result.unreadable.append(f"{probe.id}: {reading.name}: {reading.detail}")


def _asked_for(probe: Probe, row: Row) -> dict[str, str]:
    """Values with which this row would have been asked for."""
    if not isinstance(probe.ask, RouterosCall):
        return {}
    found: dict[str, str] = {}
    for words in (probe.ask.where, probe.ask.attributes):
        for key, template in words.items():
            name = _PLACEHOLDER.match(template)
            column = "name" if key == "numbers" else key
            if name and row.get(column):
                found[name["name"]] = str(row[column])
    return found
