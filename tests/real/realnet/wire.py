"""A cable that can be unplugged, lossy or slow: two taps and the copper between them.

    python wire.py NETNS_A PORT_A MAC_A NETNS_B PORT_B MAC_B

Reads from standard input: `unplug`, `plug`, `loss SHARE`, `delay SECONDS`. Standard library only.
"""

from __future__ import annotations

import ctypes
import fcntl
import heapq
import os
import select
import struct
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

TUNSETIFF, TUNSETCARRIER = 0x400454CA, 0x400454E2
IFF_TAP, IFF_NO_PI = 0x0002, 0x1000
CLONE_NEWNET = 0x40000000


@dataclass(slots=True)
class Copper:
    """State of the cable."""

    loss: float = 0.0
    owed: float = 0.0  # what is still to be lost: evenly, so that no run is lucky
    delay: float = 0.0
    on_the_way: list[tuple[float, int, int, bytes]] = field(default_factory=list)
    sent: int = 0


def open_tap(netns: str, port: str, mac: str) -> int:
    """A tap in that namespace, up; the caller stays in the namespace."""
    with Path(f"/run/netns/{netns}").open() as space:
        if ctypes.CDLL(None, use_errno=True).setns(space.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"cannot enter {netns}")
    tap = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH22x", port.encode(), IFF_TAP | IFF_NO_PI))
    if mac != "-":
        subprocess.run(["ip", "link", "set", port, "address", mac], check=True)
    subprocess.run(["ip", "link", "set", port, "up"], check=True)
    return tap


def carry(tap: int, far: int, copper: Copper) -> None:
    """Take every waiting frame from one end and put it on its way to the other."""
    while True:
        try:
            frame = os.read(tap, 65536)
        except BlockingIOError:
            return
        copper.owed += copper.loss
        if copper.owed >= 1:
            copper.owed -= 1
            continue
        copper.sent += 1
        due = time.monotonic() + copper.delay
        heapq.heappush(copper.on_the_way, (due, copper.sent, far, frame))


def deliver(copper: Copper) -> float | None:
    """Hand over the frames that are due; seconds until the next one, None when there is none."""
    while copper.on_the_way:
        wait = copper.on_the_way[0][0] - time.monotonic()
        if wait > 0:
            return wait
        _, _, far, frame = heapq.heappop(copper.on_the_way)
        try:
            os.write(far, frame)
        except OSError:
            continue  # that end is down: the frame is lost, as on a real cable
    return None


def obey(line: str, taps: tuple[int, int], copper: Copper) -> None:
    """Carry out one command."""
    word, _, value = line.strip().partition(" ")
    if word in ("plug", "unplug"):
        for tap in taps:
            fcntl.ioctl(tap, TUNSETCARRIER, struct.pack("i", word == "plug"))
    elif word in ("loss", "delay"):
        setattr(copper, word, float(value))


def main(a: list[str], b: list[str]) -> None:
    """Carry frames until standard input is closed."""
    taps = (open_tap(*a), open_tap(*b))
    copper = Copper()
    print("ready", flush=True)
    while True:
        ready, _, _ = select.select([*taps, sys.stdin], [], [], deliver(copper))
        if sys.stdin in ready:
            line = sys.stdin.readline()
            if not line:
                return
            obey(line, taps, copper)
        for near, far in (taps, taps[::-1]):
            if near in ready:
                carry(near, far, copper)


if __name__ == "__main__":
    main(sys.argv[1:4], sys.argv[4:7])
