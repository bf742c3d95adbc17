"""What stock tools see of a fault while it lasts. Each is called inside of the fault."""

from __future__ import annotations

from realnet import agents
from realnet.faults_line import ADMIN, DOWN, OPER, UP
from realnet.network import Network
from realnet.plan import ADDRESSES, POOL, SPARE_PORT, flat
from realnet.shell import until

NEW_MAC = "02:00:00:00:66:01"
_ALIGNMENT = f"{agents.DOT3_TABLE}.2"  # dot3StatsAlignmentErrors (RFC 3635)


def _dark(net: Network, node: str) -> None:
    net.falls_silent(str(flat(node).ip))


def unplugged(net: Network, node: str) -> None:
    """A port that is down and meant to be up; the neighbour goes on."""
    home = flat(node)
    assert net.port(home.device, home.port, OPER) == DOWN
    assert net.port(home.device, home.port, ADMIN) == UP
    _dark(net, node)
    assert net.loss("10.1.0.12", 2) == 0


def switched_off(net: Network) -> None:
    """The port says that it was switched off."""
    assert net.port("acc1", "swp2", ADMIN) == DOWN
    _dark(net, "cpe2")


def wrong_address(net: Network) -> None:
    """The gateway gets no answer, and the port is up."""
    _dark(net, "cpe2")
    assert "lladdr" not in net.space.run("bng", "ip", "neigh", "show", "10.1.0.12", "dev", "acc0")
    assert net.port("acc1", "swp2", OPER) == UP


def two_answer(net: Network) -> None:
    """Both routers answer for the address."""
    words = ("arping", "-b", "-c", "2", "-w", "2", "-I", "acc0", "10.1.0.12")
    answers = net.space.run("bng", *words, check=False).lower()
    assert flat("cpe2").mac in answers
    assert flat("cpe3").mac in answers


def new_router(net: Network) -> None:
    """The new router stands on the port and gets no lease."""
    assert net.learned_on("acc1", NEW_MAC) == "swp1"
    assert net.learned_on("acc1", flat("cpe1").mac) is None
    assert NEW_MAC not in net.dhcp.leases()


def moved(net: Network) -> None:
    """The MAC is on the spare port, without service."""
    assert net.learned_on("acc1", flat("cpe1").mac) == SPARE_PORT
    assert net.address("cpe1", "spare") is None


def no_address(net: Network) -> None:
    """The restarted router has no address."""
    assert net.address("cpe1") is None
    _dark(net, "cpe1")


def pool_full(net: Network) -> None:
    """Every address is given away, the last one to the neighbour."""
    assert net.dhcp.leases()[flat("cpe3").mac] == POOL[-1]
    assert sorted(net.dhcp.leases().values()) == sorted(POOL)
    assert net.address("cpe1") is None


def damaged(net: Network) -> None:
    """The kernel and the agent count damaged frames."""
    oid = f"{_ALIGNMENT}.{net.if_index('acc2', 'swp6')}"
    before = int(agents.get(net.space, "acc2", oid))
    assert net.loss("10.1.0.16", 20) > 5
    until(lambda: int(agents.get(net.space, "acc2", oid)) > before + 3, "errors are counted")


def some_lost(net: Network, node: str) -> None:
    """Some echoes come back, some do not, and the port tells nothing of it."""
    assert 20 < net.loss(str(flat(node).ip), 20) < 80
    assert net.port(flat(node).device, flat(node).port, OPER) == UP


def powerless(net: Network, node: str) -> None:
    """The device is silent to ping and to its agent, and those behind it are dark."""
    behind = {"acc1": ["cpe1", "cpe2"], "agg": ["cpe1", "cpe3"], "bng": ["cpe1", "cpe3"]}
    net.falls_silent(ADDRESSES[node])
    assert agents.get(net.space, node, agents.SYS_NAME) == ""
    for home in behind[node]:
        _dark(net, home)
    assert node != "acc1" or net.loss(str(flat("cpe3").ip), 1) == 0


def healed(net: Network, *nodes: str) -> None:
    """These flats answer, and their ports are up."""
    for node in nodes:
        home = flat(node)
        assert net.loss(str(home.ip), 1) == 0
        assert net.port(home.device, home.port, OPER) == UP
