"""The monitoring plugin: what is bad, what is silent and what we could not find out are apart."""

import pytest

from netdiag.model.fact import Absence, Facts
from netdiag.model.words import AbsenceReason
from netdiag.triage.plugin import Limits, State, port_state
from tests.conftest import facts_of

LIMITS = Limits(errors_warning=10, errors_critical=100)
UP = {
    "port.oper_status": "up",
    "port.admin_status": "up",
    "port.speed_mbps": 1000.0,
    "port.duplex": "full",
    "port.fcs_errors_rate": 0.0,
}


def test_a_healthy_port_is_ok_with_its_figures() -> None:
    told = port_state(facts_of(UP), LIMITS)
    assert told.state is State.OK
    assert told.text == "link up, 1000 Mb/s"
    assert told.perfdata == "fcs_errors_per_million=0;10;100;0 speed_mbps=1000;;;0"


@pytest.mark.parametrize(
    ("change", "state", "word"),
    [
        ({"port.oper_status": "down"}, State.CRITICAL, "link down"),
        ({"port.oper_status": "down", "port.admin_status": "down"}, State.WARNING, "switched off"),
        ({"port.fcs_errors_rate": 12.0}, State.WARNING, "12 damaged"),
        ({"port.fcs_errors_rate": 512.0}, State.CRITICAL, "512 damaged"),
        ({"port.duplex": "half"}, State.WARNING, "half duplex"),
    ],
)
def test_each_trouble_has_its_state(change: dict[str, object], state: State, word: str) -> None:
    told = port_state(facts_of(UP | change), LIMITS)
    assert told.state is state
    assert word in told.text


def test_a_port_without_link_may_be_meant_so() -> None:
    limits = Limits(errors_warning=10, errors_critical=100, down=State.OK)
    for admin in ("up", "down"):
        facts = facts_of({"port.oper_status": "down", "port.admin_status": admin})
        assert port_state(facts, limits).state is State.OK


@pytest.mark.parametrize(
    ("why", "state"),
    [
        (AbsenceReason.TIMED_OUT, State.CRITICAL),
        (AbsenceReason.NOT_REACHABLE, State.CRITICAL),
        (AbsenceReason.ACCESS_DENIED, State.UNKNOWN),
        (AbsenceReason.UNREADABLE, State.UNKNOWN),
        (AbsenceReason.NOT_ASKED, State.UNKNOWN),
    ],
)
def test_silence_is_an_alarm_and_what_we_could_not_find_out_is_not(
    why: AbsenceReason, state: State
) -> None:
    facts = Facts([Absence(name="port.oper_status", why=why, detail="sw-1")])
    assert port_state(facts, LIMITS).state is state


def test_what_was_not_measured_is_said_and_is_no_trouble() -> None:
    told = port_state(facts_of({"port.oper_status": "up"}), LIMITS)
    assert told.state is State.OK
    assert "not measured" in told.text
    assert told.perfdata == ""
