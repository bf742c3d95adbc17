"""pass_persist handler of snmpd for what Debian's agent lacks, read from the real kernel.

    pass_persist .1.3.6.1.2.1.17        python bridge_mib.py bridge br0 100
    pass_persist .1.3.6.1.2.1.10.7.2.1    python bridge_mib.py ethernet br0
    pass_persist .1.3.6.1.2.1.31.1.1.1.8  python bridge_mib.py multicast br0
    pass_persist .1.3.6.1.2.1.31.1.1.1.9  python bridge_mib.py broadcast br0

BRIDGE-MIB (RFC 4188) and Q-BRIDGE-MIB (RFC 4363) come from the bridge's own table; the whole
bridge is one VLAN. EtherLike-MIB (RFC 3635) holds the counters of `ip -s -s link`, which Debian's
agent gives for some drivers only. The kernel counts no broadcasts: packet sockets count them.
Standard library only: it runs with the system's interpreter.
"""

from __future__ import annotations

import ctypes
import json
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

Oid = tuple[int, ...]
Value = tuple[str, str]
Table = dict[Oid, Value]

BRIDGE: Oid = (1, 3, 6, 1, 2, 1, 17)
QBRIDGE: Oid = (*BRIDGE, 7, 1)
ETHERLIKE: Oid = (1, 3, 6, 1, 2, 1, 10, 7, 2, 1)
IFX: Oid = (1, 3, 6, 1, 2, 1, 31, 1, 1, 1)
DUPLEX = {"half": 2, "full": 3}
STP_STATES = {"disabled": 1, "blocking": 2, "listening": 3, "learning": 4, "forwarding": 5}
LEARNED = 3
PACKET_STATISTICS = 6
SO_ATTACH_FILTER = 26
PACKET_TYPES = {"broadcast": 1, "multicast": 2}
COLUMNS = {"multicast": 8, "broadcast": 9}


def ask(*words: str) -> list[dict[str, object]]:
    """JSON rows of an iproute2 command; none when it fails."""
    text = subprocess.run(words, capture_output=True, text=True, check=False).stdout
    rows: list[dict[str, object]] = json.loads(text or "[]")
    return rows


def number(value: int) -> Value:
    return "integer", str(value)


def mac_value(mac: str) -> Value:
    return "octet", mac.upper().replace(":", " ")


def members(bridge: str) -> dict[str, tuple[int, int, str]]:
    """Port name → bridge port number, ifIndex, STP state."""
    found = {}
    for link in ask("ip", "-d", "-j", "link", "show", "master", bridge):
        slave = link["linkinfo"]["info_slave_data"]  # type: ignore[index]
        port = int(str(slave["no"]), 0)
        found[str(link["ifname"])] = (port, int(str(link["ifindex"])), str(slave["state"]))
    return found


def bridge_table(bridge: str, vlan: int) -> Table:
    """dot1dBase, dot1dTpFdb, dot1dStp, dot1qTpFdb, dot1qVlanCurrent, dot1qPortVlan."""
    ports = members(bridge)
    mac = str(ask("ip", "-j", "link", "show", "dev", bridge)[0]["address"])
    table: Table = {
        (*BRIDGE, 1, 1, 0): mac_value(mac),
        (*BRIDGE, 1, 2, 0): number(len(ports)),
        (*BRIDGE, 1, 3, 0): number(2),
    }
    for port, if_index, state in ports.values():
        table[(*BRIDGE, 1, 4, 1, 1, port)] = number(port)
        table[(*BRIDGE, 1, 4, 1, 2, port)] = number(if_index)
        table[(*BRIDGE, 2, 15, 1, 1, port)] = number(port)
        table[(*BRIDGE, 2, 15, 1, 3, port)] = number(STP_STATES.get(state, 1))
        table[(*QBRIDGE, 4, 5, 1, 1, port)] = ("gauge", str(vlan))
    learned = ask("bridge", "-j", "fdb", "show", "br", bridge)
    for entry in learned:
        table.update(_entry(entry, ports, vlan))
    everyone = _bitmap([p for p, _, _ in ports.values()])
    table[(*QBRIDGE, 4, 2, 1, 3, 0, vlan)] = ("gauge", str(vlan))
    table[(*QBRIDGE, 4, 2, 1, 4, 0, vlan)] = everyone
    table[(*QBRIDGE, 4, 2, 1, 5, 0, vlan)] = everyone
    table[(*QBRIDGE, 4, 3, 1, 2, vlan)] = everyone
    table[(*QBRIDGE, 4, 3, 1, 4, vlan)] = everyone
    return table


def _entry(entry: dict[str, object], ports: dict[str, tuple[int, int, str]], vlan: int) -> Table:
    name = str(entry.get("ifname"))
    if name not in ports or entry.get("state") == "permanent" or "self" in str(entry.get("flags")):
        return {}
    mac = str(entry["mac"])
    octets = tuple(int(part, 16) for part in mac.split(":"))
    port = ports[name][0]
    return {
        (*BRIDGE, 4, 3, 1, 1, *octets): mac_value(mac),
        (*BRIDGE, 4, 3, 1, 2, *octets): number(port),
        (*BRIDGE, 4, 3, 1, 3, *octets): number(LEARNED),
        (*QBRIDGE, 2, 2, 1, 2, vlan, *octets): number(port),
        (*QBRIDGE, 2, 2, 1, 3, vlan, *octets): number(LEARNED),
    }


