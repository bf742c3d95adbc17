"""Faults of the cable and of the box, as SNMP, API and CLI tell them alike."""

import time

import pytest
from gufo.snmp import NoSuchInstance

FCS = "1.3.6.1.2.1.10.7.2.1.3"
LATE = "1.3.6.1.2.1.10.7.2.1.8"
DUPLEX = "1.3.6.1.2.1.10.7.2.1.19"
SPEED = "1.3.6.1.2.1.31.1.1.1.15"
HC_UCAST = "1.3.6.1.2.1.31.1.1.1.7"
CHANGED = "1.3.6.1.2.1.2.2.1.9"
UPTIME = "1.3.6.1.2.1.1.3.0"
RECEIVED = "1.3.6.1.2.1.26.5.1.1.11"
CONFIG = "1.3.6.1.2.1.26.5.1.1.4"
DLINK = "1.3.6.1.4.1.171.12.58.1.1.1"
ELTEX = "1.3.6.1.4.1.35265.1.23.90.1.1.1"
HUAWEI = "1.3.6.1.4.1.2011.5.25.31.1.1.7.1"


def cell(town, home, column):
    port = town.port_of(home)
    return town.get(port.device, f"{column}.{port.if_index}")


def mau(town, home, column):
    port = town.port_of(home)
    return town.get(port.device, f"{column}.{port.if_index}.1")


def test_a_cut_cable_is_open_at_14_m_on_every_pair(town):
    with town.fault("cable-cut") as home:
        assert town.oper(home.id) == 2
        assert town.macs(home.id) == []
        assert town.set("sw-2", f"{DLINK}.12.1", 1).returncode == 0
        pairs = [town.get("sw-2", f"{DLINK}.{column}.1") for column in range(4, 8)]
        metres = [town.get("sw-2", f"{DLINK}.{column}.1") for column in range(8, 12)]
        assert pairs == [1, 1, 8, 8]  # open, open; a 100 Mbit/s port has two pairs
        assert metres == [14, 14, 0, 0]
        assert town.get("sw-2", f"{DLINK}.3.1") == 0
        assert town.open_sessions(home.login) == []


def test_the_port_went_down_when_the_fault_began(town):
    with town.fault("cable-cut", ago_s=900) as home:
        age = town.get("sw-2", UPTIME) - cell(town, home.id, CHANGED)
        assert 89_900 <= age <= 91_000


def test_an_unplugged_cable_is_open_at_its_full_length(town):
    with town.fault("cable-unplugged") as home:
        number = town.port_of(home.id).number
        town.set("sw-2", f"{DLINK}.12.{number}", 1)
        assert town.get("sw-2", f"{DLINK}.4.{number}") == 1
        assert town.get("sw-2", f"{DLINK}.8.{number}") == round(home.line.length_m)


def test_a_router_without_power_leaves_the_pairs_whole(town):
    with town.fault("router-off") as home:
        number = town.port_of(home.id).number
        town.set("sw-2", f"{DLINK}.12.{number}", 1)
        assert town.oper(home.id) == 2
        assert town.get("sw-2", f"{DLINK}.4.{number}") == 0


def test_eltex_tells_the_result_only_after_a_test(town):
    with town.fault("cable-cut", "100213") as home:
        index = town.port_of(home.id).if_index
        with pytest.raises(NoSuchInstance):
            town.get("sw-3", f"{ELTEX}.2.{index}")
        town.set("sw-3", f"1.3.6.1.4.1.89.90.1.1.1.1.{index}", 2)
        assert [town.get("sw-3", f"{ELTEX}.{c}.{index}") for c in (2, 5, 6, 9)] == [2, 2, 14, 14]


def test_huawei_tells_worst_state_and_pairs(town):
    with town.fault("cable-short", "100228") as home:
        index = town.port_of(home.id).if_index
        town.set("sw-6", f"{HUAWEI}.4.{index}", 1)
        assert [town.get("sw-6", f"{HUAWEI}.{c}.{index}") for c in (2, 3, 6, 10)] == [3, 9, 3, 9]


