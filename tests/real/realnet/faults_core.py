"""Faults of switches, the router and the servers. Each is a context: it happens, then it heals."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from realnet import agents
from realnet.faults_line import forget_mac, shout
from realnet.network import Backend, Network
from realnet.plan import ADDRESSES, ANCHOR, FLATS
from realnet.shell import run, until

_SLOW = ["root", "tbf", "rate", "4mbit", "burst", "16kb", "limit", "32kb"]


def settle(net: Network) -> None:
    """Wait until every flat with an address answers and every agent does."""
    for flat in FLATS:
        if flat.ip:
            net.wait_for_answer(flat)
    for node in ADDRESSES:
        if node != "srv":
            agents.snmpd_ready(net.space, node)


def _links(net: Network, node: str) -> list[str]:
    rows = json.loads(run("ip", "-n", net.space.name(node), "-j", "link", "show"))
    return [row["ifname"] for row in rows if row["ifname"] != "lo"]


@contextmanager
def powered_off(net: Network, *nodes: str) -> Iterator[None]:
    """The devices have no power: no link, no agent, nothing."""
    links = {node: _links(net, node) for node in nodes}
    try:
        for node in nodes:
            net.space.stop(f"snmpd-{node}")
            net.space.stop(f"sshd-{node}")
            net.space.ip(node, *(f"link set {link} down" for link in links[node]))
        yield
    finally:
        for node in nodes:
            net.space.ip(node, *(f"link set {link} up" for link in links[node]))
            net.serve_management(node)
            if node == "bng":  # its routes went with its links
                net.space.ip(node, f"route replace default via {ANCHOR}")
        settle(net)


@contextmanager
def management_dead(net: Network, node: str) -> Iterator[None]:
    """Only the management of a device is dead; it still carries its subscribers."""
    try:
        net.space.ip("mgmt", f"link set to-{node} down")
        yield
    finally:
        net.space.ip("mgmt", f"link set to-{node} up")
        settle(net)


@contextmanager
def everything_silent(net: Network) -> Iterator[None]:
    """netdiag's own host has lost its network: nobody answers, servers included."""
    try:
        net.space.ip("mgmt", *(f"link set to-{node} down" for node in ADDRESSES))
        yield
    finally:
        net.space.ip("mgmt", *(f"link set to-{node} up" for node in ADDRESSES))
        settle(net)


@contextmanager
def uplink_unplugged(net: Network) -> Iterator[None]:
    """The cable between the second access switch and the aggregation is out."""
    try:
        net.space.ip("agg", "link set dn2 down")
        yield
    finally:
        net.space.ip("agg", "link set dn2 up")
        settle(net)


@contextmanager
def storm(net: Network) -> Iterator[None]:
    """A second cable between the second access switch and the aggregation closes a ring."""
    space = net.space
    ends = (("acc2", "ul"), ("agg", "dn2"), ("acc2", "ring"), ("agg", "ring"))
    try:
        peer = f"peer name ring netns {space.name('agg')}"
        space.ip("acc2", f"link add ring type veth {peer}")
        for node, port in ends:
            space.run(node, "tc", "qdisc", "add", "dev", port, *_SLOW)
        for node in ("acc2", "agg"):
            space.ip(node, "link set ring master br0 up")
        shout(net)
        yield
    finally:
        space.ip("acc2", "link del ring")
        for node, port in ends[:2]:
            space.run(node, "tc", "qdisc", "del", "dev", port, "root", check=False)
        for flat in FLATS:
            forget_mac(net, flat.mac)
        forget_mac(net, net.mac("bng", "acc0"))
        settle(net)


@contextmanager
def resolver_down(net: Network) -> Iterator[None]:
    """The resolver's process is gone."""
    try:
        net.dhcp.no_names()
        yield
    finally:
        net.dhcp.names()
        until(net.resolves, "the resolver answers")


@contextmanager
def wan_down(net: Network) -> Iterator[None]:
    """The cable to the Internet is out."""
    try:
        net.space.ip("inet", "link set eth0 down")
        yield
    finally:
        net.space.ip("inet", "link set eth0 up", "route replace 10.0.0.0/8 via 203.0.113.1")
        until(lambda: net.loss(ANCHOR, 1) == 0, "the anchor answers")


@contextmanager
def mtu_black_hole(net: Network) -> Iterator[None]:
    """The way to the Internet carries 1400 bytes, and the message that says so is dropped."""
    rule = ("OUTPUT", "-p", "icmp", "--icmp-type", "fragmentation-needed", "-j", "DROP")
    try:
        net.space.ip("bng", "link set wan mtu 1400")
        net.space.run("bng", "iptables", "-w", "-I", *rule)
        yield
    finally:
        net.space.ip("bng", "link set wan mtu 1500")
        net.space.run("bng", "iptables", "-w", "-D", *rule)


@contextmanager
def radius_silent(backend: Backend) -> Iterator[None]:
    """FreeRADIUS hangs."""
    try:
        backend.radius.hang()
        yield
    finally:
        backend.radius.resume()
        backend.radius.ready()


@contextmanager
def database_down(backend: Backend) -> Iterator[None]:
    """The database server is gone."""
    try:
        backend.db.stop()
        yield
    finally:
        backend.db.start()
        backend.db.ready()
        backend.radius.ready()


@contextmanager
def account(backend: Backend, subscriber: str, **columns: str) -> Iterator[None]:
    """Billing says something else of this subscriber; values are SQL literals."""
    changes = ", ".join(f"{name} = {value}" for name, value in columns.items())
    before = "state = 'active', paid_until = '2036-01-01', provisioned = true, quota_shaped = false"
    try:
        backend.db.sql("billing", f"UPDATE accounts SET {changes} WHERE id = '{subscriber}';")
        yield
    finally:
        backend.db.sql("billing", f"UPDATE accounts SET {before} WHERE id = '{subscriber}';")
