"""netdiag's answer to each fault between switch and flat."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

import pytest
from realnet import faults_line as faults
from realnet import seen
from realnet.answer import diagnose_all, meanwhile
from realnet.network import Network
from realnet.plan import FLATS, flat

Fault = Callable[[Network], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A state of the network, and what netdiag must say of one subscriber in it."""

    name: str
    break_it: Fault
    seen: Callable[[Network], None]
    who: str
    fault: str
    side: str
    code: int
    facts: Mapping[str, object] = field(default_factory=dict)


@contextmanager
def damaged_while_busy(net: Network) -> Iterator[None]:
    """Frames are damaged while the school uses its line."""
    with faults.frames_damaged(net, 0.3), faults.busy(net, "cpe6"):
        yield


CASES = (
    Case(
        name="port switched off",
        break_it=lambda net: faults.port_switched_off(net, "cpe2"),
        seen=seen.switched_off,
        who="1002",
        fault="provider.access.port-admin-down",
        side="provider",
        code=10,
        facts={"port.admin_status": "down", "port.oper_status": "down", "device.reachable": True},
    ),
    Case(
        name="wrong static address",
        break_it=lambda net: faults.wrong_static_address(net, "cpe2", "10.1.0.222"),
        seen=seen.wrong_address,
        who="1002",
        fault="settings.cpe.wrong-static-ip",
        side="subscriber",
        code=11,
        facts={"port.oper_status": "up", "fdb.ref_mac_port": "expected", "service.up": False},
    ),
    Case(
        name="doubled address",
        break_it=lambda net: faults.doubled_address(net, "cpe2", "cpe3"),
        seen=seen.two_answer,
        who="1002",
        fault="settings.ip.conflict",
        side="provider",
        code=10,
        facts={"arp.mac_conflicts": 2, "port.oper_status": "up"},
    ),
    Case(
        name="router replaced",
        break_it=lambda net: faults.router_replaced(net, "cpe1", seen.NEW_MAC),
        seen=seen.new_router,
        who="1001",
        fault="settings.access.mac-binding",
        side="subscriber",
        code=11,
        facts={
            "fdb.ref_mac_port": "absent",
            "fdb.other_mac": seen.NEW_MAC,
            "lease.status": "absent",
        },
    ),
    Case(
        name="cable in another port",
        break_it=faults.moved_to_spare_port,
        seen=seen.moved,
        who="1001",
        fault="settings.access.mac-on-other-port",
        side="provider",
        code=10,
        facts={"fdb.ref_mac_port": "other_port", "service.up": False},
    ),
    Case(
        name="DHCP server stopped",
        break_it=lambda net: faults.dhcp_server_down(net, "cpe1"),
        seen=seen.no_address,
        who="1001",
        fault="provider.bng.dhcp-server-down",
        side="provider",
        code=10,
        facts={"dhcp.server_ok": False, "service.up": False, "port.oper_status": "up"},
    ),
    Case(
        name="damaged frames",
        break_it=damaged_while_busy,
        seen=seen.damaged,
        who="1006",
        fault="provider.line.port-errors",
        side="provider",
        code=10,
        facts={"port.oper_status": "up", "service.up": True},
    ),
    Case(
        name="pool exhausted",
        break_it=lambda net: faults.pool_exhausted(net, "cpe1", "cpe3"),
        seen=seen.pool_full,
        who="1001",
        fault="provider.bng.dhcp-pool-exhausted",
        side="provider",
        code=10,
        facts={"lease.status": "absent", "pool.used_pct": 100.0},
    ),
)


def test_healthy_lines_have_no_fault_asked_side_by_side(net: Network) -> None:
    homes = [home.id for home in FLATS if home.ip]
    for answer in diagnose_all(net, homes):
        # Nobody asked the caller, and there is no history: not every other fault is excluded.
        assert answer.said == ("none.ok", "none", 0), answer.story()
        expected = {"port.oper_status": "up", "service.up": True, "fdb.ref_mac_port": "expected"}
        assert answer.values(expected) == expected, answer.story()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_broken_line_is_named_with_its_evidence(net: Network, case: Case) -> None:
    with case.break_it(net):
        answer = meanwhile(net, case.who, lambda: case.seen(net))
    assert answer.said == (case.fault, case.side, case.code), answer.story()
    assert answer.values(case.facts) == dict(case.facts), answer.story()
    seen.healed(net, *(str(home.node) for home in FLATS if home.id == case.who))


@pytest.mark.parametrize("node", ["cpe1", "cpe4"])
def test_an_unplugged_cable_looks_like_three_faults_where_no_cable_test_is(
    net: Network, node: str
) -> None:
    with faults.cable_unplugged(net, node):
        answer = meanwhile(net, flat(node).id, lambda: seen.unplugged(net, node))
    assert (answer.side, answer.code) == ("undetermined", 13), answer.story()
    assert answer.leading == {
        "subscriber.cpe.cable-unplugged",
        "subscriber.cpe.powered-off",
        "provider.line.cable-fault",
    }, answer.story()
    facts = {"port.admin_status": "up", "port.oper_status": "down", "service.up": False}
    assert answer.values(facts) == facts, answer.story()
    seen.healed(net, node)


@pytest.mark.parametrize(
    ("break_it", "node"),
    [
        (lambda net: faults.frames_lost(net, 0.25), "cpe4"),
        (lambda net: faults.loss_on_router(net, "cpe1", 3), "cpe1"),
    ],
    ids=["cable", "router"],
)
def test_loss_without_a_trace_is_measured_and_blamed_on_nobody(
    net: Network, break_it: Fault, node: str
) -> None:
    with break_it(net):
        answer = meanwhile(net, flat(node).id, lambda: seen.some_lost(net, node))
    assert (answer.side, answer.code) == ("undetermined", 13), answer.story()
    assert 10 <= float(str(answer.value("cpe.ping.loss_pct"))) <= 80, answer.story()
    facts = {"service.up": True, "port.fcs_errors_rate": 0.0, "uplink.errors_rate": 0.0}
    assert answer.values(facts) == facts, answer.story()
    seen.healed(net, node)
