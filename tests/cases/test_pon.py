"""A whole PON line: one thing changes, and the verdict names its place and its side."""

from collections.abc import Mapping
from typing import Any

import pytest

from netdiag.model.content import Content
from netdiag.model.verdict import Verdict
from netdiag.model.words import Grade, Side
from netdiag.service.doctor.check import example_facts
from netdiag.triage.judge import judge

HEALTHY: Mapping[str, Any] = {
    "account.state": "active",
    "account.tariff_end_s": 864000,
    "account.provisioned": True,
    "account.quota_shaped": False,
    "aaa.radius_ok": True,
    "aaa.last_reject_reason": "none",
    "aaa.last_reject_age_s": 864000,
    "bng.reachable": True,
    "bng.sessions_drop_pct": 0.0,
    "cpe.ping.loss_pct": 0.0,
    "device.reachable": True,
    "device.uptime_s": 8640000,
    "device.reboots_24h": 0,
    "dhcp.rogue_count": 0,
    "fdb.in_vlan": True,
    "onu.bip_rate": 0.0,
    "onu.config_ok": True,
    "onu.down_cause": "none",
    "onu.lan_up": True,
    "onu.olt_rx_dbm": -22.0,
    "onu.rx_dbm": -20.0,
    "onu.rx_drop_db": 0.0,
    "onu.state": "online",
    "pon.admin_status": "up",
    "pon.onus_offline_pct": 4.0,
    "pon.oper_status": "up",
    "pon.optic_ok": True,
    "pon.rogue_flag": False,
    "onu.isolated": False,
    "pon.same_time_down": 0,
    "pool.used_pct": 60.0,
    "port.mac_count": 1,
    "port.vlan_ok": True,
    "pppoe.padi_age_s": 90000,
    "ref.access_kind": "pon",
    "ref.auth_kind": "pppoe",
    "route.ok": True,
    "session.count": 1,
    "session.drops_24h": 0,
    "session.rate_vs_tariff_pct": 100.0,
    "session.state": "up",
    "session.uptime_s": 90000,
    "site.devices_down_pct": 0.0,
    "uplink.device_reachable": True,
    "uplink.oper_status": "up",
}
DEAD = {
    "session.state": "absent",
    "session.uptime_s": None,
    "cpe.ping.loss_pct": 100.0,
    "port.mac_count": None,
    "onu.lan_up": None,
    "fdb.in_vlan": None,
}
SILENT = {"session.state": "absent", "session.uptime_s": None, "cpe.ping.loss_pct": 100.0}


def told(content: Content, *changes: Mapping[str, Any]) -> Verdict:
    facts = dict(HEALTHY)
    for change in changes:
        facts |= change
    known = {name: value for name, value in facts.items() if value is not None}
    return judge(example_facts(known, content), content)


LOS = {"onu.state": "los", "onu.down_cause": "los", "pon.same_time_down": 1}
GASP = {"onu.state": "dying_gasp", "onu.down_cause": "dying_gasp", "pon.same_time_down": 1}
MANY = {"pon.same_time_down": 17, "pon.onus_offline_pct": 60.0}
RESTLESS = {"onu.flaps_24h": 9, "session.uptime_s": 900, "session.drops_24h": 9}
ALL = {"pon.same_time_down": 40, "pon.onus_offline_pct": 100.0}


