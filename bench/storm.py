"""A storm of SNMP traps at a daemon: what is received, kept and judged, and what it costs.

    python -m bench.storm [--rate 5000] [--seconds 60] [--json]

A daemon with an inventory of a few hundred switches listens on loopback; real linkDown and linkUp
datagrams come at a steady rate. Counted at the end: sent, taken, lost in the kernel and in the
receiver, kept in the store, judged by inference; the highest memory of daemon and receiver.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

_SWITCHES, _PORTS = 250, 24
_COMMUNITY = "storm-community"
_CHUNK_S = 0.02


def main() -> int:
    """Run one storm and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=5000)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = storm(Path(folder), asked.rate, asked.seconds)
    if asked.json:
        print(json.dumps(found))
    else:
        for name, value in found.items():
            print(f"{name:28} {value}")
    whole = found["taken"] == found["sent"] == found["judged"]
    return 0 if whole else 1


def storm(folder: Path, rate: int, seconds: float) -> dict[str, float]:
    """One storm; its figures."""
    listen, traps = _free(socket.SOCK_STREAM), _free(socket.SOCK_DGRAM)
    config = site(folder, listen, traps)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "netdiag", "serve", "--config", str(config)],
            env=os.environ | {"STORM": _COMMUNITY},
            stdout=log,
            stderr=log,
        )
    try:
        _ready(listen)
        began = time.monotonic()
        sent, peak = _send(traps, rate, seconds, process.pid)
        sent_s = time.monotonic() - began
        counted, peak = _settled(listen, sent, process.pid, peak)
        settled_s = time.monotonic() - began
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
    return {
        "sent": sent,
        "sent_per_s": round(sent / sent_s),
        **counted,
        "all_judged_after_s": round(settled_s, 1),
        "peak_memory_mb": round(peak / 1024, 1),
    }


def _send(port: int, rate: int, seconds: float, pid: int) -> tuple[int, int]:
    """Datagrams at a steady rate; how many, and the highest memory meanwhile (KiB)."""
    senders = []
    for number in range(_SWITCHES):
        one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        one.bind((_address(number), 0))
        senders.append(one)
    began, sent, peak = time.monotonic(), 0, 0
    while (passed := time.monotonic() - began) < seconds:
        due = int(passed * rate)
        while sent < due:
            switch = sent % _SWITCHES
            port_number = sent // _SWITCHES % _PORTS + 1
            down = sent // (_SWITCHES * _PORTS) % 2 == 0
            senders[switch].sendto(_trap(sent, port_number, down=down), ("127.0.0.1", port))
            sent += 1
        if sent % 1000 < rate * _CHUNK_S:
            peak = max(peak, _memory(pid))
        time.sleep(_CHUNK_S)
    for one in senders:
        one.close()
    return sent, peak


def _settled(listen: int, sent: int, pid: int, peak: int) -> tuple[dict[str, float], int]:
    """The counters once nothing moves any more."""
    last: dict[str, float] = {}
    still = 0
    for _ in range(1200):
        now = _counted(listen)
        peak = max(peak, _memory(pid))
        still = still + 1 if now == last else 0
        if still >= 60 or (now["judged"] >= sent and now["taken"] >= sent):
            return now, peak
        last = now
        time.sleep(0.5)
    return last, peak


def _counted(listen: int) -> dict[str, float]:
    with urllib.request.urlopen(f"http://127.0.0.1:{listen}/metrics") as reply:
        text = reply.read().decode()

    def value(name: str) -> float:
        found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
        return float(found[1]) if found else 0.0

    return {
        "taken": value('netdiag_traps_total{fate="taken"}'),
        "lost_in_kernel": value('netdiag_trap_datagrams_lost_total{where="kernel"}'),
        "lost_in_receiver": value('netdiag_trap_datagrams_lost_total{where="receiver"}'),
        "kept": value('netdiag_events_total{kept="new"}'),
        "judged": value("netdiag_events_judged_total"),
    }


def _memory(pid: int) -> int:
    """Resident memory of a process and its children, KiB."""
    pids = [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
    total = 0
    for one in pids:
        try:
            status = Path(f"/proc/{one}/status").read_text()
        except OSError:
            continue
        found = re.search(r"VmRSS:\s+(\d+)", status)
        total += int(found[1]) if found else 0
    return total


def site(folder: Path, listen: int, traps: int) -> Path:
    devices = ["id,host,role,platform,site", "agg,127.66.0.1,aggregation,generic,x"]
    links = ["device,parent,device_port,parent_port"]
    people = ["id,device,port,service"]
    for number in range(_SWITCHES):
        devices.append(f"sw-{number},{_address(number)},access,generic,x")
        links.append(f"sw-{number},agg,up,{number}")
        people += [f"s-{number}-{port},sw-{number},{port},static" for port in range(1, _PORTS + 1)]
    for name, lines in (("devices", devices), ("links", links), ("subscribers", people)):
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    csv = ", ".join(f"{part}: {part}.csv" for part in ("devices", "links", "subscribers"))
    config = folder / "netdiag.yaml"
    config.write_text(
        f"inventory:\n  - csv: {{{csv}}}\nstate_dir: state\n"
        "credentials: {default: {snmp: {community: {env: STORM}}}}\n"
        f"serve: {{listen: '127.0.0.1:{listen}', executor: storm}}\n"
        f"watch: {{round_s: 0, traps: {{listen: '127.0.0.1:{traps}'}}}}\n",
        encoding="utf-8",
    )
    return config


def _ready(listen: int) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{listen}/readyz"):
                break
        except OSError:
            time.sleep(0.1)
    time.sleep(3)  # the tree is built


def _free(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _address(number: int) -> str:
    return f"127.66.{1 + number // 200}.{1 + number % 200}"


def _trap(request: int, port: int, *, down: bool) -> bytes:
    oid = bytes.fromhex("2b060106030101") + bytes((5, 3 if down else 4))
    name = f"{port}".encode()
    binds = (
        _bind(bytes.fromhex("2b06010201010300"), _tlv(0x43, request.to_bytes(4, "big")))
        + _bind(bytes.fromhex("2b060106030101040100"), _tlv(6, oid))
        + _bind(bytes.fromhex("2b0601020102020101") + bytes((port,)), _tlv(2, bytes((port,))))
        + _bind(bytes.fromhex("2b06010201") + bytes((31, 1, 1, 1, 1, port)), _tlv(4, name))
    )
    pdu = _tlv(2, request.to_bytes(5, "big")) + b"\x02\x01\x00\x02\x01\x00" + _tlv(0x30, binds)
    return _tlv(0x30, b"\x02\x01\x01" + _tlv(4, _COMMUNITY.encode()) + _tlv(0xA7, pdu))


def _bind(oid: bytes, value: bytes) -> bytes:
    return _tlv(0x30, _tlv(6, oid) + value)


def _tlv(tag: int, body: bytes) -> bytes:
    size = len(body)
    return (bytes((tag, size)) if size < 128 else bytes((tag, 0x81, size))) + body


if __name__ == "__main__":
    raise SystemExit(main())
