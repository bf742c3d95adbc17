"""Faults between the access switch and the flat. Each is a context: it happens, then it heals."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from realnet import agents
from realnet.cabling import NOISY, WIRED
from realnet.dhcp import Pool, static
from realnet.network import Network
from realnet.plan import GATEWAY, POOL, SPARE_PORT, flat
from realnet.shell import until

ADMIN, OPER = 7, 8  # columns of ifTable (RFC 2863)
UP, DOWN = "1", "2"
_TO_FLATS = "POSTROUTING"  # what the router forwards and what it sends itself


def port_shows(net: Network, node: str, oper: str) -> None:
    """Wait until the agent of the flat's switch shows its port up or down."""
    home = flat(node)
    until(
        lambda: net.port(home.device, home.port, OPER) == oper,
        f"{home.device} shows {home.port} as {oper}",
    )


def recover(net: Network, node: str) -> None:
    """The flat's router starts again; returns when it answers."""
    home = flat(node)
    net.dhcp.crash(node)
    net.connect(home)
    if home.ip:
        net.wait_for_answer(home)


def plug(net: Network, node: str, state: str) -> None:
    """Take the flat's plug out (`down`) or put it in (`up`)."""
    if node == WIRED:
        net.wire("plug" if state == "up" else "unplug")
    else:
        net.space.ip(node, f"link set eth0 {state}")


@contextmanager
def cable_unplugged(net: Network, node: str) -> Iterator[None]:
    """The plug is out at the flat's end."""
    try:
        plug(net, node, "down")
        port_shows(net, node, DOWN)
        yield
    finally:
        plug(net, node, "up")
        recover(net, node)
        port_shows(net, node, UP)


@contextmanager
def port_switched_off(net: Network, node: str) -> Iterator[None]:
    """Somebody has switched the port off on the switch, over SNMP."""
    home = flat(node)
    oid = f"{agents.IF_TABLE}.{ADMIN}.{net.if_index(home.device, home.port)}"
    try:
        agents.snmpset(net.space, home.device, oid, "i", DOWN)
        until(lambda: net.port(home.device, home.port, ADMIN) == DOWN, "the port is switched off")
        port_shows(net, node, DOWN)
        yield
    finally:
        agents.snmpset(net.space, home.device, oid, "i", UP)
        port_shows(net, node, UP)
        recover(net, node)


@contextmanager
def slower_link(net: Network, speed: int, duplex: str = "full") -> Iterator[None]:
    """The bakery's port has come down to this speed."""
    home = flat(WIRED)
    try:
        net.negotiate(speed, duplex)
        until(
            lambda: net.high_speed(home.device, home.port) == str(speed),
            "the agent shows the speed",
        )
        yield
    finally:
        net.negotiate(1000, "full")


@contextmanager
def frames_damaged(net: Network, share: float) -> Iterator[None]:
    """The school's cable damages this share of the frames; the kernel counts and drops them.

    A tunnelled frame whose outer header reports congestion and whose inner one cannot is damaged
    by RFC 6040: Linux counts a frame error on the port.
    """
    words = ("OUTPUT", "-p", "udp", "-m", "statistic", "--mode", "random")
    rule = (*words, "--probability", str(share), "-j", "TOS", "--set-tos", "0x03/0x03")
    try:
        net.space.run(NOISY, "iptables", "-w", "-t", "mangle", "-I", *rule)
        yield
    finally:
        net.space.run(NOISY, "iptables", "-w", "-t", "mangle", "-D", *rule)
        net.wait_for_answer(flat(NOISY))


@contextmanager
def busy(net: Network, node: str) -> Iterator[None]:
    """The flat uses its line: hundreds of frames a second."""
    words = ["ping", "-q", "-n", "-i", "0.002", "-s", "8", GATEWAY]
    net.space.start(node, f"busy-{node}", words)
    try:
        yield
    finally:
        net.space.stop(f"busy-{node}")


@contextmanager
def frames_lost(net: Network, share: float) -> Iterator[None]:
    """The bakery's cable loses this share of the frames without a trace in any counter."""
    try:
        net.wire(f"loss {share}")
        yield
    finally:
        net.wire("loss 0")
        net.wait_for_answer(flat(WIRED))


@contextmanager
def loss_on_router(net: Network, node: str, every: int) -> Iterator[None]:
    """The router drops every so-many-th packet that goes to the flat."""
    words = ("-d", str(flat(node).ip), "-m", "statistic", "--mode", "nth")
    rule = (_TO_FLATS, *words, "--every", str(every), "--packet", "0", "-j", "DROP")
    try:
        net.space.run("bng", "iptables", "-w", "-t", "mangle", "-I", *rule)
        yield
    finally:
        net.space.run("bng", "iptables", "-w", "-t", "mangle", "-D", *rule)
        net.wait_for_answer(flat(node))


@contextmanager
def wrong_static_address(net: Network, node: str, address: str) -> Iterator[None]:
    """The owner typed another address."""
    try:
        static(net.space, flat(node), address)
        net.space.run("bng", "ip", "neigh", "flush", "dev", "acc0")
        yield
    finally:
        static(net.space, flat(node))
        net.wait_for_answer(flat(node))


@contextmanager
def doubled_address(net: Network, node: str, culprit: str) -> Iterator[None]:
    """Another flat's router uses this flat's address as well."""
    address = flat(node).ip
    try:
        net.space.ip(culprit, f"addr add {address}/24 dev eth0")
        yield
    finally:
        net.space.ip(culprit, f"addr del {address}/24 dev eth0")
        net.space.run("bng", "ip", "neigh", "flush", "to", str(address), "dev", "acc0")
        net.wait_for_answer(flat(node))


