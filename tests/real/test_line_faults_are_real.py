"""Stock tools see each fault between switch and flat, and see it heal."""

from __future__ import annotations

from realnet import agents
from realnet import faults_line as faults
from realnet.faults_line import OPER, UP
from realnet.network import Network
from realnet.plan import GATEWAY, flat
from realnet.shell import until


def test_every_flat_answers_and_every_agent_knows_its_ports(net: Network) -> None:
    assert [net.loss(a) for a in ("10.1.0.101", "10.1.0.12", "10.1.0.103", "10.1.0.14")] == [0] * 4
    assert [net.port("acc1", p, OPER) for p in ("swp1", "swp2", "swp5")] == [UP] * 3
    assert net.learned_on("acc1", flat("cpe1").mac) == "swp1"
    assert net.learned_on("acc2", flat("cpe4").mac) == "swp4"


def test_a_slower_link_is_told_by_the_agent(net: Network) -> None:
    assert net.high_speed("acc2", "swp4") == "1000"
    with faults.slower_link(net, 100, "half"):
        assert net.high_speed("acc2", "swp4") == "100"
        oid = f"{agents.DOT3_TABLE}.19.{net.if_index('acc2', 'swp4')}"
        assert agents.get(net.space, "acc2", oid) == "2"  # dot3StatsDuplexStatus: halfDuplex


def test_a_rogue_dhcp_server_offers_its_own_addresses(net: Network) -> None:
    with faults.rogue_dhcp(net, "cpe3"):
        assert "DHCPOFFER(eth0) 192.168.88." in net.space.log("rogue").read_text()
    assert not net.space.running("rogue")


def test_a_loop_in_a_flat_floods_its_port_with_broadcasts(net: Network) -> None:
    with faults.loop_in_flat(net, "cpe2"):
        assert net.broadcasts("acc1", "swp2") > 500
    until(lambda: net.broadcasts("acc1", "swp2") < 20, "the port is calm again")
    assert net.loss(GATEWAY, 2, node="cpe2") == 0