def test_the_mikrotik_switch_tests_a_cable(town):
    with town.fault("cable-cut", "100232") as home:
        (row,) = town.api("sw-7", "/interface/ethernet/cable-test", numbers=home.port[1], once="")
        assert row["status"] == "no-link"
        assert row["cable-pairs"] == "open:14,open:14,open:14,open:14"
        (port,) = town.api("sw-7", "/interface/print", name=home.port[1])
        assert port["running"] is False
        assert town.oper(home.id) == 2


def test_a_broken_pair_costs_speed_while_the_partner_offers_more(town):
    with town.fault("pair-broken") as home:
        assert cell(town, home.id, SPEED) == 100
        assert mau(town, home.id, RECEIVED) == bytes((0b01101100, 0b00000011))
        assert mau(town, home.id, CONFIG) == 3
        assert len(town.open_sessions(home.login)) == 1


def test_a_slow_box_offers_no_more(town):
    with town.fault("router-100") as home:
        assert cell(town, home.id, SPEED) == 100
        assert mau(town, home.id, RECEIVED) == bytes((0b01101100, 0))


def test_half_a_thousandth_of_the_frames_is_damaged(town):
    with town.fault("crc-errors") as home:
        first = cell(town, home.id, FCS), cell(town, home.id, HC_UCAST)
        time.sleep(2.5)
        second = cell(town, home.id, FCS), cell(town, home.id, HC_UCAST)
        errors, frames = second[0] - first[0], second[1] - first[1]
        assert frames > 1000
        assert errors / frames == pytest.approx(500e-6, abs=300e-6)
        assert cell(town, home.id, SPEED) == 1000


def test_a_healthy_line_has_no_errors(town):
    assert cell(town, "100201", FCS) == 0


def test_a_forced_box_leaves_us_at_half_duplex_with_late_collisions(town):
    with town.fault("duplex-mismatch") as home:
        assert cell(town, home.id, DUPLEX) == 2
        assert mau(town, home.id, CONFIG) == 5
        assert mau(town, home.id, RECEIVED) == b"\0\0"
        assert cell(town, home.id, LATE) < (time.sleep(2.0) or cell(town, home.id, LATE))
        assert town.ping("bng-1", home.ip, count=20)["packet-loss"] == 10


def test_the_mikrotik_switch_shows_a_duplex_mismatch(town):
    with town.fault("duplex-mismatch", "100232") as home:
        (state,) = town.api("sw-7", "/interface/ethernet/monitor", numbers=home.port[1], once="")
        assert (state["full-duplex"], state["auto-negotiation"]) == (False, "failed")
        assert state["link-partner-advertising"] == ""
        log = town.api("sw-7", "/log/print", topics="interface,warning")
        assert any("duplex mismatch" in row["message"] for row in log)


def test_a_loose_plug_is_seen_in_counters_log_and_sessions(town):
    (before,) = town.api("sw-7", "/interface/print", name="ether1")
    with town.fault("link-flaps") as home:
        (port,) = town.api("sw-7", "/interface/print", name=home.port[1])
        assert port["link-downs"] - before["link-downs"] == 13
        assert port["running"] is True
        log = town.api("sw-7", "/log/print", topics="interface,info")
        downs = [r for r in log if r["message"] == f"{home.port[1]} link down"]
        assert len(downs) == 13
        ended = town.sql(
            "radius",
            f"SELECT acctterminatecause AS c FROM radacct WHERE username = '{home.login}' "
            "AND acctstoptime IS NOT NULL",
        )
        assert [row["c"] for row in ended].count("Lost-Carrier") >= 13
        stats = "1.3.6.1.4.1.14988.1.1.14.1.1.90"
        assert cell(town, home.id, stats) == port["link-downs"]
        assert (town.get("sw-7", UPTIME) - cell(town, home.id, CHANGED)) / 100 < 250


def test_a_hung_box_has_link_and_no_address(town):
    with town.fault("router-hung") as home:
        assert town.oper(home.id) == 1
        assert town.macs(home.id) == []
        assert town.open_sessions(home.login) == []
        assert town.ping("bng-1", home.ip, count=2)["received"] == 0
