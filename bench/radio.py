"""Radio levels of recorded access points against the wireless sensors that LibreNMS derived.

A value is compared where it was read from the very OID of a sensor, so every stage of a probe (the
choice of the row, scale, sign, sentinel) is in it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

from bench.asking import NOW, put, reading
from bench.ports import platform_of, recorded, tree_of
from bench.snmprec import Recording, load
from netdiag.content.values import typed
from netdiag.model.content import Content
from netdiag.model.fact import Fact, Facts, Source
from netdiag.model.probe import Extract, Probe
from netdiag.model.wire import SnmpColumns, SnmpGet
from netdiag.probing.read_rows import cell_text, keep_rows
from netdiag.probing.render import NoValueError, Params, render

_MAC_IN_OID = re.compile(r"\.((?:\d{1,3}\.){5}\d{1,3})(\.\d{1,3})?$")
_MAC_IN_TEXT = re.compile(r"(?:[0-9a-f]{1,2}:){5}[0-9a-f]{1,2}", re.IGNORECASE)
_KHZ = "LibreNMS shows kilohertz as they come"
_VIRTUAL = "the sensor of a virtual access point that has no value of its own"


@dataclass(slots=True, kw_only=True)
class Levels:
    """Values compared by fact, differing ones as sentences, sensors nobody asks for by class."""

    compared: Counter[str] = field(default_factory=Counter)
    differing: list[str] = field(default_factory=list)
    explained: Counter[str] = field(default_factory=Counter)
    unasked: Counter[str] = field(default_factory=Counter)


def measure(data: Path, content: Content) -> Levels:
    """Compare every recording that has wireless sensors and is of a platform of ours."""
    result = Levels()
    for path in recorded(data):
        sensors = [s for s in tree_of(data, path.stem).get("wireless_sensors") or [] if s]
        wanted = dict(oid for sensor in sensors for oid in _oids(sensor))
        recording = load(path)
        platform = platform_of(recording, content) if wanted else ""
        ours = [n for n in content.vocabulary.types if n.startswith(("radio.", "ap."))]
        probes = reading(content, platform, ours) if wanted else []
        if probes and any(p.platform != "generic" for p in probes):
            told = _read(probes, _candidates(sensors, recording), recording, content)
            _compare(recording.name, wanted, told, result)
    return result


def _oids(sensor: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, float]]]:
    for oid in re.findall(r"[\d.]{8,}", str(sensor.get("sensor_oids") or "")):
        yield oid.lstrip("."), (str(sensor["sensor_class"]), float(sensor["sensor_current"]))


def _candidates(
    sensors: Iterable[Mapping[str, Any]], recording: Recording
) -> list[Mapping[str, str]]:
    """Everybody who might be asked about: radios, rows and interfaces of these sensors."""
    macs, rows = {""}, {"1"}
    for sensor in sensors:
        macs |= {m.group() for m in _MAC_IN_TEXT.finditer(str(sensor["sensor_descr"]))}
        rows |= {oid.rsplit(".", 1)[1] for oid, _ in _oids(sensor)}
    for oid in (*recording.values, *(oid for s in sensors for oid, _ in _oids(s))):
        found = _MAC_IN_OID.search(oid)
        numbers = found.group(1).split(".") if found else []
        if any(int(n) > 9 for n in numbers[:3]) and all(int(n) < 256 for n in numbers):
            macs.add(":".join(f"{int(n):02x}" for n in numbers))
    plain = {":".join(p.zfill(2) for p in m.lower().split(":")) for m in macs if m}
    pairs = product(sorted(plain) or [""], sorted(rows))
    return [{"radio_mac": mac, "port": row, "row": row} for mac, row in pairs]


def _read(
    probes: list[Probe],
    everybody: Iterable[Mapping[str, str]],
    recording: Recording,
    content: Content,
) -> dict[str, Fact]:
    """OID → what was read from it."""
    told: dict[str, Fact] = {}
    for one in everybody:
        given = {"port.if_index": one["row"], "radio.index": one["row"], "radio.registered": "true"}
        source = Source(transport="inventory", probe="bench", query="candidates")
        known = Facts(
            Fact(name=n, value=typed(v, content.vocabulary[n]), source=source, measured_at=NOW)
            for n, v in given.items()
        )
        own = {name: text for name, text in one.items() if name != "row" and text}
        for probe in probes:
            for fact in put(probe, own, known, recording.ask, content):
                if isinstance(fact, Fact):
                    oid = _origin(probe, fact.name, own, known, recording)
                    told.update({oid: fact} if oid else {})
    return told


def _origin(
    probe: Probe, name: str, own: Mapping[str, str], known: Facts, recording: Recording
) -> str | None:
    """The OID of the cell that a fact was read from."""
    how = next((one for one in probe.facts if one.fact == name and len(one.read) == 1), None)
    params = Params(own, known)
    try:
        question = render(probe.ask, params)
    except NoValueError:
        return None
    if how is None or not isinstance(question, SnmpGet | SnmpColumns):
        return None
    root = question.oids.get(how.read[0])
    if root is None or isinstance(question, SnmpGet):
        return root
    return _row(root, how, recording.ask(question).rows, params)


def _row(root: str, how: Extract, rows: Any, params: Params) -> str | None:
    kept = keep_rows(how, rows, params, lambda _: 0.0)
    if how.pick == "max":
        kept = sorted(kept, key=lambda row: -float(cell_text(row.get(how.read[0])) or 0))
    return f"{root}.{cell_text(kept[0].get('index'))}" if kept else None


def _compare(
    name: str, wanted: Mapping[str, tuple[str, float]], told: Mapping[str, Fact], result: Levels
) -> None:
    for oid, (kind, theirs) in wanted.items():
        fact = told.get(oid)
        if fact is None or not isinstance(fact.value, int | float):
            result.unasked[_VIRTUAL if theirs == 0 and kind == "noise-floor" else kind] += 1
            continue
        result.compared[fact.name] += 1
        if abs(fact.value - theirs) <= 0.051:
            continue
        if kind == "frequency" and abs(fact.value * 1000 - theirs) <= 1:
            result.explained[_KHZ] += 1
            continue
        result.differing.append(f"{name}: {fact.name} is {fact.value}, LibreNMS: {theirs} ({oid})")