@contextmanager
def router_replaced(net: Network, node: str, mac: str) -> Iterator[None]:
    """The owner bought another router: the old one gave its lease back, the new one is unknown."""
    home = flat(node)
    try:
        net.dhcp.release(node)
        net.space.ip(node, f"link set eth0 address {mac}")
        net.dhcp.ask(node)
        until(lambda: net.learned_on(home.device, mac) == home.port, "the new MAC is learned")
        until(lambda: home.mac not in net.dhcp.leases(), "the old lease is gone")
        forget_mac(net, home.mac)
        until(lambda: net.learned_on(home.device, home.mac) is None, "the old MAC has aged out")
        yield
    finally:
        net.dhcp.crash(node)
        net.space.ip(node, f"link set eth0 address {home.mac}")
        forget_mac(net, mac)
        recover(net, node)


@contextmanager
def moved_to_spare_port(net: Network) -> Iterator[None]:
    """Petrov's cable sits in a port that is not given to anybody."""
    home = flat("cpe1")
    try:
        net.dhcp.release("cpe1")
        net.space.ip("cpe1", "link set eth0 down", f"link set spare address {home.mac} up")
        net.dhcp.ask("cpe1", "spare")
        until(lambda: net.learned_on(home.device, home.mac) == SPARE_PORT, "the MAC has moved")
        yield
    finally:
        net.dhcp.crash("cpe1")
        net.space.ip("cpe1", "link set spare down", "link set eth0 up")
        port_shows(net, "cpe1", UP)
        recover(net, "cpe1")


def shout(net: Network) -> None:
    """The router sends a few broadcasts: in a ring they go round for ever."""
    words = ("ping", "-q", "-b", "-s", "8", "-c", "200", "-i", "0.001", "-W", "1", "10.1.0.255")
    net.space.run("bng", *words, check=False)


def forget_mac(net: Network, mac: str) -> None:
    """Age a MAC out of every switch, as 300 s would."""
    for switch in ("acc1", "acc2", "agg"):
        for port in net.ports(switch):
            words = ("bridge", "fdb", "del", mac, "dev", port, "master")
            net.space.run(switch, *words, check=False)


@contextmanager
def dhcp_server_down(net: Network, node: str) -> Iterator[None]:
    """The DHCP server is dead; the flat's router restarts and gets no answer."""
    try:
        net.dhcp.stop()
        net.dhcp.crash(node)
        net.dhcp.ask(node)
        until(lambda: not net.address(node), "the router has lost its address")
        net.space.run("bng", "ip", "neigh", "flush", "dev", "acc0")
        yield
    finally:
        net.dhcp.serve()
        recover(net, node)


@contextmanager
def pool_exhausted(net: Network, node: str, neighbour: str) -> Iterator[None]:
    """Strangers hold every address but one, and the neighbour gets that."""
    everybody = (flat(node).mac, flat(neighbour).mac)
    try:
        for each in (node, neighbour):
            net.dhcp.release(each)
        net.dhcp.stop()
        net.dhcp.give_away(POOL[:-1])
        net.dhcp.serve(Pool(fixed=False, known=everybody))
        net.dhcp.ask(neighbour)
        until(lambda: flat(neighbour).mac in net.dhcp.leases(), "the neighbour has an address")
        net.dhcp.ask(node)
        log = net.dhcp.logs / "dnsmasq.log"
        until(lambda: "no address available" in log.read_text()[-4000:], "the pool is empty")
        yield
    finally:
        net.dhcp.stop()
        net.dhcp.forget()
        net.dhcp.serve()
        for each in (node, neighbour):
            recover(net, each)


@contextmanager
def rogue_dhcp(net: Network, node: str) -> Iterator[None]:
    """This flat's router has our cable in its LAN socket: it hands out its own addresses."""
    try:
        net.dhcp.rogue(node)
        until(lambda: net.space.running("rogue") and _offers(net), "the rogue server offers")
        yield
    finally:
        net.dhcp.no_rogue(node)


def _offers(net: Network) -> bool:
    """Whether the rogue answers a router in another flat (its offer is not taken)."""
    words = ("busybox", "udhcpc", "-i", "eth0", "-n", "-q", "-f", "-t", "1", "-T", "1")
    net.space.run("cpe5", *words, "-s", "/bin/true", check=False)
    return "192.168.88." in net.space.log("rogue").read_text()


@contextmanager
def loop_in_flat(net: Network, node: str) -> Iterator[None]:
    """A looped switch behind the flat's plug sends every broadcast back, again and again."""
    slow = "root tbf rate 6mbit burst 32kb limit 64kb"
    space = net.space
    try:
        space.ip(
            node,
            "link add lan type bridge",
            "link set lan up",
            "link add loop0 type veth peer name loop1",
        )
        for port in ("loop0", "loop1", "eth0"):
            space.run(node, "tc", "qdisc", "add", "dev", port, *slow.split())
            space.ip(node, f"link set {port} master lan up")
        shout(net)
        yield
    finally:
        space.ip(node, "link del loop0", "link del lan")
        space.run(node, "tc", "qdisc", "del", "dev", "eth0", "root", check=False)
        forget_mac(net, net.mac("bng", "acc0"))
        space.run("bng", "ping", "-c", "1", "-W", "1", GATEWAY, check=False)
        recover(net, node)
