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

from bench.asking import in_turn, of_platform, reading
from bench.snmprec import SYS_DESCR, SYS_OBJECT_ID, Recording, load
from netdiag.model.content import Content
from netdiag.model.fact import Facts, Value
from netdiag.probing.identify import identify, model_of

FACTS = (
    "port.if_index",
    "port.admin_status",
    "port.oper_status",
    "port.speed_mbps",
    "port.duplex",
    "port.in_errors",
    "port.fcs_errors",
)
_ETHERNET = ("6", "62", "69", "117", "ethernetCsmacd", "fastEther", "fastEtherFX")
_STATES = {1: "up", 2: "down", 3: "testing", 4: "unknown", 5: "dormant", 6: "notPresent"}
_STATES[7] = "lowerLayerDown"
_CEILING_MBPS = 4294  # an ifSpeed of 4294967295 says "faster", not this
# The standard columns, read here once more without any probe: what they say is what we must read.
_STANDARD = {
    "port.admin_status": ("1.3.6.1.2.1.2.2.1.7",),
    "port.oper_status": ("1.3.6.1.2.1.2.2.1.8",),
    "port.speed_mbps": ("1.3.6.1.2.1.31.1.1.1.15", "1.3.6.1.2.1.2.2.1.5"),
    "port.duplex": ("1.3.6.1.2.1.10.7.2.1.19",),
}
OWN_MIB = "LibreNMS takes it from the maker's own MIB; the standard one says what we read"
BITS = "the agent writes bit/s into ifHighSpeed, which counts Mbit/s"
_ABSURD_MBPS = 10_000_000
NOT_SERVED = "LibreNMS takes it from the maker's own MIB; the standard one does not say it"
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
    told = parsed(data)
    for path in recorded(data):
        expected = expectations(data, path.stem)
        listed = told.get(path.name) or as_parsed(expected)
        if listed:
            _device(path, listed, expected, content, only, result)
    return result


def recorded(data: Path) -> list[Path]:
    """Every recording of an SNMP agent that the folder holds."""
    folder = data / "snmp"
    return sorted(p for p in folder.glob("*") if p.suffix in (".snmprec", ".snmpwalk"))


def parsed(data: Path) -> dict[str, list[dict[str, Any]]]:
    """Ports by recording, as the plain parser has them; nothing without its file."""
    path = data / "snmp_ports.jsonl.gz"
    if not path.is_file():
        return {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return {one["file"]: one["ports"] for one in map(json.loads, lines)}


def as_parsed(expected: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Ports that only LibreNMS tells of, in the parser's words, without values to compare."""
    return [
        {
            "ifIndex": index,
            "name": port.get("ifName"),
            "descr": port.get("ifDescr"),
            "type": port.get("ifType"),
        }
        for index, port in expected.items()
    ]


def _device(
    path: Path,
    told: list[dict[str, Any]],
    expected: Mapping[str, dict[str, Any]],
    content: Content,
    only: Callable[[str], bool],
    result: Compared,
) -> None:
    recording = load(path)
    platform = platform_of(recording, content)
    if not only(platform):
        return
    result.devices += 1
    result.platforms[content.platforms[platform].family] += 1
    for port in ports(told, expected):
        _compare(port, recording, platform, content, result)


def platform_of(recording: Recording, content: Content) -> str:
    """The platform that the agent tells, down to the model; else `generic`."""
    oid, descr = recording.text(SYS_OBJECT_ID), recording.text(SYS_DESCR)
    return model_of(identify(oid, descr, content) or "generic", oid, descr, content)


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
    return in_turn(reading(content, platform, FACTS), own, first, recording.ask, content)


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
                why = _why_absent(name, value, facts) or _not_served(name, port, recording)
                why = why or _in_bits(name, port.index, recording)
                _note(result.absent, why, f"{where}: {told}")
                continue
            result.facts[name] += 1
            if not _same(name, fact.value, value):
                told = f"{name} is {fact.value!r}, {reader} reads {value!r}"
                why = _in_bits(name, port.index, recording)
                why = OWN_MIB if _standard(name, port.index, recording) == fact.value else why
                _note(result.differing, why, f"{where}: {told}")


def _in_bits(name: str, index: str, recording: Recording) -> str:
    raw = recording.values.get(f"{_STANDARD['port.speed_mbps'][0]}.{index}")
    absurd = isinstance(raw, int) and raw >= _ABSURD_MBPS
    return BITS if absurd and name == "port.speed_mbps" else ""


def _not_served(name: str, port: Port, recording: Recording) -> str:
    served = name not in _STANDARD or _standard(name, port.index, recording) is not None
    return "" if served else NOT_SERVED


def _standard(name: str, index: str, recording: Recording) -> Value:
    """What the standard columns say of a port, in our words; None when they say nothing."""
    columns = _STANDARD.get(name, ())
    for column in columns:
        raw = recording.values.get(f"{column}.{index}")
        if not isinstance(raw, int) or raw == 0:
            continue
        if name == "port.duplex":
            return _DUPLEX.get(str(raw))
        if name == "port.speed_mbps":
            return raw if column == columns[0] else raw // 1_000_000 or None
        return _STATES.get(raw)
    return None


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


def expectations(data: Path, stem: str) -> dict[str, dict[str, Any]]:
    """Ports by ifIndex as LibreNMS has them; none where it has none (or the file is no JSON)."""
    listed = tree_of(data, stem).get("ports", [])
    if not isinstance(listed, list):
        return {}
    return {str(p["ifIndex"]): p for p in listed if isinstance(p, dict) and "ifIndex" in p}


def tree_of(data: Path, stem: str) -> dict[str, Any]:
    """All that LibreNMS made of a recording; empty when there is nothing readable."""
    try:
        tree = json.loads((data / "snmp_expected" / f"{stem}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return tree if isinstance(tree, dict) else {}
