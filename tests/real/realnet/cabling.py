"""Bridges, cables and routes.

cpeN --eth0/swpN-- acc1|acc2 --ul/dnN-- agg --ul/acc0-- bng --wan/eth0-- inet
mgmt: where netdiag runs; one out-of-band leg (mgmt0) to every node but inet and the routers
"""

from __future__ import annotations

from realnet.plan import (
    ADDRESSES,
    ANCHOR,
    FLATS,
    GATEWAY,
    MARIADB,
    MGMT,
    SPARE_PORT,
    SWITCHES,
    Flat,
)
from realnet.space import Space

WIRED = "cpe4"  # this cable is a process (see wire.py): it can lose and delay
NOISY = "cpe6"  # this cable is a tunnel, the one kind of port whose kernel counts damaged frames


def build(space: Space) -> None:
    """Make every node, switch and cable; routers of subscribers get no address yet."""
    for node in ("mgmt", *ADDRESSES, "inet", *(f.node for f in FLATS if f.node)):
        space.add(node)
    _trunks(space)
    _management(space)
    for switch in SWITCHES:
        _bridge(space, switch)
    for flat in FLATS:
        if flat.node == NOISY:
            _noisy_drop(space, flat)
        elif flat.node != WIRED:
            _drop(space, flat)
    _spare(space)
    _core(space)


def _trunks(space: Space) -> None:
    cable(space, ("acc1", "ul"), ("agg", "dn1"))
    cable(space, ("acc2", "ul"), ("agg", "dn2"))
    cable(space, ("agg", "ul"), ("bng", "acc0"))
    cable(space, ("bng", "wan"), ("inet", "eth0"))


def cable(space: Space, near: tuple[str, str], far: tuple[str, str]) -> None:
    """Lay a cable between two (node, port) ends; both ends stay down."""
    space.ip(
        near[0],
        f"link add {near[1]} type veth peer name {far[1]} netns {space.name(far[0])}",
    )


def _management(space: Space) -> None:
    space.ip("mgmt", "link add br0 type bridge", "link set br0 up", f"addr add {MGMT}/24 dev br0")
    for node, address in ADDRESSES.items():
        cable(space, ("mgmt", f"to-{node}"), (node, "mgmt0"))
        space.ip("mgmt", f"link set to-{node} master br0 up")
        space.ip(node, f"addr add {address}/24 dev mgmt0", "link set mgmt0 up")
    space.ip("srv", f"addr add {MARIADB}/24 dev mgmt0")
    bng = ADDRESSES["bng"]
    space.ip("mgmt", f"route add 10.1.0.0/24 via {bng}", f"route add 203.0.113.0/24 via {bng}")


def _bridge(space: Space, switch: str) -> None:
    ports = ("dn1", "dn2", "ul") if switch == "agg" else ("ul",)
    space.ip(switch, "link add br0 type bridge", "link set br0 up")
    space.ip(switch, *(f"link set {port} master br0 up" for port in ports))


def _drop(space: Space, flat: Flat) -> None:
    cable(space, (flat.device, flat.port), (str(flat.node), "eth0"))
    space.ip(flat.device, f"link set {flat.port} master br0 up")
    space.ip(str(flat.node), f"link set eth0 address {flat.mac} up")


def _noisy_drop(space: Space, flat: Flat) -> None:
    cable(space, (flat.device, "copper"), (str(flat.node), "copper"))
    ends = ((flat.device, flat.port, 1, 2), (str(flat.node), "eth0", 2, 1))
    for node, port, here, there in ends:
        tunnel = f"type vxlan id 6 local 10.98.6.{here} remote 10.98.6.{there} dstport 4789"
        space.ip(
            node,
            f"addr add 10.98.6.{here}/30 dev copper",
            "link set copper mtu 1600 up",
            f"link add {port} mtu 1500 {tunnel}",
        )
    space.ip(flat.device, f"link set {flat.port} master br0 up")
    space.ip(str(flat.node), f"link set eth0 address {flat.mac} up")


def _spare(space: Space) -> None:
    """A port that nobody has: frames from it never reach the uplink."""
    cable(space, ("acc1", SPARE_PORT), ("cpe1", "spare"))
    space.ip("acc1", f"link set {SPARE_PORT} master br0 up")
    for port in ("ul", SPARE_PORT):
        space.run("acc1", "bridge", "link", "set", "dev", port, "isolated", "on")


def _core(space: Space) -> None:
    space.ip(
        "bng",
        f"addr add {GATEWAY}/24 dev acc0",
        "link set acc0 up",
        "addr add 203.0.113.1/24 dev wan",
        "link set wan up",
        f"route add default via {ANCHOR}",
    )
    space.ip(
        "inet",
        f"addr add {ANCHOR}/24 dev eth0",
        "link set eth0 up",
        "route add 10.0.0.0/8 via 203.0.113.1",
    )
    space.run("bng", "sysctl", "-qw", "net.ipv4.ip_forward=1")
