"""Faults of switches and ports."""

import time

import pytest
from gufo.snmp import NoSuchInstance

ADMIN = "1.3.6.1.2.1.2.2.1.7"
OUT_DISCARDS = "1.3.6.1.2.1.2.2.1.19"
IN_BCAST = "1.3.6.1.2.1.31.1.1.1.9"
HC_IN = "1.3.6.1.2.1.31.1.1.1.6"
FCS = "1.3.6.1.2.1.10.7.2.1.3"
OUT_UCAST = "1.3.6.1.2.1.31.1.1.1.11"
IN_UCAST = "1.3.6.1.2.1.31.1.1.1.7"
PVID = "1.3.6.1.2.1.17.7.1.4.5.1.1"
CAUSE = "1.3.6.1.4.1.9.9.548.1.3.1.1.2"


def rate(town, device, *oids, over=0.6):
    first = [town.get(device, oid) for oid in oids]
    begun = time.monotonic()
    time.sleep(over)
    second = [town.get(device, oid) for oid in oids]
    passed = time.monotonic() - begun
    return [(b - a) / passed for a, b in zip(first, second, strict=True)]


def test_a_shut_port_is_shut_in_snmp_and_in_the_api(town):
    with town.fault("port-shut") as home:
        port = town.port_of(home.id)
        assert town.get("sw-7", f"{ADMIN}.{port.if_index}") == 2
        assert town.oper(home.id) == 2
        (row,) = town.api("sw-7", "/interface/ethernet/print", name=port.name)
        assert (row["disabled"], row["running"]) == (True, False)


@pytest.mark.parametrize(
    ("fault", "cause"), [("port-bpdu-block", 2), ("mac-limit", 9), ("port-storm-block", 14)]
)
def test_cisco_names_the_cause_of_an_err_disabled_port(town, fault, cause):
    with town.fault(fault) as home:
        port = town.port_of(home.id)
        assert town.get("sw-4", f"{ADMIN}.{port.if_index}") == 1
        assert town.oper(home.id) == 2
        assert town.get("sw-4", f"{CAUSE}.{port.if_index}.0") == cause
    with pytest.raises(NoSuchInstance):
        town.get("sw-4", f"{CAUSE}.{port.if_index}.0")


def test_violations_of_port_security_are_counted(town):
    security = "1.3.6.1.4.1.9.9.315.1.2.1.1"
    with town.fault("mac-limit", ago_s=100) as home:
        index = town.port_of(home.id).if_index
        assert town.get("sw-4", f"{security}.2.{index}") == 3
        assert 50 <= town.get("sw-4", f"{security}.9.{index}") <= 60


@pytest.mark.parametrize(
    ("home", "oid", "looped", "normal"),
    [
        ("100207", "1.3.6.1.4.1.171.12.41.3.1.1.4.{p.number}", 2, 1),
        ("100213", "1.3.6.1.4.1.35265.1.23.127.4.1.3.{p.if_index}.{p.pvid}", 2, 1),
        ("100228", "1.3.6.1.4.1.2011.5.25.174.1.1.7.1.6.{p.if_index}", 3, 1),
    ],
)
def test_each_make_tells_of_a_loop_in_its_own_mib(town, home, oid, looped, normal):
    port = town.port_of(home)
    assert town.get(port.device, oid.format(p=port)) == normal
    with town.fault("loop", home):
        assert town.get(port.device, oid.format(p=port)) == looped
        assert town.oper(home) == 2


def test_the_mikrotik_switch_protects_itself_from_a_loop(town):
    with town.fault("loop", "100233") as home:
        (row,) = town.api("sw-7", "/interface/ethernet/print", name=home.port[1])
        assert row["loop-protect-status"] == "disable"
        log = town.api("sw-7", "/log/print", topics="interface,warning")
        assert any("loop protect" in line["message"] for line in log)


def test_without_loop_detection_the_loop_floods_the_port(town):
    with town.fault("loop", "100202") as home:
        port = town.port_of(home.id)
        (broadcasts,) = rate(town, "sw-1", f"{IN_BCAST}.{port.if_index}")
        assert broadcasts > 2000
        assert len(town.macs(home.id)) > 20
        assert town.oper(home.id) == 1


