"""Whole sweeps over agents with powered ports and forwarding tables."""

import shutil
from pathlib import Path

import pytest

from bench.agents.table import INTEGER, Value
from netdiag.model.content import Content
from tests.service.test_sweep import Network

pytestmark = pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")
SUPPLY = "1.3.6.1.2.1.105.1.3.1.1.3.1"
LEARNED, BRIDGE = "1.3.6.1.2.1.17.7.1.2.2.1.2", "1.3.6.1.2.1.17.1.4.1.2"
MAC = "200.0.12.66.1.2.3"


@pytest.fixture
def network(tmp_path: Path, content: Content) -> Network:
    return Network(tmp_path, content)


def learned(**ports: int) -> dict[str, Value]:
    """A forwarding table: MACs of 200.0.0.0.0.0.N by their number, MAC as `it`."""
    table = {f"{BRIDGE}.{n}": Value(INTEGER, n) for n in range(1, 53)}
    for name, port in ports.items():
        index = MAC if name == "it" else f"200.0.0.0.0.0.{name.removeprefix('n')}"
        table[f"{LEARNED}.{index}"] = Value(INTEGER, port)
    return table


def an_hour_passes(network: Network) -> None:
    network.moment += 2700.0
    network.uptime_s += 2700


async def test_a_faulty_source_of_poe_is_found_in_the_first_sweep(network: Network) -> None:
    well = {SUPPLY: Value(INTEGER, 1)}
    _, new = await network.sweep(
        {"sw-1": {SUPPLY: Value(INTEGER, 3)}, "sw-2": well, "sw-3": {SUPPLY: Value(INTEGER, 2)}}
    )
    assert [(one.rule, one.device) for one in new] == [("device.poe-supply", "sw-1")]


async def test_a_mac_between_two_homes_is_found_after_its_third_move(network: Network) -> None:
    found = []
    for port in (3, 9, 3, 9):
        _, new = await network.sweep({"sw-1": learned(it=port, n1=4, n2=5)})
        found.append([(one.rule, one.where) for one in new])
        an_hour_passes(network)
    assert found == [[], [], [], [("fdb.mac-moves", "sw-1:00:0c:42:01:02:03")]]


async def test_macs_behind_the_uplink_or_in_a_crowd_move_as_they_like(network: Network) -> None:
    for port in (3, 52, 3, 52, 3):  # 52 leads to the aggregation
        crowd = {f"n{n}": 20 for n in range(4)} if port == 52 else {f"n{n}": 21 for n in range(4)}
        outcome, new = await network.sweep({"sw-1": learned(it=port, **crowd)})
        assert new == []
        assert outcome.tally.counts == {"ok": 5}
        an_hour_passes(network)


async def test_a_forwarding_table_that_is_too_large_is_no_trouble(network: Network) -> None:
    table = {f"{LEARNED}.200.0.0.0.0.{n // 256}.{n % 256}": Value(INTEGER, 9) for n in range(1500)}
    for _ in range(2):
        outcome, new = await network.sweep({"sw-1": table})
        assert outcome.tally.counts == {"ok": 5}
        assert new == []
        an_hour_passes(network)
