"""netdiag's answer to each fault between switch and flat."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

import pytest
from realnet import faults_line as faults
from realnet.answer import diagnose
from realnet.network import Network
from realnet.plan import flat

Fault = Callable[[Network], AbstractContextManager[None]]
NEW_MAC = "02:00:00:00:66:01"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A state of the network, and what netdiag must say of one subscriber in it."""

    name: str
    break_it: Fault
    who: str
    fault: str
    side: str
    code: int
    facts: Mapping[str, object] = field(default_factory=dict)


CASES = (
    Case(
        name="port switched off",
        break_it=lambda net: faults.port_switched_off(net, "cpe2"),
        who="1002",
        fault="provider.access.port-admin-down",
        side="provider",
        code=10,
        facts={"port.admin_status": "down", "service.up": False, "device.reachable": True},
    ),
    Case(
        name="wrong static address",
        break_it=lambda net: faults.wrong_static_address(net, "cpe2", "10.1.0.222"),
        who="1002",
        fault="settings.cpe.wrong-static-ip",
        side="subscriber",
        code=11,
        facts={"port.oper_status": "up", "fdb.ref_mac_port": "expected", "service.up": False},
    ),
    Case(
        name="doubled address",
        break_it=lambda net: faults.doubled_address(net, "cpe2", "cpe3"),
        who="1002",
        fault="settings.ip.conflict",
        side="provider",
        code=10,
        facts={"arp.mac_conflicts": 2},
    ),
    Case(
        name="router replaced",
        break_it=lambda net: faults.router_replaced(net, "cpe1", NEW_MAC),
        who="1001",
        fault="settings.access.mac-binding",
        side="subscriber",
        code=11,
        facts={"fdb.ref_mac_port": "absent", "fdb.other_mac": NEW_MAC, "lease.status": "absent"},
    ),
    Case(
        name="cable in another port",
        break_it=faults.moved_to_spare_port,
        who="1001",
        fault="settings.access.mac-on-other-port",
        side="provider",
        code=10,
        facts={"fdb.ref_mac_port": "other_port", "service.up": False},
    ),
    Case(
        name="pool exhausted",
        break_it=lambda net: faults.pool_exhausted(net, "cpe1", "cpe3"),
        who="1001",
        fault="provider.bng.dhcp-pool-exhausted",
        side="provider",
        code=10,
        facts={"lease.status": "absent", "pool.used_pct": 100.0},
    ),
)


@pytest.mark.parametrize("node", ["cpe1", "cpe2", "cpe3", "cpe4", "cpe6"])
def test_a_healthy_line_has_no_fault(net: Network, node: str) -> None:
    answer = diagnose(net, flat(node).id)
    assert (answer.fault, answer.side, answer.code) == ("none.ok", "none", 0), answer.story()
    expected = {"port.oper_status": "up", "service.up": True, "fdb.ref_mac_port": "expected"}
    assert answer.values(expected) == expected, answer.story()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_broken_line_is_named_with_its_evidence(net: Network, case: Case) -> None:
    with case.break_it(net):
        answer = diagnose(net, case.who)
    said = (answer.fault, answer.side, answer.code)
    assert said == (case.fault, case.side, case.code), answer.story()
    assert answer.values(case.facts) == dict(case.facts), answer.story()