def _bitmap(ports: list[int]) -> Value:
    """PortList of RFC 4363: the most significant bit of the first octet is port 1."""
    octets = bytearray((max(ports, default=1) + 7) // 8)
    for port in ports:
        octets[(port - 1) // 8] |= 0x80 >> ((port - 1) % 8)
    return "octet", octets.hex(" ").upper()


def ethernet_table(bridge: str) -> Table:
    """dot3StatsTable: alignment and FCS errors, late collisions, duplex of the bridge's ports."""
    table: Table = {}
    for link in ask("ip", "-s", "-s", "-j", "link", "show", "master", bridge):
        index, stats = int(str(link["ifindex"])), link["stats64"]
        columns = {
            2: stats["rx"]["frame_errors"],  # type: ignore[index]
            3: stats["rx"]["crc_errors"],  # type: ignore[index]
            8: stats["tx"]["window_errors"],  # type: ignore[index]
        }
        table[(*ETHERLIKE, 1, index)] = number(index)
        table[(*ETHERLIKE, 19, index)] = number(_duplex(str(link["ifname"])))
        for column, value in columns.items():
            table[(*ETHERLIKE, column, index)] = ("counter", str(value))
    return table


def _duplex(port: str) -> int:
    try:
        word = Path(f"/sys/class/net/{port}/duplex").read_text().strip()
    except OSError:
        return 1  # unknown: a port that is down has none
    return DUPLEX.get(word, 1)


class Tally:
    """Counts frames of one packet type that arrive on a port, without reading them."""

    def __init__(self, port: str, packet_type: int) -> None:
        self._total = 0
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        code = b"".join(
            (
                struct.pack("HBBI", 0x30, 0, 0, 0xFFFFF004),  # A = packet type (SKF_AD_PKTTYPE)
                struct.pack("HBBI", 0x15, 0, 1, packet_type),  # not equal: skip one
                struct.pack("HBBI", 0x06, 0, 0, 1),  # keep one byte
                struct.pack("HBBI", 0x06, 0, 0, 0),  # leave out
            )
        )
        self._code = bytearray(code)
        address = memoryview(self._code)
        self._socket.setsockopt(
            socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HP", 4, _address(address))
        )
        self._socket.bind((port, 0x0003))

    def read(self) -> int:
        """Frames since the start, those that found no room included."""
        seen = self._socket.getsockopt(263, PACKET_STATISTICS, 8)  # SOL_PACKET; resets itself
        self._total += struct.unpack("II", seen)[0]
        return self._total


def _address(view: memoryview) -> int:
    return ctypes.addressof(ctypes.c_char.from_buffer(view))


def counters(bridge: str, kind: str) -> Callable[[], Table]:
    """ifHCInMulticastPkts or ifHCInBroadcastPkts of every port of the bridge."""
    tallies: dict[int, tuple[str, Tally]] = {}

    def read() -> Table:
        for name, (_, if_index, _) in members(bridge).items():
            if if_index not in tallies:
                tallies[if_index] = (name, Tally(name, PACKET_TYPES[kind]))
        return {
            (*IFX, COLUMNS[kind], index): ("counter64", str(tally.read()))
            for index, (_, tally) in tallies.items()
        }

    read()
    return read


def cached(read: Callable[[], Table], seconds: float) -> Callable[[], Table]:
    """The same table for so long, so that one walk sees one state."""
    kept: tuple[float, Table] = (-seconds, {})

    def table() -> Table:
        nonlocal kept
        if time.monotonic() - kept[0] >= seconds:
            kept = (time.monotonic(), dict(sorted(read().items())))
        return kept[1]

    return table


def answer(command: str, oid: Oid, table: Table) -> str:
    """The reply of the pass_persist protocol (snmpd.conf(5))."""
    found = oid if command == "get" and oid in table else None
    if command == "getnext":
        found = next((known for known in table if known > oid), None)
    if found is None:
        return "NONE"
    kind, value = table[found]
    return f".{'.'.join(map(str, found))}\n{kind}\n{value}"


def serve(table: Callable[[], Table]) -> None:
    """Answer snmpd until it closes the pipe."""
    while (command := sys.stdin.readline().strip().lower()) != "":
        if command == "ping":
            print("PONG", flush=True)
            continue
        oid = tuple(int(part) for part in sys.stdin.readline().strip().strip(".").split("."))
        if command == "set":
            sys.stdin.readline()
            print("not-writable", flush=True)
            continue
        print(answer(command, oid, table()), flush=True)


def main(kind: str, bridge: str, vlan: str = "1") -> None:
    """Serve one subtree."""
    if kind == "bridge":
        serve(cached(lambda: bridge_table(bridge, int(vlan)), 0.5))
    elif kind == "ethernet":
        serve(cached(lambda: ethernet_table(bridge), 0.5))
    else:
        serve(cached(counters(bridge, kind), 0.2))


if __name__ == "__main__":
    main(*sys.argv[1:])
