"""A place of its own on this machine: a network namespace, and a line to it that can be cut, loses
packets and is slow. Needs root, ip and iptables."""

from __future__ import annotations

import ctypes
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


@contextmanager
def inside(name: str) -> Iterator[None]:
    """This thread, and what it starts, is in that namespace."""
    with (
        Path("/proc/thread-self/ns/net").open() as home,
        Path(f"/run/netns/{name}").open() as there,
    ):
        _enter(there.fileno())
        try:
            yield
        finally:
            _enter(home.fileno())


def _enter(number: int) -> None:
    if _libc.setns(number, _CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "a namespace cannot be entered: it needs root")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`site` and `centre` are namespaces, joined by one line: 10.99.0.2 and 10.99.0.1."""

    site: str
    centre: str

    def cut(self) -> None:
        """Every packet is lost, and nobody is told."""
        for chain, way in (("INPUT", "-i"), ("OUTPUT", "-o")):
            _in(self.site, f"iptables -w -I {chain} 1 {way} line -j DROP")

    def mend(self) -> None:
        """Packets pass again, as well as they did."""
        for chain, way in (("INPUT", "-i"), ("OUTPUT", "-o")):
            _in(self.site, f"iptables -w -D {chain} {way} line -j DROP")

    def lose(self, share: float) -> None:
        """Of the packets of each direction this share is lost."""
        for chain, way in (("INPUT", "-i"), ("OUTPUT", "-o")):
            rule = f"-m statistic --mode random --probability {share} -j DROP"
            _in(self.site, f"iptables -w -A {chain} {way} line {rule}")

    def silence(self, network: str, *, silent: bool) -> None:
        """Devices of that network answer nothing at all, or again."""
        _in(self.site, f"iptables -w -{'I' if silent else 'D'} INPUT -d {network} -j DROP")

    def listening(self) -> socket.socket:
        """A socket at the end of the line that is ours."""
        with inside(self.centre):
            return socket.create_server(("10.99.0.1", 0))


@contextmanager
def place() -> Iterator[Place]:
    """Both namespaces, gone at the end."""
    made = Place(site=f"away-{os.getpid()}-site", centre=f"away-{os.getpid()}-centre")
    for name in (made.site, made.centre):
        _run(f"ip netns add {name}")
        _in(name, "ip link set lo up")
    try:
        _in(made.centre, f"ip link add line type veth peer name line netns {made.site}")
        for name, address in ((made.centre, "10.99.0.1/30"), (made.site, "10.99.0.2/30")):
            _in(name, f"ip address add {address} dev line")
            _in(name, "ip link set line up")
        yield made
    finally:
        for name in (made.site, made.centre):
            _run(f"ip netns del {name}")


def _in(name: str, command: str) -> None:
    _run(f"ip netns exec {name} {command}")


def _run(command: str) -> None:
    subprocess.run(command.split(), check=True, capture_output=True)
