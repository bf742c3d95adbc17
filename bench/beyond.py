"""Beside the ports of a recording: who it is, where MACs are learned, light and warmth.

What LibreNMS made of the same recording (`snmp_expected`) is the other reader.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.asking import in_turn, of_platform, probes, reading
from bench.identification import Told
from bench.ports import parsed, platform_of, recorded, tree_of
from bench.snmprec import SYS_DESCR, SYS_OBJECT_ID, Recording, load
from netdiag.model.content import Content
from netdiag.model.fact import Facts
from netdiag.model.wire import SnmpColumns, SnmpGet

_LIGHT = ("port.sfp_rx_dbm", "port.sfp_tx_dbm")


@dataclass(slots=True, kw_only=True)
class Beyond:
    """How many values were compared, and those that differ, as sentences."""

    macs: int = 0
    macs_right: int = 0
    levels: int = 0
    levels_right: int = 0
    temperatures: int = 0
    temperatures_right: int = 0
    differing: list[str] = field(default_factory=list)


def agents(data: Path) -> Iterator[Told]:
    """What the agent of every recording says of itself, and the system that others took it for.

    A recording without sysDescr and sysObjectID is a part of an agent: it is left out.
    """
    named = _names(data)
    for path in recorded(data):
        recording = load(path)
        oid, descr = recording.text(SYS_OBJECT_ID), recording.text(SYS_DESCR)
        os_name = _told_os(data, path.stem) or named.get(path.name, "")
        if (oid or descr) and os_name:
            yield Told(name=path.name, os_name=os_name, oid=oid, descr=descr)


def measure(data: Path, content: Content) -> Beyond:
    """Compare MACs, levels and temperatures of every recording that has them."""
    result = Beyond()
    told = parsed(data)
    for path in recorded(data):
        tree = tree_of(data, path.stem)
        sensors = _listed(tree, "sensors")
        if sensors or tree.get("ports_fdb"):
            recording = load(path)
            platform = platform_of(recording, content)
            _macs(tree, recording, platform, content, result)
            _light(tree, told.get(path.name, ()), sensors, recording, platform, content, result)
            _warmth(sensors, recording, platform, content, result)
    return result


def _names(data: Path) -> dict[str, str]:
    path = data / "ident.csv"
    if not path.is_file():
        return {}
    with path.open(newline="", encoding="utf-8", errors="replace") as file:
        return {row["file"]: row["librenms_os"] for row in csv.DictReader(file)}


def _told_os(data: Path, stem: str) -> str:
    devices = _listed(tree_of(data, stem), "devices")
    return str(devices[0].get("os") or "") if devices else ""


def _listed(tree: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    value = tree.get(key)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _macs(
    tree: Mapping[str, Any],
    recording: Recording,
    platform: str,
    content: Content,
    result: Beyond,
) -> None:
    """Each MAC where LibreNMS has it: is it on the bridge port that we take that port for?"""
    names = {str(p.get("ifIndex")): str(p.get("ifName") or "") for p in _listed(tree, "ports")}
    where = reading(content, platform, ("port.if_index", "port.bridge_port"))
    numbers: dict[str, Facts] = {}
    asked = probes(content, platform, ("vlan-fid", "fdb-mac", "fdb-mac-dot1d"))
    for row in _listed(tree, "ports_fdb"):
        index = str(row.get("ifIndex"))
        if index not in numbers:
            own = {"port": names.get(index, "")}
            first = of_platform(platform, own, content)
            numbers[index] = in_turn(where, own, first, recording.ask, content)
        own = {"mac": str(row["mac_address"]), "vlan": str(row.get("vlan_vlan") or 0)}
        told = in_turn(asked, own, Facts(), recording.ask, content).fact("fdb.mac_bridge_port")
        port = numbers[index].fact("port.bridge_port")
        result.macs += 1
        if told and port and told.value == port.value:
            result.macs_right += 1
            continue
        ours = f"bridge port {told.value if told else None}"
        sentence = f"MAC {own['mac']} is on {ours}, LibreNMS: {names.get(index)!r}"
        result.differing.append(f"{recording.name} ({platform}) {sentence}")


def _port_names(tree: Mapping[str, Any], listed: Iterable[Mapping[str, Any]]) -> list[str]:
    """Every port that LibreNMS or the plain parser lists, once."""
    names = [p.get("ifName") or p.get("ifDescr") for p in _listed(tree, "ports")]
    names += [p.get("name") or p.get("descr") for p in listed]
    return [str(name) for name in dict.fromkeys(names) if name]


def _light(
    tree: Mapping[str, Any],
    listed: Iterable[Mapping[str, Any]],
    sensors: Iterable[Mapping[str, Any]],
    recording: Recording,
    platform: str,
    content: Content,
    result: Beyond,
) -> None:
    """A level is compared where the question of our probe holds the OID of a sensor."""
    wanted = _by_oid(sensors, "dbm")
    asked = reading(content, platform, (*_LIGHT, "port.if_index", "port.phys_index", "port.name"))
    if not wanted or not any(set(_LIGHT).intersection(one.yields) for one in asked):
        return
    for name in _port_names(tree, listed):
        seen: dict[str, str] = {}
        facts = _noting(asked, {"port": name}, recording, platform, content, seen)
        for fact in map(facts.fact, _LIGHT):
            level = wanted.get(seen.get(fact.name, "")) if fact else None
            if fact is None or level is None or not isinstance(fact.value, int | float):
                continue
            result.levels += 1
            if abs(fact.value - level) <= 0.011:  # both are rounded
                result.levels_right += 1
            else:
                told = f"{name} {fact.name} is {fact.value}, LibreNMS: {level}"
                result.differing.append(f"{recording.name} ({platform}) {told}")


def _noting(
    asked: Iterable[Any],
    own: Mapping[str, str],
    recording: Recording,
    platform: str,
    content: Content,
    seen: dict[str, str],
) -> Facts:
    """Facts of one port; `seen` gets the OID that each level was read from."""

    def ask(question: Any) -> Any:
        if isinstance(question, SnmpGet):
            for column, name in (("rx", _LIGHT[0]), ("tx", _LIGHT[1])):
                if column in question.oids:
                    seen[name] = question.oids[column]
        return recording.ask(question)

    return in_turn(asked, own, of_platform(platform, own, content), ask, content)


def _warmth(
    sensors: Iterable[Mapping[str, Any]],
    recording: Recording,
    platform: str,
    content: Content,
    result: Beyond,
) -> None:
    """The hottest of the sensors that our probe asks for."""
    wanted = _by_oid(sensors, "temperature")
    seen: list[str] = []

    def ask(question: Any) -> Any:
        if isinstance(question, SnmpGet | SnmpColumns) and "temp" in question.oids:
            seen.append(question.oids["temp"])
        return recording.ask(question)

    asked = [p for p in reading(content, platform, ("device.temp_c",)) if p.platform != "generic"]
    facts = in_turn(asked, {}, of_platform(platform, {}, content), ask, content)
    fact = facts.fact("device.temp_c")
    theirs = [v for o, v in wanted.items() if any(f"{o}.".startswith(f"{s}.") for s in seen)]
    if fact is None or not theirs or not isinstance(fact.value, int | float):
        return
    result.temperatures += 1
    if abs(fact.value - max(theirs)) <= 0.51:
        result.temperatures_right += 1
    else:
        told = f"is {fact.value} °C, LibreNMS: {max(theirs)}"
        result.differing.append(f"{recording.name} ({platform}) {told}")


def _by_oid(sensors: Iterable[Mapping[str, Any]], kind: str) -> dict[str, float]:
    return {
        str(s["sensor_oid"]).lstrip("."): float(s["sensor_current"])
        for s in sensors
        if s.get("sensor_class") == kind and s.get("sensor_current") is not None
    }
