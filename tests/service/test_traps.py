"""What looks like a fault and is none, or like another one: the pitfalls of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from netdiag.model.content import Content
from netdiag.model.fact import Value
from netdiag.model.words import Side
from netdiag.service.doctor.check import example_facts
from netdiag.triage.judge import judge
from netdiag.triage.status import Status, stand

COPPER: Mapping[str, Value] = {"ref.access_kind": "copper", "ref.auth_kind": "dhcp"}
UP: Mapping[str, Value] = {**COPPER, "port.admin_status": "up", "port.oper_status": "up"}
DOWN: Mapping[str, Value] = {**COPPER, "port.admin_status": "up", "port.oper_status": "down"}

CABLE, OFF = "provider.line.cable-fault", "subscriber.cpe.powered-off"
ERRORS, DUPLEX = "provider.line.port-errors", "settings.access.duplex-mismatch"
SLOW_PAIR, SLOW_PORT = "provider.line.pair-fault-downshift", "subscriber.cpe.port-limited"
DEAD, BUSY = "provider.access.device-unreachable", "provider.access.device-overload"

NOT_CONFIRMED = [
    ("a port without link alone is no cut cable", CABLE, DOWN),
    ("nor a router that is switched off", OFF, DOWN),
    (
        "open pairs without a known length are no cut",
        CABLE,
        {**DOWN, "cable.pair1.state": "open", "cable.pair1.length_m": 38.0},
    ),
    (
        "pairs that end in a switched-off router are no cut",
        CABLE,
        {**DOWN, "cable.pair1.state": "remote_off", "cable.pair2.state": "remote_off"},
    ),
    (
        "dormant is no cut",
        CABLE,
        {**COPPER, "port.admin_status": "up", "port.oper_status": "dormant"},
    ),
    (
        "lowerLayerDown is no cut",
        CABLE,
        {**COPPER, "port.admin_status": "up", "port.oper_status": "lowerLayerDown"},
    ),
    ("half duplex of a port without link is no mismatch", DUPLEX, {**DOWN, "port.duplex": "half"}),
    ("half duplex alone is no mismatch", DUPLEX, {**UP, "port.duplex": "half"}),
    ("a total of errors is no rate", ERRORS, {**UP, "port.fcs_errors": 5000}),
    (
        "errors that a virtual card counts never confirm",
        ERRORS,
        {**UP, "port.in_errors_rate": 981877.0},
    ),
    (
        "100 Mbit/s is no broken pair when the far end offers no more",
        SLOW_PAIR,
        {
            **UP,
            "port.speed_mbps": 100,
            "port.own_max_mbps": 1000,
            "port.partner_max_mbps": 100,
        },
    ),
    (
        "what the far end offers is not known by a 0",
        SLOW_PORT,
        {**UP, "port.speed_mbps": 100, "port.own_max_mbps": 1000, "port.partner_max_mbps": 0},
    ),
    ("a busy processor alone harms nobody", BUSY, {**UP, "device.cpu_pct": 100.0}),
    (
        "a switch that does not answer forwards on",
        DEAD,
        {**COPPER, "device.mgmt_answers": False, "device.ping_loss_pct": 100.0, "service.up": True},
    ),
    ("SNMP without an answer is no dead switch", DEAD, {**COPPER, "device.mgmt_answers": False}),
]


@pytest.mark.parametrize(
    ("what", "fault", "facts"), NOT_CONFIRMED, ids=[c[0] for c in NOT_CONFIRMED]
)
def test_a_trap_confirms_nothing(
    what: str, fault: str, facts: Mapping[str, Value], content: Content
) -> None:
    told = stand(content.rule(fault), example_facts(facts, content))
    assert told.status is not Status.CONFIRMED, what


def test_half_duplex_with_late_collisions_is_the_mismatch_and_not_the_cable(
    content: Content,
) -> None:
    facts = example_facts({**UP, "port.duplex": "half", "port.late_coll_rate": 5000.0}, content)
    assert stand(content.rule(DUPLEX), facts).status is Status.CONFIRMED
    assert stand(content.rule(ERRORS), facts).status is Status.EXCLUDED


@pytest.mark.parametrize("oper", ["dormant", "unknown", "lowerLayerDown", "notPresent"])
def test_a_state_that_is_neither_up_nor_down_blames_nobody(oper: str, content: Content) -> None:
    facts = example_facts({**COPPER, "port.admin_status": "up", "port.oper_status": oper}, content)
    assert judge(facts, content, Side.PROVIDER).side is Side.UNDETERMINED
