"""netdiag's answer to faults of switches, router and servers."""

from __future__ import annotations

import pytest
from realnet import faults_core as faults
from realnet import seen
from realnet.answer import diagnose, meanwhile
from realnet.network import Network


@pytest.mark.parametrize(
    ("node", "who", "fault", "facts"),
    [
        (
            "acc1",
            "1001",
            "provider.access.device-unreachable",
            {"device.reachable": False, "uplink.device_reachable": True, "service.up": False},
        ),
        (
            "agg",
            "1001",
            "provider.aggregation.device-unreachable",
            {
                "uplink.device_reachable": False,
                "uplink.oper_status": "down",
                "bng.reachable": True,
                "service.up": False,
            },
        ),
        (
            "bng",
            "1001",
            "provider.bng.unreachable",
            {
                "bng.reachable": False,
                "device.reachable": True,
                "port.oper_status": "up",
                "remote.anchors_ok_pct": 0.0,
            },
        ),
    ],
)
def test_a_dead_device_is_named(
    net: Network, node: str, who: str, fault: str, facts: dict[str, object]
) -> None:
    with faults.powered_off(net, node):
        answer = meanwhile(net, who, lambda: seen.powerless(net, node))
    assert answer.said == (fault, "provider", 10), answer.story()
    assert answer.values(facts) == facts, answer.story()
    seen.healed(net, "cpe1", "cpe3")


def test_a_dead_uplink_is_named_and_not_those_behind_it(net: Network) -> None:
    with faults.uplink_unplugged(net):
        answer = diagnose(net, "1003")
    assert answer.said == ("provider.uplink.down", "provider", 10), answer.story()
    facts = {"uplink.oper_status": "down", "service.up": False, "device.reachable": True}
    assert answer.values(facts) == facts, answer.story()


def test_dead_management_of_a_switch_is_not_taken_for_a_dead_switch(net: Network) -> None:
    with faults.management_dead(net, "acc1"):
        answer = diagnose(net, "1001")
    assert answer.values(["device.reachable", "service.up"]) == {
        "device.reachable": False,
        "service.up": True,
    }, answer.story()
    assert answer.side in ("none", "undetermined"), answer.story()


def test_a_dead_resolver_is_named(net: Network) -> None:
    with faults.resolver_down(net):
        answer = diagnose(net, "1002")
    fault = "provider.core.dns-failing"
    assert answer.said == (fault, "provider", 10), answer.story()
    facts = {"dns.resolver_ok": False, "service.up": True}
    assert answer.values(facts) == facts, answer.story()


def test_a_host_without_its_network_blames_nobody(net: Network) -> None:
    with faults.everything_silent(net):
        answer = diagnose(net, "1001")
    assert (answer.side, answer.code) == ("undetermined", 13), answer.story()
    facts = ["account.state", "session.state", "port.oper_status", "service.up"]
    assert all(str(v).startswith("absent: ") for v in answer.values(facts).values())


def test_a_way_to_the_internet_that_is_cut_is_ours(net: Network) -> None:
    with faults.wan_down(net):
        answer = diagnose(net, "1002")
    fault = "provider.core.routing-fault"
    assert answer.said == (fault, "provider", 10), answer.story()
    facts = {"route.default_active": False, "inet.ping.loss_pct": 100.0, "service.up": True}
    assert answer.values(facts) == facts, answer.story()
