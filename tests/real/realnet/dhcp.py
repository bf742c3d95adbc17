"""dnsmasq on the router (addresses and names), and the routers that ask it."""

from __future__ import annotations

import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass

from realnet.plan import ANCHOR, DNS_NAME, FLATS, GATEWAY, POOL, SESSION_IP, Flat
from realnet.shell import until
from realnet.space import Space

LEASE_TIME = "10m"
_SCRIPT = """#!/bin/sh
case "$1" in
deconfig) ip addr flush dev $interface; ip link set $interface up ;;
bound|renew)
  ip addr flush dev $interface; ip addr add $ip/${mask:-24} dev $interface
  [ -n "$router" ] && ip route replace default via $router ;;
esac
exit 0
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """What the server hands out: a range for everybody known, or addresses by MAC."""

    fixed: bool = True
    known: tuple[str, ...] = tuple(f.mac for f in FLATS if f.service == "dhcp")


class Dhcp:
    """The provider's DHCP and DNS, and the clients of the flats."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self.state = space.folder / "bng-misc"  # seen as /var/lib/misc on the router
        self.logs = space.folder / "bng-log"  # seen as /var/log on the router
        for folder in (self.state, self.logs):
            folder.mkdir()
        self._script = space.folder / "udhcpc.sh"
        self._script.write_text(_SCRIPT)
        self._script.chmod(0o755)

    def serve(self, pool: Pool | None = None) -> None:
        """(Re)start the DHCP server of the provider; it remembers its leases."""
        self._space.stop("dhcp")
        config = self._space.folder / "dhcp.conf"
        config.write_text(_dhcp_conf(pool or Pool()))
        log = self.logs / "dnsmasq.log"
        log.touch()
        start = log.stat().st_size
        words = ["dnsmasq", "-k", f"--conf-file={config}"]
        over = {self.state: "/var/lib/misc", self.logs: "/var/log"}
        self._space.start("bng", "dhcp", words, mounts=over)
        until(lambda: "DHCP, IP range" in log.read_text()[start:], "start of the DHCP server")

    def stop(self) -> None:
        """The DHCP server is gone."""
        self._space.stop("dhcp")

    def forget(self) -> None:
        """The server loses every lease (it must be stopped)."""
        (self.state / "dnsmasq.leases").unlink(missing_ok=True)

    def give_away(self, addresses: Sequence[str]) -> None:
        """Strangers hold these addresses (the server must be stopped; it reads its leases then)."""
        lines = [
            f"{int(time.time()) + 600} 02:00:00:00:77:{n:02x} {address} * *\n"
            for n, address in enumerate(addresses)
        ]
        (self.state / "dnsmasq.leases").write_text("".join(lines))

    def leases(self) -> dict[str, str]:
        """MAC → address as the server has written them down."""
        file = self.state / "dnsmasq.leases"
        rows = [line.split() for line in file.read_text().splitlines()] if file.exists() else []
        return {row[1]: row[2] for row in rows}

    def ask(self, node: str, port: str = "eth0") -> None:
        """A router starts asking for an address, and goes on until it is ended."""
        words = ["busybox", "udhcpc", "-i", port, "-f", "-R", "-t", "3", "-T", "1", "-A", "2"]
        self._space.start(node, f"udhcpc-{node}", [*words, "-s", str(self._script)])

    def release(self, node: str) -> None:
        """The router gives its address back and stops asking."""
        self._space.stop(f"udhcpc-{node}")

    def crash(self, node: str) -> None:
        """The router stops without a word to the server."""
        self._space.stop(f"udhcpc-{node}", signal.SIGKILL)

    def names(self) -> None:
        """Start the resolver."""
        words = ["dnsmasq", "-k", "--conf-file=/dev/null", "--no-resolv", "--no-hosts"]
        words += ["--user=root", "--pid-file=", "--log-facility=-", "--bind-dynamic"]
        words += ["--except-interface=lo", "--interface=acc0", "--interface=mgmt0"]
        self._space.start("bng", "dns", [*words, f"--address=/{DNS_NAME}/{ANCHOR}"])

    def no_names(self) -> None:
        """The resolver is gone."""
        self._space.stop("dns")

    def rogue(self, node: str) -> None:
        """Somebody's router hands out addresses into our network."""
        self._space.ip(node, "addr add 192.168.88.1/24 dev eth0")
        words = ["dnsmasq", "-k", "--conf-file=/dev/null", "--port=0", "--user=root"]
        words += ["--pid-file=", "--log-facility=-", "--no-ping", "--bind-dynamic"]
        words += ["--interface=eth0", "--dhcp-range=192.168.88.10,192.168.88.99,2m"]
        leases = self._space.folder / "rogue.leases"
        self._space.start(node, "rogue", [*words, f"--dhcp-leasefile={leases}"])

    def no_rogue(self, node: str) -> None:
        """It is switched off again."""
        self._space.stop("rogue")
        self._space.ip(node, "addr del 192.168.88.1/24 dev eth0")


def _dhcp_conf(pool: Pool) -> str:
    lines = [
        "port=0",
        "user=root",
        "no-ping",
        "log-dhcp",
        "log-facility=/var/log/dnsmasq.log",
        "pid-file=",
        "bind-dynamic",
        "interface=acc0",
        "dhcp-authoritative",
        "dhcp-ignore=tag:!known",
        "dhcp-leasefile=/var/lib/misc/dnsmasq.leases",
        f"dhcp-range={POOL[0]},{POOL[-1]},255.255.255.0,{LEASE_TIME}",
        f"dhcp-option=3,{GATEWAY}",
        f"dhcp-option=6,{GATEWAY}",
    ]
    fixed = {f.mac: f.ip for f in FLATS if f.service == "dhcp"} if pool.fixed else {}
    for mac in pool.known:
        lines.append(f"dhcp-host={mac}" + (f",{fixed[mac]}" if mac in fixed else ""))
    return "\n".join(lines) + "\n"


def static(space: Space, flat: Flat, address: str | None = None) -> None:
    """Set a flat's router by hand, as its owner would."""
    space.ip(
        str(flat.node),
        "addr flush dev eth0",
        f"addr add {address or flat.ip or SESSION_IP}/24 dev eth0",
        f"route replace default via {GATEWAY}",
    )
