"""ICMP echo: loopback, real blackholes in a namespace, rights, foreign replies, the lab's twin."""

from __future__ import annotations

import asyncio
import json
import os
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from conftest import find_tool

from netdiag.model.wire import Answer, Deadline, DnsLookup, NoAnswer, Ping, Target
from netdiag.model.words import AbsenceReason
from netdiag.transports import IcmpTransport
from netdiag.transports.icmp_series import plan
from netdiag.transports.icmp_socket import IcmpEcho, NoRightError

HERE = Target(device="here", host="127.0.0.1")
QUICK = {"interval_s": 0.02, "timeout_s": 0.3}

ASK = """
import asyncio, json, sys
from netdiag.model.wire import Deadline, Ping, Target
from netdiag.transports import IcmpTransport
async def main(address):
    question = Ping(address=address, interval_s=0.02, timeout_s=0.4)
    reply = await IcmpTransport().ask(Target(device="x", host="x"), question, Deadline.after(3))
    absent = hasattr(reply, "why")
    row = {"why": reply.why, "detail": reply.detail} if absent else dict(reply.rows[0])
    print(json.dumps(row))
asyncio.run(main(sys.argv[1]))
"""


def may_ping() -> bool:
    try:
        IcmpEcho("127.0.0.1", 8).__exit__()
    except NoRightError:
        return False
    return True


needs_right = pytest.mark.skipif(not may_ping(), reason="needs root or net.ipv4.ping_group_range")


async def row(question: Ping, target: Target = HERE, seconds: float = 3) -> dict[str, Any]:
    reply = await IcmpTransport().ask(target, question, Deadline.after(seconds))
    assert isinstance(reply, Answer), reply
    return dict(reply.rows[0])


@needs_right
@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.8.7", "::1", "localhost"])
async def test_loopback_answers(address: str) -> None:
    found = await row(Ping(address=address, **QUICK))
    rtt, longest = found.pop("rtt_ms"), found.pop("rtt_max_ms")
    assert found == {"sent": 3, "received": 3, "loss_pct": 0.0}
    assert 0 < rtt <= longest < 50


