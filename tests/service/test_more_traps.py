"""More that looks like a fault and is none: what is measured, and what it does not say."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from netdiag.model.content import Content
from netdiag.model.fact import Absence, Facts, Value
from netdiag.model.verdict import Verdict
from netdiag.model.words import Side
from netdiag.probing.derive import complete
from netdiag.probing.notations import duration
from netdiag.service.doctor.check import example_facts
from netdiag.triage.judge import judge
from netdiag.triage.status import Status, stand
from tests.conftest import facts_of

Known = Mapping[str, Value]
COPPER: Known = {"ref.access_kind": "copper"}
UP: Known = {**COPPER, "port.admin_status": "up", "port.oper_status": "up"}
DOWN: Known = {**COPPER, "port.admin_status": "up", "port.oper_status": "down"}
WELL: Known = {
    **UP,
    "ref.auth_kind": "dhcp",
    "account.state": "active",
    "lease.status": "bound",
    "arp.status": "reachable",
    "port.fcs_errors_rate": 0.0,
    "port.duplex": "full",
}


def verdict_of(facts: Known, content: Content) -> Verdict:
    return judge(example_facts(facts, content), content)


def whole(facts: Known, content: Content) -> Facts:
    return complete(facts_of(facts), Facts(), content.vocabulary)


def test_a_port_that_is_dark_every_night_is_no_ticket_for_the_provider(content: Content) -> None:
    told = verdict_of({**DOWN, "port.night_pattern": True}, content)
    assert told.side is not Side.PROVIDER


def test_a_router_that_drops_pings_is_not_dead(content: Content) -> None:
    facts = {**WELL, "cpe.ping.loss_pct": 100.0, "cpe.arp_ping.loss_pct": 0.0}
    up = whole(facts, content).fact("service.up")
    assert up is not None
    assert up.value is True
    told = verdict_of({**facts, "report.symptom": "no_internet"}, content)
    assert "unreachable" not in told.fault
    assert told.fault != "subscriber.cpe.hung"


def test_loss_while_the_shaper_is_at_its_limit_is_no_fault_of_the_line(content: Content) -> None:
    facts = {**WELL, "cpe.ping.loss_pct": 8.0, "queue.at_limit_pct": 97.0}
    assert verdict_of(facts, content).side is not Side.PROVIDER


def test_one_lost_probe_of_twenty_names_nobody(content: Content) -> None:
    assert verdict_of({**UP, "cpe.ping.loss_pct": 5.0}, content).side is Side.UNDETERMINED


def test_clean_counters_on_our_side_say_nothing_of_the_other_direction(content: Content) -> None:
    told = verdict_of({**WELL, "cpe.ping.loss_pct": 20.0}, content)
    assert told.side is not Side.NONE


def test_an_address_that_was_learned_before_the_link_went_is_no_service(content: Content) -> None:
    facts = {
        **DOWN,
        "ref.auth_kind": "static",
        "arp.status": "stale",
        "fdb.ref_mac_port": "expected",
        "cpe.ping.loss_pct": 100.0,
    }
    up = whole(facts, content).fact("service.up")
    assert up is not None
    assert up.value is False


def test_no_change_since_the_agent_started_is_not_a_change_at_its_start(content: Content) -> None:
    facts = {"device.agent_uptime_ticks": 86_400_00, "port.last_change_ticks": 0}
    told = whole(facts, content).get("port.last_change_s")
    assert isinstance(told, Absence)


def test_a_clock_of_the_agent_that_went_round_after_497_days_still_tells_the_age(
    content: Content,
) -> None:
    facts = {"device.agent_uptime_ticks": 500, "port.last_change_ticks": 2**32 - 500}
    age = whole(facts, content).fact("port.last_change_s")
    assert age is not None
    assert age.value == 10


def test_a_session_that_is_up_without_a_word_is_not_well(content: Content) -> None:
    facts = {
        **UP,
        "ref.auth_kind": "pppoe",
        "account.state": "active",
        "session.state": "up",
        "session.idle_s": 4000,
        "cpe.ping.loss_pct": 100.0,
    }
    assert verdict_of(facts, content).side is not Side.NONE


@pytest.mark.parametrize("reason", ["wrong_password", "blocked", "unknown_user", "other"])
def test_billing_is_believed_before_the_reason_of_a_refusal(reason: str, content: Content) -> None:
    facts = {
        "ref.auth_kind": "pppoe",
        "account.state": "blocked_nonpayment",
        "session.state": "absent",
        "aaa.last_reject_reason": reason,
        "aaa.last_reject_age_s": 30,
    }
    assert verdict_of(facts, content).side is Side.ACCOUNT


def test_lost_carrier_has_many_parents(content: Content) -> None:
    facts = {
        "ref.auth_kind": "pppoe",
        "session.state": "absent",
        "session.last_terminate_cause": "lost_carrier",
    }
    assert verdict_of(facts, content).side is Side.UNDETERMINED


def test_a_mismatch_of_duplex_passes_every_ping(content: Content) -> None:
    facts = {**WELL, "port.duplex": "half", "port.late_coll_rate": 800.0, "cpe.ping.loss_pct": 0.0}
    assert verdict_of(facts, content).fault == "settings.access.duplex-mismatch"


def test_a_word_about_the_wi_fi_does_not_clear_the_line(content: Content) -> None:
    facts = {**WELL, "port.fcs_errors_rate": 4000.0, "report.symptom": "wifi_only"}
    told = verdict_of(facts, content)
    assert told.side is not Side.SUBSCRIBER
    assert "provider.line.port-errors" in (told.fault, *told.leading)


def test_no_packet_seen_by_torch_proves_nothing_of_the_traffic(content: Content) -> None:
    """Traffic that the hardware forwards passes the sampler by."""
    facts = example_facts({**UP, "traffic.up_pps": 0.0, "traffic.dns_qps": 0.0}, content)
    for fault in ("subscriber.cpe.hung", "subscriber.cpe.no-padi", "none.ok"):
        assert stand(content.rule(fault), facts).status is not Status.CONFIRMED


def test_half_duplex_and_ten_megabits_of_a_dark_port_mean_nothing(content: Content) -> None:
    facts = {**DOWN, "port.duplex": "half", "port.speed_mbps": 10, "port.own_max_mbps": 1000}
    assert verdict_of(facts, content).side is Side.UNDETERMINED


def test_a_management_that_is_deaf_while_the_customer_is_on_line_alarms_nobody(
    content: Content,
) -> None:
    facts = {**WELL, "device.reachable": False, "cpe.ping.loss_pct": 0.0}
    assert verdict_of(facts, content).side is not Side.PROVIDER


def test_one_of_many_who_call_is_no_line_of_his_own(content: Content) -> None:
    facts = {
        "ref.access_kind": "pon",
        "onu.state": "los",
        "onu.down_cause": "los",
        "pon.same_time_down": 30,
    }
    assert verdict_of(facts, content).fault == "provider.pon.feeder-cut"


def test_radar_looks_like_a_dead_access_point_and_is_named(content: Content) -> None:
    facts = {"ref.access_kind": "wireless", "ap.dfs_state": "cac", "ap.reachable": True}
    told = verdict_of({**facts, "service.up": False, "radio.registered": False}, content)
    assert told.fault == "provider.wireless.ap-down"


def test_a_registration_that_the_access_point_still_shows_is_no_service(content: Content) -> None:
    facts = {
        "ref.access_kind": "wireless",
        "ref.auth_kind": "pppoe",
        "account.state": "active",
        "radio.registered": True,
        "radio.signal_dbm": -60.0,
        "session.state": "absent",
    }
    assert verdict_of(facts, content).side is not Side.NONE


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("5h49m36s", 20976.0),
        ("2d01:15:03", 177303.0),
        ("14:40:26", 52826.0),
        ("519w4d15h28m25s", 314_292_505.0),
        ("170ms", 0.17),
        ("3d21h14m56s", 335_696.0),
    ],
)
def test_every_spelling_of_a_duration_is_read(text: str, seconds: float) -> None:
    assert duration(text) == pytest.approx(seconds)
