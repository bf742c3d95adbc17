"""VLAN membership of recorded ports, bit by bit, against what another program made of the files."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench import snmprec
from netdiag.model.content import Content
from tests.probes.reading import probe_of, question_of, read, value_of

pytestmark = pytest.mark.recordings


def _expected(path: Path) -> dict[int, dict[int, bool]]:
    """VLAN → bridge port → untagged, of the members."""
    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return {}
    vlans: dict[int, dict[int, bool]] = defaultdict(dict)
    for row in told.get("ports_vlans", []):
        if row.get("baseport") is not None:
            vlans[row["vlan"]][row["baseport"]] = bool(row["untagged"])
    return vlans


def _devices(data: Path) -> Iterator[tuple[snmprec.Recording, dict[int, dict[int, bool]]]]:
    for path in sorted((data / "snmp_expected").glob("*.json")):
        recording, vlans = data / "snmp" / f"{path.stem}.snmprec", _expected(path)
        if vlans and recording.is_file():
            yield snmprec.load(recording), vlans


def test_members_and_tags_are_those_that_another_program_found(
    content: Content, data: Path
) -> None:
    probe = probe_of(content, "generic", "port-vlan-current")
    compared, devices = 0, 0
    for agent, vlans in _devices(data):
        ports = {port for members in vlans.values() for port in members}
        seen = 0
        for vlan, members in vlans.items():
            first = question_of(probe, {"vlan": str(vlan), "port.bridge_port": "1"})
            reply = agent.ask(first)
            if not reply.rows[0]:
                continue  # recorded with another TimeFilter; a live agent answers 0
            for port in ports:
                given = {"vlan": str(vlan), "port.bridge_port": str(port)}
                readings = read(content, probe, reply, given)
                assert value_of(readings["port.vlan_member"]) is (port in members)
                if port in members:
                    untagged = value_of(readings["port.vlan_untagged"])
                    assert untagged in (members[port], "<not_supported>")
                seen += 1
        compared, devices = compared + seen, devices + bool(seen)
    assert compared > 13000
    assert devices >= 30