@pytest.mark.parametrize(
    ("changes", "fault", "side"),
    [
        ([DEAD, LOS, ALL, {"pon.oper_status": "down"}], "provider.pon.olt-port-down", "provider"),
        ([DEAD, LOS, ALL, {"pon.optic_ok": False}], "provider.pon.olt-port-down", "provider"),
        ([DEAD, LOS, MANY], "provider.pon.feeder-cut", "provider"),
        ([DEAD, LOS, ALL], "provider.pon.feeder-cut", "provider"),
        ([DEAD, LOS], "provider.pon.onu-los", "provider"),
        ([DEAD, LOS, {"report.power_ok": True}], "provider.pon.onu-los", "provider"),
        ([DEAD, LOS, {"report.power_ok": False}], "subscriber.cpe.onu-power", "subscriber"),
        ([DEAD, GASP], "subscriber.cpe.onu-power", "subscriber"),
        ([DEAD, GASP, MANY], "provider.site.power-outage", "provider"),
        ([{"pon.rogue_flag": True}], "provider.pon.rogue-onu", "provider"),
        (
            [DEAD, {"onu.state": "offline", "onu.isolated": True}],
            "provider.pon.rogue-onu",
            "provider",
        ),
        ([DEAD, {"onu.state": "unregistered"}], "settings.pon.onu-not-registered", "provider"),
        ([DEAD, {"onu.state": "auth_failed"}], "settings.pon.onu-not-registered", "provider"),
        ([SILENT, {"onu.config_ok": False}], "settings.pon.onu-not-registered", "provider"),
        ([DEAD, {"onu.state": "disabled"}], "provider.access.port-admin-down", "provider"),
        (
            [DEAD, LOS, ALL, {"pon.admin_status": "down"}],
            "provider.access.port-admin-down",
            "provider",
        ),
        ([{"onu.rx_dbm": -29.1}], "provider.pon.weak-optical", "provider"),
        ([{"onu.rx_dbm": -23.0, "onu.rx_drop_db": 4.5}], "provider.pon.weak-optical", "provider"),
        ([{"onu.bip_rate": 2200.0}], "provider.pon.bip-errors", "provider"),
        (
            [SILENT, {"onu.lan_up": False, "port.mac_count": 0}],
            "subscriber.cpe.nothing-behind-onu",
            "subscriber",
        ),
        ([SILENT, {"port.mac_count": 0}], "subscriber.cpe.hung", "subscriber"),
        ([SILENT], "subscriber.cpe.no-padi", "subscriber"),
        ([RESTLESS, {"onu.down_cause": "dying_gasp"}], "subscriber.cpe.onu-restarts", "subscriber"),
        ([RESTLESS, {"onu.down_cause": "los"}], "provider.line.flapping", "provider"),
        (
            [DEAD, LOS, {"account.state": "blocked_nonpayment"}],
            "account.blocked-nonpayment",
            "account",
        ),
        (
            [DEAD, LOS, {"device.reachable": False}],
            "provider.access.device-unreachable",
            "provider",
        ),
        ([], "none.ok", "none"),
    ],
)
def test_the_verdict_names_the_place_and_the_side(changes, fault, side, content: Content) -> None:
    verdict = told(content, *changes)
    assert (verdict.fault, verdict.side.value) == (fault, side)


def test_lost_light_is_only_probable_until_somebody_asked_about_the_lamps(content: Content) -> None:
    """A cheap ONU has no energy for a last gasp: dark for want of power, it looks the same."""
    unasked = told(content, DEAD, LOS)
    assert unasked.grade is Grade.PROBABLE
    assert "subscriber.cpe.onu-power" in unasked.open_nearer
    assert told(content, DEAD, LOS, {"report.power_ok": True}).grade is Grade.CERTAIN


@pytest.mark.parametrize("state", ["online", "offline"])
def test_a_level_of_zero_is_no_light_and_no_fault(state: str, content: Content) -> None:
    changes = {"onu.rx_dbm": 0.0, "onu.olt_rx_dbm": None, "onu.rx_drop_db": None}
    assert told(content, {"onu.state": state}, changes).fault != "provider.pon.weak-optical"


def test_a_word_for_no_value_is_no_weak_light(content: Content) -> None:
    for word in (-80.0, -65535.0, -214748.0):
        changes = {"onu.rx_dbm": word, "onu.olt_rx_dbm": None, "onu.rx_drop_db": None}
        assert told(content, changes).fault != "provider.pon.weak-optical"


def test_the_last_cause_of_a_terminal_that_is_back_blames_nobody(content: Content) -> None:
    """The OLT keeps the last cause for ever: switched off at night, slow by day."""
    slow = {"report.symptom": "slow", "onu.down_cause": "dying_gasp"}
    assert (
        told(content, slow).side is not Side.SUBSCRIBER
        or "cpe.onu" not in told(content, slow).fault
    )
    down = told(content, SILENT, {"onu.down_cause": "dying_gasp"})
    assert down.fault == "subscriber.cpe.no-padi"


def test_a_dark_house_is_power_whatever_a_single_socket_says(content: Content) -> None:
    house = {"ref.access_kind": "pon", "onu.state": "dying_gasp", "pon.same_time_down": 24}
    verdict = judge(example_facts(house, content), content)
    assert (verdict.fault, verdict.side) == ("provider.site.power-outage", Side.PROVIDER)


def test_a_terminal_without_a_last_gasp_is_asked_for_by_its_lamps(content: Content) -> None:
    dark = {"ref.access_kind": "pon", "onu.state": "los", "pon.same_time_down": 1}
    verdict = judge(example_facts(dark | {"report.power_ok": False}, content), content)
    assert verdict.fault == "subscriber.cpe.onu-power"


def test_the_rules_of_cables_keep_silent_on_a_fibre(content: Content) -> None:
    """A dead ONU is a port without link: nothing about plugs, cables and switch ports follows."""
    verdict = told(content, DEAD, LOS)
    named = {one.fault for one in verdict.alternatives} | {fault for fault, _ in verdict.also}
    assert not [name for name in named if "cable" in name or "err-disabled" in name]
