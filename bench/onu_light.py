"""Light of OLTs and ONUs in recordings, by the probes, against LibreNMS' sensors of that OID."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.optics import NEAR_DB, columns_of, read_one
from bench.ports import platform_of, recorded, tree_of
from bench.snmprec import Recording, load
from netdiag.model.content import Content

NO_LEVEL = "0 or a level that no receiver measures: none, and LibreNMS shows it"
MILLIWATTS = "LibreNMS takes the milliwatts in front of the dBm"


@dataclass(slots=True, kw_only=True)
class OnuLight:
    """What was compared; differences by reason class, those under the empty text are ours."""

    recordings: int = 0
    levels: int = 0
    agreeing: int = 0
    misses: dict[str, list[str]] = field(default_factory=dict)


def measure(data: Path, content: Content) -> OnuLight:
    """Every level of an OLT or ONU that both read."""
    result = OnuLight()
    for path in recorded(data):
        sensors = list(_levels(tree_of(data, path.stem)))
        if not sensors:
            continue
        recording = load(path)
        platform = platform_of(recording, content)
        before = result.levels
        for oid, level in sensors:
            _compare(oid, level, recording, platform, content, result)
        result.recordings += result.levels > before
    return result


def _levels(tree: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    sensors = tree.get("sensors")
    for one in sensors if isinstance(sensors, list) else ():
        value = one.get("sensor_current")
        if one.get("sensor_class") == "dbm" and isinstance(value, int | float):
            yield str(one.get("sensor_oid", "")).strip("."), float(value)


def _compare(
    oid: str, level: float, recording: Recording, platform: str, content: Content, result: OnuLight
) -> None:
    raw = recording.values.get(oid)
    lineage = content.lineage(platform)
    for probe, column in columns_of(oid, content) if raw is not None else ():
        if probe.platform not in lineage:
            continue
        for one in probe.facts:
            light = one.fact.endswith("_dbm") and one.fact.startswith(("onu.", "pon."))
            if column not in one.read or not light:
                continue
            got = read_one(probe, one, column, raw, oid, content)
            result.levels += 1
            if isinstance(got, int | float) and abs(got - level) <= NEAR_DB:
                result.agreeing += 1
                return
            told = f"{recording.name} {oid} = {raw!r}: {one.fact} is {got}, LibreNMS: {level}"
            result.misses.setdefault(_reason(got, level, raw), []).append(told)
            return


def _reason(got: object, level: float, raw: object) -> str:
    if "mW" in str(raw):
        return MILLIWATTS
    return NO_LEVEL if got is None and (level == 0 or not -45 <= level <= 12) else ""
