"""Ethernet ports of recorded switches, read by the port probes, against two other readers.

`snmp_ports.jsonl.gz` is a plain parser of the same recordings; `snmp_expected` is what LibreNMS
made of them.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.asking import in_turn, of_platform, probes
from bench.snmprec import SYS_DESCR, SYS_OBJECT_ID, Recording, load
from netdiag.model.content import Content
from netdiag.model.fact import Facts, Value
from netdiag.probing.identify import identify

PROBES = (
    "port-index",
    "port-index-descr",
    "port-status",
    "port-speed",
    "port-ether",
    "port-counters",
    "port-counters-32",
)
_ETHERNET = ("6", "62", "69", "117", "ethernetCsmacd", "fastEther", "fastEtherFX")
_STATES = {1: "up", 2: "down", 3: "testing", 4: "unknown", 5: "dormant", 6: "notPresent"}
_STATES[7] = "lowerLayerDown"
_CEILING_MBPS = 4294  # an ifSpeed of 4294967295 says "faster", not this
# LibreNMS takes these from the maker's own MIB; IF-MIB, which we read, says otherwise.
_OVERRIDDEN = {
    ("airos-af", "port.oper_status"): "the maker's MIB overrides IF-MIB",
    ("horizon-quantum", "port.speed_mbps"): "the maker's MIB overrides IF-MIB",
    ("epmp_epmp-ap-connected-sta", "port.speed_mbps"): "ifHighSpeed of this radio holds bit/s",
    ("epmp_epmp-ap-connected-sta", "port.duplex"): "the maker's MIB tells what EtherLike-MIB lacks",
}
_DUPLEX = {"1": "unknown", "2": "half", "3": "full", "halfDuplex": "half", "fullDuplex": "full"}


@dataclass(slots=True, kw_only=True)
class Compared:
    """What was compared, by fact. Differences and absences are sentences by their explanation;
    those under the empty text have none."""

    devices: int = 0
    ports: int = 0
    facts: Counter[str] = field(default_factory=Counter)
    absent: dict[str, list[str]] = field(default_factory=dict)
    differing: dict[str, list[str]] = field(default_factory=dict)
    platforms: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    """One port as others read it: by reader, fact → value."""

    index: str
    name: str
    wanted: Mapping[str, Mapping[str, Value]]


def measure(
    data: Path, content: Content, only: Callable[[str], bool] = lambda platform: True
) -> Compared:
    """Compare every Ethernet port of every recording whose platform `only` lets pass."""
    result = Compared()
    with gzip.open(data / "snmp_ports.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            told = json.loads(line)
            path = data / "snmp" / told["file"]
            if path.suffix == ".snmprec" and path.is_file():
                _device(path, told["ports"], data, content, only, result)
    return result


def _device(
    path: Path,
    told: list[dict[str, Any]],
    data: Path,
    content: Content,
    only: Callable[[str], bool],
    result: Compared,
) -> None:
    recording = load(path)
    platform = platform_of(recording, content)
    if not only(platform):
        return
    result.devices += 1
    result.platforms[platform] += 1
    for port in ports(told, _expected(data, path.stem)):
        _compare(port, recording, platform, content, result)


def platform_of(recording: Recording, content: Content) -> str:
    """The platform that the agent tells, else `generic`."""
    oid, descr = recording.text(SYS_OBJECT_ID), recording.text(SYS_DESCR)
    return identify(oid, descr, content) or "generic"


def ports(told: list[dict[str, Any]], expected: Mapping[str, dict[str, Any]]) -> Iterator[Port]:
    """Ethernet ports that have a name of their own, as an inventory would hold them."""
    names = Counter(str(port.get("name") or port.get("descr") or "") for port in told)
    for port in told:
        name = str(port.get("name") or port.get("descr") or "")
        if str(port.get("type")) not in _ETHERNET or not name.strip() or names[name] > 1:
            continue
        index = str(port["ifIndex"])
        wanted = {"parser": _by_parser(port), "LibreNMS": _by_librenms(expected.get(index, {}))}
        yield Port(index=index, name=name, wanted=wanted)


def read(port: str, recording: Recording, platform: str, content: Content) -> Facts:
    """All that the port probes read of one port."""
    own = {"port": port}
    first = of_platform(platform, own, content)
    return in_turn(probes(content, platform, PROBES), own, first, recording.ask, content)


def _compare(
    port: Port, recording: Recording, platform: str, content: Content, result: Compared
) -> None:
    result.ports += 1
    facts = read(port.name, recording, platform, content)
    for reader, wanted in port.wanted.items():
        for name, value in wanted.items():
            where = f"{recording.name} ({platform}) {port.name!r} ifIndex {port.index}"
            fact = facts.fact(name)
            if fact is None:
                told = f"{name} is absent ({facts.absence(name).detail}), {reader} reads {value!r}"
                why = _overridden(recording, name) or _why_absent(name, value, facts)
                _note(result.absent, why, f"{where}: {told}")
                continue
            result.facts[name] += 1
            if not _same(name, fact.value, value):
                told = f"{name} is {fact.value!r}, {reader} reads {value!r}"
                _note(result.differing, _overridden(recording, name), f"{where}: {told}")


def _overridden(recording: Recording, name: str) -> str:
    return _OVERRIDDEN.get((recording.name.removesuffix(".snmprec"), name), "")


def _note(where: dict[str, list[str]], why: str, told: str) -> None:
    where.setdefault(why, []).append(told)


def _same(name: str, ours: Value, theirs: Value) -> bool:
    """Speeds may be rounded up or down to whole Mbit/s."""
    if name == "port.speed_mbps" and isinstance(ours, int) and isinstance(theirs, int):
        return abs(ours - theirs) <= 1
    return ours == theirs


def _why_absent(name: str, theirs: Value, facts: Facts) -> str:
    """Why we hold back what another reader tells; empty when there is no reason."""
    if name != "port.speed_mbps":
        return ""
    oper = facts.fact("port.oper_status")
    if oper is None or oper.value != "up":
        return "a port without link has no speed"
    return "ifSpeed is at its ceiling" if theirs == _CEILING_MBPS else ""


def _by_parser(port: Mapping[str, Any]) -> dict[str, Value]:
    found: dict[str, Value] = {
        "port.if_index": int(port["ifIndex"]),
        "port.admin_status": _STATES.get(port.get("admin", 0)),
        "port.oper_status": _STATES.get(port.get("oper", 0)),
        "port.speed_mbps": port.get("mbps") or None,
        "port.duplex": port.get("duplex"),
        "port.fcs_errors": port.get("fcs"),
        "port.in_errors": port.get("inErrors"),
    }
    return {name: value for name, value in found.items() if value is not None}


def _by_librenms(port: Mapping[str, Any]) -> dict[str, Value]:
    speed = port.get("ifSpeed") or 0
    found: dict[str, Value] = {
        "port.admin_status": _word(port.get("ifAdminStatus")),
        "port.oper_status": _word(port.get("ifOperStatus")),
        "port.speed_mbps": speed // 1_000_000 or None if speed != 4294967295 else None,
        "port.duplex": _DUPLEX.get(str(port.get("ifDuplex"))),
    }
    return {name: value for name, value in found.items() if value is not None}


def _word(text: Any) -> str | None:
    return text if text in _STATES.values() else None


def _expected(data: Path, stem: str) -> dict[str, dict[str, Any]]:
    """Ports by ifIndex as LibreNMS has them; none where it has none (or the file is no JSON)."""
    try:
        tree = json.loads((data / "snmp_expected" / f"{stem}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    listed = tree.get("ports", []) if isinstance(tree, dict) else []
    return {str(port["ifIndex"]): port for port in listed if "ifIndex" in port}
