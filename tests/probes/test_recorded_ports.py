"""What the probes read of recorded ports is what an independent parser read of the same files."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from netdiag.model.content import Content
from netdiag.model.fact import Reading
from tests.probes import agent
from tests.probes.reading import probe_of, question_of, read, value_of

pytestmark = pytest.mark.recordings

ETHERNET = (6, 117)
ADMIN = {1: "up", 2: "down", 3: "testing"}
OPER = {**ADMIN, 4: "unknown", 5: "dormant", 6: "notPresent", 7: "lowerLayerDown"}
COMPARED = {
    "admin": "port.admin_status",
    "oper": "port.oper_status",
    "mbps": "port.speed_mbps",
    "duplex": "port.duplex",
    "fcs": "port.fcs_errors",
}
SATURATED = 4294  # ifSpeed 4294967295: "faster than this can say" (RFC 2863), not 4,294 Mbit/s


def _recorded(data: Path) -> Iterator[tuple[agent.Agent, dict[str, Any]]]:
    with gzip.open(data / "snmp_ports.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            device = json.loads(line)
            path = data / "snmp" / device["file"]
            if path.suffix == ".snmprec" and path.is_file():
                yield agent.load(path), device


def _readings(content: Content, agent_: agent.Agent, port: dict[str, Any]) -> dict[str, Reading]:
    name = str(port.get("name") or port["descr"])
    given = {"port": name, "port.if_index": port["ifIndex"]}
    found: dict[str, Reading] = {}
    for probe_id in ("port-speed", "port-status", "port-ether"):
        probe = probe_of(content, "generic", probe_id)
        readings = read(content, probe, agent_.answer(question_of(probe, given)), given)
        for fact, reading in readings.items():
            if fact not in found or not value_of(reading).__str__().startswith("<"):
                found[fact] = reading
    return found


def _wanted(port: dict[str, Any], key: str) -> Any:
    value = port.get(key)
    if key == "admin":
        return ADMIN.get(value)
    if key == "oper":
        return OPER.get(value)
    return None if key == "mbps" and value in (0, SATURATED) else value


def test_recorded_ports_read_as_an_independent_parser_read_them(
    content: Content, data: Path
) -> None:
    same: Counter[str] = Counter()
    different: list[str] = []
    for recorded, device in _recorded(data):
        for port in device["ports"]:
            if port.get("type") not in ETHERNET or not (port.get("name") or port.get("descr")):
                continue
            readings = _readings(content, recorded, port)
            for key, fact in COMPARED.items():
                wanted, got = _wanted(port, key), value_of(readings[fact])
                if key == "mbps" and isinstance(got, int) and wanted is not None:
                    wanted = got if abs(got - wanted) <= 1 else wanted  # rounded here, cut there
                if wanted == got or (wanted is None and str(got).startswith("<")):
                    same[key] += wanted is not None
                else:
                    different.append(f"{device['file']} {port['ifIndex']} {fact}: {wanted} / {got}")
    assert not different
    assert same["oper"] > 7000
    assert same["admin"] > 6000
    assert same["mbps"] > 4000
    assert same["duplex"] > 4000
    assert same["fcs"] > 400


def test_ports_are_found_by_their_names_in_recordings(content: Content, data: Path) -> None:
    probe = probe_of(content, "generic", "port-index")
    found = missing = 0
    for recorded, device in _recorded(data):
        names = Counter(str(port.get("name")) for port in device["ports"])
        rows = recorded.answer(question_of(probe, {}))
        for port in device["ports"]:
            name = str(port.get("name"))
            # A name that two interfaces bear finds neither for certain; nor does an empty one.
            if port.get("type") not in ETHERNET or not port.get("name") or names[name] > 1:
                continue
            got = value_of(read(content, probe, rows, {"port": name})["port.if_index"])
            found += got == int(port["ifIndex"])
            missing += got != int(port["ifIndex"])
    assert found > 7000
    assert missing == 0