@needs_right
async def test_a_busy_loop_does_not_lengthen_the_round_trip(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The kernel's time stamp counts, not the moment when we come round to read."""
    send = IcmpEcho.send

    def send_and_be_busy(echo: IcmpEcho, sequence: int) -> None:
        send(echo, sequence)
        time.sleep(0.03)

    monkeypatch.setattr(IcmpEcho, "send", send_and_be_busy)
    found = await row(Ping(address="127.0.0.1", **QUICK))
    assert found["received"] == 3
    assert found["rtt_max_ms"] < 15


@needs_right
async def test_fifty_are_in_flight_and_the_rest_wait_their_turn() -> None:
    transport = IcmpTransport()
    questions = [Ping(address=f"127.7.{i // 200}.{i % 200 + 1}", count=1) for i in range(400)]
    replies = await asyncio.gather(
        *(transport.ask(HERE, question, Deadline.after(10)) for question in questions)
    )
    assert all(isinstance(r, Answer) and r.rows[0]["received"] == 1 for r in replies)


@needs_right
async def test_large_packets_come_back_whole() -> None:
    assert (await row(Ping(address="127.0.0.1", size=1472, **QUICK)))["received"] == 3


@needs_right
async def test_an_address_our_kernel_will_not_send_to_is_not_reachable() -> None:
    reply = await IcmpTransport().ask(HERE, Ping(address="255.255.255.255"), Deadline.after(1))
    assert isinstance(reply, NoAnswer)
    assert reply.why is AbsenceReason.NOT_REACHABLE
    assert "nothing about the far end" in reply.detail


async def test_no_time_left_is_not_loss() -> None:
    """A reply that was not waited for must not count as lost."""
    with_silence = await silent_responder()
    try:
        options = {"icmp.responder": f"127.0.0.1:{with_silence.port}"}
        target = Target(device="here", host="x", options=options)
        reply = await IcmpTransport().ask(target, Ping(address="192.0.2.1"), Deadline.after(0.2))
    finally:
        with_silence.close()
    assert isinstance(reply, NoAnswer)
    assert reply.why is AbsenceReason.NOT_ASKED


@pytest.mark.parametrize(
    ("seconds", "count", "interval", "timeout", "hurried"),
    [
        (5.0, 3, 0.2, 1.0, False),
        (1.2, 3, 0.1, 1.0, False),
        (1.03, 2, 0.02, 1.0, False),
        (1.005, 1, 0.02, 1.0, False),
        (0.5, 1, 0.02, 0.5, True),
    ],
)
def test_a_short_deadline_shortens_intervals_then_the_series_and_patience_last(
    seconds: float, count: int, interval: float, timeout: float, hurried: bool
) -> None:
    schedule = plan(Ping(address="192.0.2.1"), Deadline.after(seconds))
    assert schedule.count == count
    assert schedule.interval_s == pytest.approx(interval, abs=0.01)
    assert schedule.timeout_s == pytest.approx(timeout, abs=0.01)
    assert schedule.hurried is hurried


async def test_a_question_of_another_transport_is_refused() -> None:
    reply = await IcmpTransport().ask(HERE, DnsLookup(resolver="x", name="y"), Deadline.after(1))
    assert isinstance(reply, NoAnswer)
    assert reply.why is AbsenceReason.NOT_ASKED


@needs_right
def test_only_our_own_echo_counts_as_a_reply() -> None:
    """icmplib would take any reply with the same identifier and sequence."""
    with IcmpEcho("192.0.2.1", 56) as echo:
        raw = echo._icmp.is_privileged
        ip = b"\x45" + bytes(19) if raw else b""
        options = b"\x46" + bytes(23) if raw else b""

        def packet(kind: int = 0, code: int = 0, seq: int = 7, payload: bytes = b"") -> bytes:
            return struct.pack("!BBHHH", kind, code, 0, echo._id, seq) + (payload or echo._payload)

        good = packet()
        assert echo._sequence(ip + good, "192.0.2.1") == 7
        assert echo._sequence(options + good if raw else good, "192.0.2.1") == 7
        assert echo._sequence(ip + good, "192.0.2.2") == -1
        assert echo._sequence(ip + packet(payload=b"\0" * 56), "192.0.2.1") == -1
        assert echo._sequence(ip + packet(kind=8), "192.0.2.1") == -1
        assert echo._sequence(ip + packet(kind=3, code=1), "192.0.2.1") == -1
        assert echo._sequence(ip + good[:6], "192.0.2.1") == -1
        if raw:
            other = struct.pack("!BBHHH", 0, 0, 0, echo._id ^ 1, 7) + echo._payload
            assert echo._sequence(ip + other, "192.0.2.1") == -1


class Responder(asyncio.DatagramProtocol):
    """The lab's side of the UDP echo; `deaf` addresses stay silent, `lossy` answer every other."""

    def __init__(self) -> None:
        self.seen: list[bytes] = []
        self.transport: Any = None
        self.port = 0

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.seen.append(data)
        _, address, sequence, _ = data.split()
        if address == b"192.0.2.9" or (address == b"192.0.2.5" and int(sequence) % 2):
            return
        if address == b"192.0.2.8":
            data = data.replace(b"192.0.2.8", b"192.0.2.7")
        self.transport.sendto(data, addr)

    def close(self) -> None:
        self.transport.close()


async def silent_responder() -> Responder:
    loop = asyncio.get_running_loop()
    _, protocol = await loop.create_datagram_endpoint(Responder, local_addr=("127.0.0.1", 0))
    protocol.datagram_received = lambda data, addr: None  # type: ignore[method-assign]
    return protocol


@pytest.mark.parametrize(
    ("address", "received", "loss"),
    [
        ("192.0.2.1", 4, 0.0),
        ("192.0.2.5", 2, 50.0),
        ("192.0.2.9", 0, 100.0),
        ("192.0.2.8", 0, 100.0),
    ],
    ids=["up", "lossy", "down", "somebody else answers"],
)
async def test_the_lab_twin_gives_the_same_row(address: str, received: int, loss: float) -> None:
    loop = asyncio.get_running_loop()
    _, responder = await loop.create_datagram_endpoint(Responder, local_addr=("127.0.0.1", 0))
    try:
        options = {"icmp.responder": f"127.0.0.1:{responder.port}"}
        target = Target(device="lab", host="x", options=options)
        found = await row(Ping(address=address, count=4, size=56, **QUICK), target)
    finally:
        responder.close()
    assert responder.seen[0] == f"netdiag-echo {address} 0 56".encode()
    assert (found["sent"], found["received"], found["loss_pct"]) == (4, received, loss)
    assert ("rtt_ms" in found) == (received > 0)


@pytest.mark.parametrize("responder", ["127.0.0.1:1", "nonsense"])
async def test_a_lab_that_does_not_run_is_not_loss(responder: str) -> None:
    target = Target(device="lab", host="x", options={"icmp.responder": responder})
    reply = await IcmpTransport().ask(target, Ping(address="192.0.2.1", **QUICK), Deadline.after(2))
    assert isinstance(reply, NoAnswer)
    assert reply.why is AbsenceReason.NOT_REACHABLE
    assert "responder" in reply.detail


# ---- in network namespaces ----------------------------------------------------------------------

Run = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def namespaces() -> Iterator[Run]:
    """Asks from a namespace `a` behind a router namespace `r`. 10.9.0.2 is the router."""
    if os.geteuid() != 0:
        pytest.skip("needs root, to make network namespaces")
    ip, setpriv = find_tool("ip"), find_tool("setpriv")
    a, r = f"nd-ping-a{os.getpid()}", f"nd-ping-r{os.getpid()}"

    def sh(line: str) -> None:
        subprocess.run(line.split(), check=True, capture_output=True)

    try:
        for space in (a, r):
            sh(f"{ip} netns add {space}")
            sh(f"{ip} -n {space} link set lo up")
        sh(f"{ip} -n {a} link add v0 type veth peer name v1 netns {r}")
        sh(f"{ip} -n {a} addr add 10.9.0.1/24 dev v0")
        sh(f"{ip} -n {r} addr add 10.9.0.2/24 dev v1")
        sh(f"{ip} -n {a} link set v0 up")
        sh(f"{ip} -n {r} link set v1 up")
        sh(f"{ip} -n {a} neigh add 10.9.0.9 lladdr 02:00:5e:00:00:09 dev v0 nud permanent")
        sh(f"{ip} -n {a} route add 10.10.0.0/16 via 10.9.0.2")
        for kind, address in (("blackhole", 3), ("unreachable", 4), ("prohibit", 5)):
            sh(f"{ip} -n {a} route add {kind} 10.11.0.{address}")
            sh(f"{ip} -n {r} route add {kind} 10.10.0.{address}")
        sh(f"{ip} netns exec {r} sysctl -qw net.ipv4.ip_forward=1")

        def run(address: str, *, caps: str = "", groups: str = "1 0") -> dict[str, Any]:
            sysctl = ["sysctl", "-qw", f"net.ipv4.ping_group_range={groups}"]
            subprocess.run([ip, "netns", "exec", a, *sysctl], check=True)
            drop = [setpriv, f"--bounding-set={caps}"] if caps else []
            command = [ip, "netns", "exec", a, *drop, sys.executable, "-c", ASK, address]
            done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=20)
            return dict(json.loads(done.stdout))

        yield run
    finally:
        for space in (a, r):
            subprocess.run([ip, "netns", "del", space], check=False, capture_output=True)


