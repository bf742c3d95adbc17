"""Neighbours of recorded devices, and the odd ways in which agents name their ports."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench import neighbours
from netdiag.locating.neighbours import Neighbour, Row, Table, neighbours_of
from netdiag.model.content import Content

NOW = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)


@pytest.mark.recordings
def test_neighbours_of_recorded_devices_are_those_that_others_read(
    content: Content, data: Path
) -> None:
    told = neighbours.measure(data, content)
    assert told.misses.get("", []) == []
    assert told.agreeing >= 0.9 * told.links > 150


def heard(number: int, name: str, lldp: list[Row], own: list[Row]) -> Neighbour:
    """One neighbour on an own port, of which LLDP and the interface table say what is given."""
    near: Row = {"near.index": "1.1", "near.local_index": number, "near.name": name}
    tables = [
        Table(probe="lldp-near", query="q", at=NOW, rows=[near]),
        Table(probe="lldp-ports", query="q", at=NOW, rows=lldp),
        Table(probe="own-ports", query="q", at=NOW, rows=own),
    ]
    (one,) = neighbours_of("sw-12", tables)
    return one


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ({"own.port": "1/24"}, "eth1/0/24"),  # another spelling under the same number
        ({"own.port": "24"}, "eth1/0/24"),  # the ifIndex for a name
        ({"own.port": "eth1/0/24"}, "eth1/0/24"),
        ({"own.port": "\x00\x1eX\\\t\ufffd"}, "eth1/0/24"),  # the octets of a MAC for a name
        ({"own.port": "eth1/0/7"}, "eth1/0/7"),  # numbers of LLDP are its own
        ({"own.port": "1/9"}, "1/9"),  # nothing says which interface that is
    ],
)
def test_the_own_port_bears_the_name_of_its_interface(said: dict[str, str], name: str) -> None:
    own: list[Row] = [
        {"own.index": 24, "own.port": "eth1/0/24"},
        {"own.index": 7, "own.port": "eth1/0/7"},
    ]
    one = heard(24, "Petrov-router", [{"own.index": 24, **said}], own)
    assert one.ports[0] == name


def test_octets_are_no_name_of_a_port() -> None:
    near: Row = {"near.index": "1.1", "near.local_index": 1, "near.name": "sw-13",
                 "near.port": "\ufffdr\ufffd\x05", "near.port_descr": "port 25\x00"}  # fmt: skip
    (one,) = neighbours_of("sw-12", [Table(probe="lldp-near", query="q", at=NOW, rows=[near])])
    assert one.remote_ports == ("port 25",)
