"""Raw values of optical terminals, read by the probes, against the levels and states they mean.

A folder of recordings may bring `pon/pon_vectors.jsonl`, one object a line: `oid` (whole, of an
entry, or only its end: "...51.1.4"), `raw` and `dBm` (null: no value), or `state`, or - with
`oid` "ifIndex" - `raw` "slot 2 port 1" and `value`. Found by the OID alone: makers are not named.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bench.asking import NOW
from netdiag.model.content import Content
from netdiag.model.errors import ContentError
from netdiag.model.fact import Fact, Facts, Source
from netdiag.model.probe import Extract, Probe
from netdiag.model.wire import Answer, Cell, SnmpColumns, SnmpGet
from netdiag.probing.addresses import packed
from netdiag.probing.extract import Circumstances, extract
from netdiag.probing.render import Params

VECTORS = Path("pon") / "pon_vectors.jsonl"
NO_RAW, NO_PROBE = "no raw value is given", "no probe reads that OID"
_STATES = {"up": "online", "working": "online", "down": "offline", "dying-gasp": "dying_gasp"}
_STATE_FACTS = ("onu.state", "onu.run_status", "pon.oper_status")
NEAR_DB = 0.011  # half of the last digit that is told
_SOURCE = Source(transport="snmp", probe="vector", query="raw value", device="recorded")


@dataclass(slots=True, kw_only=True)
class Optics:
    """What was compared, and what could not be."""

    vectors: int = 0
    compared: int = 0
    differing: list[str] = field(default_factory=list)
    left_out: dict[str, list[str]] = field(default_factory=dict)


def measure(data: Path, content: Content) -> Optics:
    """Every vector of the folder. Raises ContentError for a line that is none."""
    result = Optics()
    for vector in _rows(data / VECTORS):
        result.vectors += 1
        told = f"{vector.get('vendor', '')} {vector.get('oid')} = {vector.get('raw')!r}".strip()
        why, wrong = _compared(vector, content)
        if why:
            result.left_out.setdefault(why, []).append(told)
            continue
        result.compared += 1
        result.differing += [f"{told}: {one}" for one in wrong]
    return result


def _compared(vector: Mapping[str, Any], content: Content) -> tuple[str, list[str]]:
    """Why it cannot be compared, or in what the readings differ."""
    if vector.get("raw") is None:
        return NO_RAW, []
    if vector.get("oid") == "ifIndex":
        return _numbered(vector, content)
    readings = list(_readings(vector, content))
    if not readings:
        return NO_PROBE, []
    return "", [line for probe, fact, got in readings for line in _judged(vector, probe, fact, got)]


def _judged(vector: Mapping[str, Any], probe: Probe, fact: str, got: object) -> Iterator[str]:
    named = f"{probe.platform}/{probe.id} reads {fact} as {got!r}"
    if fact in _STATE_FACTS:
        wanted = _state(vector)
        if _STATES.get(str(got), got) != wanted:
            yield f"{named}, expected {wanted!r}"
        return
    level = vector.get("dBm")
    near = isinstance(got, float | int) and isinstance(level, float | int)
    if got != level and not (near and abs(float(str(got)) - float(str(level))) <= NEAR_DB):
        yield f"{named}, expected {level!r}"


def _state(vector: Mapping[str, Any]) -> str:
    """The state that is told: by its key, or as the second word of "ONU online (others: not)"."""
    meant = re.match(r"(?:ONU|ONT)\s+([\w-]+)", str(vector.get("meaning", "")))
    state = str(vector.get("state") or (meant[1] if meant else "")).casefold()
    return _STATES.get(state, state)


def _readings(vector: Mapping[str, Any], content: Content) -> Iterator[tuple[Probe, str, object]]:
    level = "dBm" in vector
    for probe, column in columns_of(str(vector["oid"]), content):
        for one in probe.facts:
            if column not in one.read or one.fact.endswith("_dbm") is not level:
                continue
            if level or one.fact in _STATE_FACTS:
                yield probe, one.fact, _read(probe, one, column, vector, content)


def _read(
    probe: Probe, one: Extract, column: str, vector: Mapping[str, Any], content: Content
) -> object:
    """The value of the fact when the column holds the raw value; None when that is no value."""
    index = str(vector.get("index") or "1.1")
    return read_one(probe, one, column, str(vector["raw"]), index, content)


def read_one(
    probe: Probe, one: Extract, column: str, raw: Cell, index: str, content: Content
) -> object:
    """What one reading of a probe makes of one cell; None when that is no value."""
    alone = replace(probe, facts=(replace(one, where={}),), expect={}, needs_rows=False)
    at = Circumstances(params=Params({}, Facts()), now=NOW, source=_SOURCE)
    reply = Answer(rows=({column: raw, "index": index},))
    (reading,) = extract(alone, reply, content.vocabulary, at)
    return reading.value if isinstance(reading, Fact) else None


def columns_of(oid: str, content: Content) -> Iterator[tuple[Probe, str]]:
    """The probes that read this OID, with the name they give the column."""
    wanted = oid.partition("/")[0].strip().strip(".")
    whole = wanted.startswith("1.3.6.")
    for probe in content.probes:
        if not isinstance(probe.ask, SnmpGet | SnmpColumns):
            continue
        for name, template in probe.ask.oids.items():
            fixed = template.partition("{")[0].strip(".")
            if _same(wanted, fixed) if whole else fixed.endswith(f".{wanted}"):
                yield probe, name


def _same(wanted: str, fixed: str) -> bool:
    """The column itself, its entry, or one of its instances."""
    return f"{fixed}.".startswith(f"{wanted}.") or f"{wanted}.".startswith(f"{fixed}.")


def _numbered(vector: Mapping[str, Any], content: Content) -> tuple[str, list[str]]:
    """Does some platform pack this slot and port into this number?"""
    place = re.findall(r"\d+", str(vector["raw"]))
    ways = [f"1/{'/'.join(place)}:1", f"0/{'/'.join(place)}:1", f"{'/'.join(place)}:1"]
    made = {text for way in ways for text in _packed(way, content)}
    wanted = str(vector.get("value"))
    return "", [] if wanted in made else [f"no platform packs it into {wanted}"]


def _packed(way: str, content: Content) -> Iterable[str]:
    for platform in content.platforms.values():
        for address in platform.addresses:
            if address.of == "port":
                yield from packed(address, way).values()


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    if not path.is_file():
        return
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise ContentError(f"{path.name}:{number}: is not JSON ({error.msg}).") from None
            if not isinstance(row, dict) or "oid" not in row:
                raise ContentError(f"{path.name}:{number}: is no vector. Give it an 'oid'.")
            yield row