def test_a_full_queue_drops_six_in_a_thousand(town):
    with town.fault("queue-drops") as home:
        port = town.port_of(home.id)
        discards, frames = rate(
            town, "sw-3", f"{OUT_DISCARDS}.{port.if_index}", f"{OUT_UCAST}.{port.if_index}", over=1
        )
        assert discards / frames == pytest.approx(0.006, rel=0.3)


def test_a_storm_is_heard_on_the_uplink_and_busies_the_switch(town):
    with town.fault("broadcast-storm") as home:
        (broadcasts,) = rate(town, "sw-1", f"{IN_BCAST}.109")
        assert broadcasts > 3000
        assert town.get("sw-1", "1.3.6.1.2.1.25.3.3.1.2.1") == 96
        assert town.ping("bng-1", home.ip, count=20)["packet-loss"] == 25
        assert 5 < town.echo(town.host("sw-1"), 20, wait_s=0.5) < 20


def test_an_overloaded_switch_says_so(town):
    with town.fault("switch-overload"):
        assert town.get("sw-2", "1.3.6.1.4.1.171.12.1.1.6.2.0") == 97


def test_a_port_in_the_wrong_vlan_learns_there_and_is_not_heard_above(town):
    with town.fault("wrong-vlan") as home:
        port = town.port_of(home.id)
        index = ".".join(str(int(part, 16)) for part in home.router.mac.split(":"))
        fdb = "1.3.6.1.2.1.17.7.1.2.2.1.2"
        assert town.get("sw-3", f"{PVID}.{port.number}") == 1
        assert town.get("sw-3", f"{fdb}.1.{index}") == port.number
        with pytest.raises(NoSuchInstance):
            town.get("agg-1", f"{fdb}.{home.vlan}.{index}")
        member = town.get("sw-3", f"1.3.6.1.2.1.17.7.1.4.3.1.2.{home.vlan}")
        assert not member[0] & 128 >> port.number - 1
        assert town.open_sessions(home.login) == []


def test_a_cable_in_another_port_is_learned_there_and_refused(town):
    with town.fault("other-port") as home:
        index = ".".join(str(int(part, 16)) for part in home.router.mac.split(":"))
        where = town.get("sw-1", f"1.3.6.1.2.1.17.7.1.2.2.1.2.{home.vlan}.{index}")
        assert where == 8
        assert town.oper(home.id) == 2
        assert "NAS-Port-Id" in town.answers(home.login)[0]["reason"]


def test_a_short_circuit_stops_the_power_over_the_cable(town):
    poe = "1.3.6.1.2.1.105.1.1.1.6.1.6"
    assert town.get("sw-1", poe) == 3
    with town.fault("poe-short") as home:
        assert town.get("sw-1", poe) == 4
        assert town.oper(home.id) == 2


def test_a_full_uplink_is_full_at_both_ends_and_loses_packets(town):
    with town.fault("uplink-full") as home:
        (octets,) = rate(town, "sw-3", f"{HC_IN}.105")
        assert octets * 8 > 0.93 * 10e9
        (out,) = rate(town, "agg-1", "1.3.6.1.2.1.31.1.1.1.10.4")
        assert out * 8 > 0.93 * 10e9
        last = town.ping("bng-1", home.ip, count=25)
        assert last["packet-loss"] >= 8
        assert int(str(last["avg-rtt"]).split("ms")[0]) > 50


def test_a_bad_uplink_damages_frames(town):
    with town.fault("uplink-errors"):
        errors, frames = rate(town, "sw-3", f"{FCS}.105", f"{IN_UCAST}.105", over=1)
        assert errors / frames == pytest.approx(0.0002, rel=0.5)


def test_a_switch_in_a_loop_of_restarts_is_young_and_forgets(town):
    with town.fault("reboot-loop"):
        assert town.get("sw-6", "1.3.6.1.6.3.10.2.1.2.0") == 7 + 11
        assert 290 <= town.get("sw-6", "1.3.6.1.6.3.10.2.1.3.0") <= 400
        assert town.get("sw-6", "1.3.6.1.2.1.1.3.0") < 40_000
        ended = town.sql(
            "radius",
            "SELECT * FROM radacct WHERE username = 'home227' AND acctstoptime IS NOT NULL",
        )
        assert len(ended) >= 10
