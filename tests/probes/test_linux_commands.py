"""The commands of the Linux probes, typed into a real Linux router and bridge of the test's own."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping

import pytest

from netdiag.model.content import Content
from netdiag.model.wire import Answer, SshCommand
from netdiag.transports.ssh_rows import read_rows
from tests.probes.reading import probe_of, question_of, read, value_of

pytestmark = pytest.mark.real

ROUTER, HOME = f"ndp-r-{os.getpid()}", f"ndp-h-{os.getpid()}"
MAC = "02:aa:00:00:00:12"
GIVEN = {
    "service.ip": "10.64.0.12",
    "arp.interface": "swp7",
    "port": "swp7",
    "uplink_port": "eth0",
    "mac": MAC,
    "anchor": "10.64.0.12",
}


def sh(command: str, *, namespace: str | None = None) -> str:
    """What a command prints; its exit code does not matter, as over SSH."""
    inside = f"ip netns exec {namespace} " if namespace else ""
    words = [*inside.split(), "sh", "-c", command]
    done = subprocess.run(words, capture_output=True, text=True, timeout=15, check=False)
    return done.stdout


@pytest.fixture(scope="module")
def home() -> Iterator[None]:
    """A router with one port, and a home behind it with an address."""
    if os.geteuid() != 0:
        pytest.skip("needs root for network namespaces")
    needed = [tool for tool in ("ip", "bridge", "ping", "arping") if shutil.which(tool) is None]
    if needed:
        pytest.skip(f"needs {', '.join(needed)} (Debian: iproute2 iputils-ping iputils-arping)")
    try:
        sh(f"ip netns add {ROUTER}; ip netns add {HOME}")
        sh(f"ip link add swp7 netns {ROUTER} type veth peer name wan netns {HOME}")
        sh("ip addr add 10.64.0.1/24 dev swp7; ip link set swp7 up", namespace=ROUTER)
        sh(
            f"ip link set wan address {MAC}; ip addr add 10.64.0.12/24 dev wan; ip link set wan up",
            namespace=HOME,
        )
        if "swp7" not in sh("ip link show swp7", namespace=ROUTER):
            pytest.skip("this kernel makes no veth pairs in namespaces")
        time.sleep(0.3)
        yield
    finally:
        sh(f"ip netns del {ROUTER}; ip netns del {HOME}")


def ask(content: Content, probe_id: str, **changes: str) -> dict[str, object]:
    """Facts of one probe, its command typed on the router."""
    given: Mapping[str, str] = {**GIVEN, **changes}
    probe = probe_of(content, "linux", probe_id)
    question = question_of(probe, given)
    assert isinstance(question, SshCommand)
    rows = read_rows(question, sh(question.command, namespace=ROUTER))
    readings = read(content, probe, Answer(rows=rows), given)
    return {name: value_of(reading) for name, reading in readings.items()}


def told_within(seconds: float, is_so: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while not (so := is_so()) and time.monotonic() < end:
        time.sleep(0.1)
    return so


def test_a_home_that_answers(content: Content, home: None) -> None:
    ping = ask(content, "cpe-ping")
    assert ping["cpe.ping.loss_pct"] == 0
    assert isinstance(ping["cpe.ping.rtt_ms"], float)
    assert ask(content, "inet-ping") == {"inet.ping.loss_pct": 0}
    arp = ask(content, "arp")
    assert arp["arp.status"] in ("reachable", "delay", "stale")
    assert (arp["arp.mac"], arp["arp.interface"]) == (MAC, "swp7")
    assert ask(content, "arp-ping") == {"cpe.arp_ping.loss_pct": 0, "arp.mac_conflicts": 1}
    assert ask(content, "pmtu") == {"path.full_size_passes": True}


def test_an_address_that_nobody_has(content: Content, home: None) -> None:
    nobody = {"service.ip": "10.64.0.99"}
    assert ask(content, "cpe-ping", **nobody)["cpe.ping.loss_pct"] == 100
    assert ask(content, "arp", **nobody)["arp.status"] in ("incomplete", "failed")
    assert ask(content, "arp-ping", **nobody) == {
        "cpe.arp_ping.loss_pct": 100,
        "arp.mac_conflicts": 0,
    }
    assert ask(content, "arp", **{"service.ip": "10.64.0.77"})["arp.status"] == "absent"


def test_a_port_and_its_counters(content: Content, home: None) -> None:
    port = ask(content, "port-cli")
    assert (port["port.admin_status"], port["port.oper_status"]) == ("up", "up")
    assert port["port.fcs_errors"] == 0
    assert int(str(port["port.in_frames"])) > 0
    sh("ip link set wan down", namespace=HOME)
    try:
        # The kernel tells of a lost carrier at most once a second (linkwatch).
        assert told_within(5.0, lambda: ask(content, "port-cli")["port.oper_status"] != "up")
        assert ask(content, "port-cli")["port.oper_status"] in ("lowerLayerDown", "down")
    finally:
        sh("ip link set wan up", namespace=HOME)


def test_a_bridge_learns_the_home(content: Content, home: None) -> None:
    sh("ip link add br0 type bridge; ip link set swp7 master br0", namespace=ROUTER)
    sh("ip link set br0 up; ip addr add 10.64.0.2/24 dev br0", namespace=ROUTER)
    try:
        time.sleep(0.3)
        sh("ping -c 1 -W 1 10.64.0.2", namespace=HOME)
        learned = ask(content, "fdb-cli")
        assert learned["fdb.ref_mac_port"] == "expected"
        assert (learned["fdb.mac_seen"], learned["fdb.first_mac"]) == (True, MAC)
        assert learned["port.mac_count"] == 1
        stranger = ask(content, "fdb-cli", mac="02:aa:00:00:00:99")
        assert (stranger["fdb.mac_seen"], stranger["fdb.ref_mac_port"]) == (False, "absent")
    finally:
        sh("ip link del br0", namespace=ROUTER)