LOST = {"sent": 3, "received": 0, "loss_pct": 100.0}


@pytest.mark.real
@pytest.mark.parametrize("groups", ["1 0", "0 2147483647"], ids=["raw", "datagram"])
class TestInANamespace:
    """With raw sockets (as root) and with datagram sockets (where the sysctl allows them)."""

    def test_a_neighbour_answers(self, namespaces: Run, groups: str) -> None:
        assert namespaces("10.9.0.2", groups=groups)["received"] == 3

    def test_full_loss_is_an_answer(self, namespaces: Run, groups: str) -> None:
        assert namespaces("10.9.0.9", groups=groups) == LOST

    @pytest.mark.parametrize("address", ["10.10.0.3", "10.10.0.4", "10.10.0.5"])
    def test_what_a_router_on_the_way_refuses_is_loss(
        self, namespaces: Run, address: str, groups: str
    ) -> None:
        assert namespaces(address, groups=groups) == LOST

    @pytest.mark.parametrize("address", ["10.11.0.3", "10.11.0.4", "10.11.0.5", "198.51.100.1"])
    def test_what_our_own_kernel_refuses_was_not_asked(
        self, namespaces: Run, address: str, groups: str
    ) -> None:
        assert namespaces(address, groups=groups)["why"] == "not_reachable"


@pytest.mark.real
def test_without_raw_sockets_the_datagram_socket_serves(namespaces: Run) -> None:
    found = namespaces("10.9.0.2", caps="-net_raw", groups="0 2147483647")
    assert (found["sent"], found["received"]) == (3, 3)


@pytest.mark.real
def test_without_any_right_the_way_out_is_said(namespaces: Run) -> None:
    found = namespaces("10.9.0.2", caps="-net_raw")
    assert found["why"] == "access_denied"
    for word in ("ping_group_range", "setcap", "root"):
        assert word in found["detail"]
