"""Stock tools see each fault between switch and flat, and see it heal."""

from __future__ import annotations

import time

from realnet import agents
from realnet import faults_line as faults
from realnet.faults_line import ADMIN, DOWN, OPER, UP
from realnet.network import Network
from realnet.plan import GATEWAY, POOL, SPARE_PORT, flat
from realnet.shell import until

IN_FRAME_ERRORS = f"{agents.DOT3_TABLE}.2"  # dot3StatsAlignmentErrors (RFC 3635)
IN_ERRORS = 14  # ifInErrors
NEW_MAC = "02:00:00:00:66:01"


def arp_state(net: Network, address: str) -> str:
    return net.space.run("bng", "ip", "neigh", "show", address, "dev", "acc0").strip()


def test_every_flat_answers_and_every_agent_knows_its_ports(net: Network) -> None:
    assert [net.loss(a) for a in ("10.1.0.101", "10.1.0.12", "10.1.0.103", "10.1.0.14")] == [0] * 4
    assert [net.port("acc1", p, OPER) for p in ("swp1", "swp2", "swp5")] == [UP] * 3
    assert net.learned_on("acc1", flat("cpe1").mac) == "swp1"
    assert net.learned_on("acc2", flat("cpe4").mac) == "swp4"


def test_an_unplugged_cable_is_a_port_that_is_down_and_meant_to_be_up(net: Network) -> None:
    with faults.cable_unplugged(net, "cpe1"):
        assert net.port("acc1", "swp1", OPER) == DOWN
        assert net.port("acc1", "swp1", ADMIN) == UP
        assert net.loss("10.1.0.101", 2) == 100
        assert net.loss("10.1.0.12", 2) == 0
    assert net.port("acc1", "swp1", OPER) == UP
    assert net.loss("10.1.0.101", 2) == 0


def test_the_long_cable_can_be_unplugged_too(net: Network) -> None:
    with faults.cable_unplugged(net, "cpe4"):
        assert net.port("acc2", "swp4", OPER) == DOWN
        assert net.loss("10.1.0.14", 2) == 100
    assert net.loss("10.1.0.14", 2) == 0


def test_a_port_that_was_switched_off_says_so(net: Network) -> None:
    with faults.port_switched_off(net, "cpe2"):
        assert net.port("acc1", "swp2", ADMIN) == DOWN
        assert net.loss("10.1.0.12", 2) == 100
    assert net.loss("10.1.0.12", 2) == 0


def test_a_bad_cable_is_counted_by_the_kernel_and_by_the_agent(net: Network) -> None:
    oid = f"{IN_FRAME_ERRORS}.{net.if_index('acc2', 'swp6')}"
    before = int(agents.get(net.space, "acc2", oid))
    assert int(net.port("acc2", "swp6", IN_ERRORS)) == before
    with faults.frames_damaged(net, 0.3):
        assert net.loss("10.1.0.16", 40) > 5
    time.sleep(1.2)  # memory of the agent
    assert int(agents.get(net.space, "acc2", oid)) - before > 3
    assert int(net.port("acc2", "swp6", IN_ERRORS)) - before > 3
    assert net.loss("10.1.0.16", 20) == 0


def test_a_slower_link_is_told_by_the_agent(net: Network) -> None:
    assert net.high_speed("acc2", "swp4") == "1000"
    with faults.slower_link(net, 100, "half"):
        assert net.high_speed("acc2", "swp4") == "100"
        oid = f"{agents.DOT3_TABLE}.19.{net.if_index('acc2', 'swp4')}"
        assert agents.get(net.space, "acc2", oid) == "2"  # dot3StatsDuplexStatus: halfDuplex


def test_a_lossy_cable_loses_without_a_trace_in_any_counter(net: Network) -> None:
    with faults.frames_lost(net, 0.3):
        assert 20 < net.loss("10.1.0.14", 60) < 90
    assert net.loss("10.1.0.14", 20) == 0


def test_the_router_can_drop_what_goes_to_one_flat(net: Network) -> None:
    with faults.loss_on_router(net, "cpe1", 3):
        assert 10 < net.loss("10.1.0.101", 60) < 80
        assert net.loss("10.1.0.12", 5) == 0
    assert net.loss("10.1.0.101", 20) == 0


def test_a_wrong_static_address_leaves_the_gateway_without_an_answer(net: Network) -> None:
    with faults.wrong_static_address(net, "cpe2", "10.1.0.222"):
        assert net.loss("10.1.0.12", 2) == 100
        assert "lladdr" not in arp_state(net, "10.1.0.12")
        assert net.port("acc1", "swp2", OPER) == UP
    assert "lladdr 02:00:00:00:10:02" in arp_state(net, "10.1.0.12")


def test_two_routers_answer_for_a_doubled_address(net: Network) -> None:
    words = ("arping", "-b", "-c", "2", "-w", "2", "-I", "acc0", "10.1.0.12")
    with faults.doubled_address(net, "cpe2", "cpe3"):
        seen = net.space.run("bng", *words, check=False)
        assert flat("cpe2").mac in seen.lower()
        assert flat("cpe3").mac in seen.lower()
    seen = net.space.run("bng", *words, check=False)
    assert flat("cpe2").mac in seen.lower()
    assert flat("cpe3").mac not in seen.lower()


def test_a_new_router_stands_on_the_port_and_gets_no_lease(net: Network) -> None:
    with faults.router_replaced(net, "cpe1", NEW_MAC):
        assert net.learned_on("acc1", NEW_MAC) == "swp1"
        assert net.learned_on("acc1", flat("cpe1").mac) is None
        assert NEW_MAC not in net.dhcp.leases()
    assert net.learned_on("acc1", flat("cpe1").mac) == "swp1"
    assert net.dhcp.leases()[flat("cpe1").mac] == "10.1.0.101"


def test_a_moved_cable_shows_the_mac_on_the_other_port_without_service(net: Network) -> None:
    with faults.moved_to_spare_port(net):
        assert net.learned_on("acc1", flat("cpe1").mac) == SPARE_PORT
        assert net.address("cpe1", "spare") is None
    assert net.learned_on("acc1", flat("cpe1").mac) == "swp1"
    assert net.loss("10.1.0.101", 2) == 0


def test_without_the_dhcp_server_a_restarted_router_has_no_address(net: Network) -> None:
    with faults.dhcp_server_down(net, "cpe1"):
        assert net.address("cpe1") is None
        assert net.loss("10.1.0.101", 2) == 100
    assert net.address("cpe1") == "10.1.0.101"


def test_a_full_pool_has_nothing_for_the_next_router(net: Network) -> None:
    with faults.pool_exhausted(net, "cpe1", "cpe3"):
        assert net.dhcp.leases()[flat("cpe3").mac] == POOL[-1]
        assert sorted(net.dhcp.leases().values()) == sorted(POOL)
        assert net.address("cpe1") is None
    assert net.address("cpe1") == "10.1.0.101"


def test_a_rogue_dhcp_server_offers_its_own_addresses(net: Network) -> None:
    with faults.rogue_dhcp(net, "cpe3"):
        assert "DHCPOFFER(eth0) 192.168.88." in net.space.log("rogue").read_text()
    assert not net.space.running("rogue")


def test_a_loop_in_a_flat_floods_its_port_with_broadcasts(net: Network) -> None:
    with faults.loop_in_flat(net, "cpe2"):
        assert net.broadcasts("acc1", "swp2") > 500
    until(lambda: net.broadcasts("acc1", "swp2") < 20, "the port is calm again")
    assert net.loss(GATEWAY, 2, node="cpe2") == 0
