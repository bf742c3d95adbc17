"""A provider's tree for outages: switches that are bridges, with net-snmp agents that send traps.

mgmt -- core --dn1/ul-- agg1 --dn1..3/ul-- acc11 acc12 acc13 --h1..-- flats
             \\-dn2/ul-- agg2 --dn1..4/ul-- acc21 acc22 acc23 acc24

Management is in band: whoever is behind a cut cannot be asked.
"""

from __future__ import annotations

import sys
from pathlib import Path

from realnet.cabling import cable
from realnet.shell import ToolError, until
from realnet.space import Space

COMMUNITY, TRAP_PORT = "tree-ro", 1162
_UPLINK = "ul"
MGMT = "10.60.0.1"
ACCESS = ("acc11", "acc12", "acc13", "acc21", "acc22", "acc23", "acc24")
FLATS = 6  # behind each access switch
_UP = {"agg1": ("core", "dn1"), "agg2": ("core", "dn2")} | {
    node: (f"agg{node[3]}", f"dn{node[4]}") for node in ACCESS
}
DEVICES = ("core", *_UP)
_HOOK = Path(__file__).with_name("hook.py")
_COLUMNS = " ".join(f".1.3.6.1.2.1.2.2.1.{column}" for column in (1, 7, 8))
_OPER = ".1.3.6.1.2.1.2.2.1.8"


def address(node: str) -> str:
    """A device's own address."""
    if node == "core":
        return "10.60.0.2"
    return f"10.60.{node[3]}.1" if node.startswith("agg") else f"10.60.{node[3]}.1{node[4]}"


def flats(node: str) -> list[tuple[str, str]]:
    """Subscribers behind an access switch and their addresses."""
    return [(f"{node}-{n}", f"10.60.1{node[3:]}.{n}") for n in range(1, FLATS + 1)]


def build(space: Space) -> None:
    """Nodes, bridges, cables, addresses, agents."""
    for node in ("mgmt", *DEVICES, *(f"flats{node[3:]}" for node in ACCESS)):
        space.add(node)
    for node in DEVICES:
        space.ip(node, "link add br0 type bridge", "link set br0 up")
        space.ip(node, f"addr add {address(node)}/16 dev br0")
    cable(space, ("mgmt", "eth0"), ("core", "mgmt"))
    space.ip("mgmt", f"addr add {MGMT}/16 dev eth0", "link set eth0 up")
    space.ip("core", "link set mgmt master br0 up")
    for node, (above, port) in _UP.items():
        cable(space, (node, _UPLINK), (above, port))
        space.ip(node, f"link set {_UPLINK} master br0 up")
        space.ip(above, f"link set {port} master br0 up")
    for node in ACCESS:
        home = f"flats{node[3:]}"
        cable(space, (node, "h1"), (home, "eth0"))
        space.ip(node, "link set h1 master br0 up")
        space.ip(home, *(f"addr add {ip}/16 dev eth0" for _, ip in flats(node)), "link set eth0 up")
    for node in DEVICES:
        _agent(space, node)
    for node in DEVICES:
        until(lambda node=node: _answers(space, node), f"the agent of {node}", 20)  # type: ignore[misc]


def cut(space: Space, node: str) -> None:
    """Pull the cable between a device and the one above it."""
    space.ip(node, f"link set {_UPLINK} down")


def mend(space: Space, node: str) -> None:
    """Plug it in again."""
    space.ip(node, f"link set {_UPLINK} up")


def inventory(folder: Path) -> None:
    """The same for netdiag."""
    devices = ["id,host,role,platform,site"]
    links = ["device,parent,device_port,parent_port"]
    people = ["id,ip,device,port,service"]
    for node in DEVICES:
        role = {"cor": "core", "agg": "aggregation"}.get(node[:3], "access")
        site = "north" if node.endswith("1") else "south"
        devices.append(f"{node},{address(node)},{role},generic,{site}")
    for node, (above, port) in _UP.items():
        links.append(f"{node},{above},{_UPLINK},{port}")
    for node in ACCESS:
        people += [f"{name},{ip},{node},h1,static" for name, ip in flats(node)]
    for name, lines in (("devices", devices), ("links", links), ("subscribers", people)):
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def start_hook(space: Space, port: int) -> Path:
    """A receiver of webhooks in mgmt; the file where each stands as a JSON line."""
    found = space.folder / "hooks.jsonl"
    found.touch()
    space.start("mgmt", "hook", [sys.executable, "-S", str(_HOOK), str(port), str(found)])
    return found


def _answers(space: Space, node: str) -> bool:
    words = ("snmpget", "-v2c", "-c", COMMUNITY, "-t", "0.5", "-r", "0", address(node))
    try:
        return bool(space.run("mgmt", *words, "1.3.6.1.2.1.1.5.0", check=True))
    except ToolError:
        return False


def _agent(space: Space, node: str) -> None:
    """net-snmp sends linkDown and linkUp by its event MIB, looking every second."""
    config = space.folder / f"snmpd-{node}.conf"
    config.write_text(
        f"agentaddress udp:{address(node)}:161\nrocommunity {COMMUNITY} {MGMT}\nsysName {node}\n"
        "createUser _internal MD5 internal-pass\nrouser _internal\niquerySecName _internal\n"
        f"trap2sink {MGMT}:{TRAP_PORT} {COMMUNITY}\n"
        f"notificationEvent down .1.3.6.1.6.3.1.1.5.3 {_COLUMNS}\n"
        f"notificationEvent up .1.3.6.1.6.3.1.1.5.4 {_COLUMNS}\n"
        f'monitor -r 1 -e down "linkDown" {_OPER} == 2\n'
        f'monitor -r 1 -e up "linkUp" {_OPER} != 2\n'
    )
    state = space.folder / f"snmpd-{node}"
    env = {"SNMP_PERSISTENT_DIR": str(state), "SNMPCONFPATH": str(state)}
    words = ["snmpd", "-f", "-Lo", "-C", "-c", str(config), "-I", "-smux"]
    space.start(node, f"snmpd-{node}", words, env=env)


def reachable(space: Space, node: str) -> bool:
    """Does it answer a ping from mgmt?"""
    return bool(space.run("mgmt", "ping", "-c1", "-W1", address(node), check=False).count("ttl="))
