"""RouterOS devices over their API, asked with librouteros."""

import re
import time

import librouteros
import pytest
from librouteros.exceptions import TrapError


def test_v7_and_v6_say_who_they_are(town):
    (seven,) = town.api("bng-1", "/system/resource/print")
    (six,) = town.api("bng-2", "/system/resource/print")
    assert seven["version"].startswith("7.16")
    assert six["version"].startswith("6.49")


def test_a_session_looks_the_same_in_every_table(town):
    home = town.lab.scene.world.homes["100202"]
    (active,) = town.api("bng-1", "/ppp/active/print", name=home.login)
    (interface,) = town.api("bng-1", "/interface/pppoe-server/print", user=home.login)
    (queue,) = town.api("bng-1", "/queue/simple/print", name=f"<pppoe-{home.login}>")
    (route,) = town.api("bng-1", "/ip/route/print", **{"dst-address": f"{home.ip}/32"})
    assert active["caller-id"] == home.router.mac.upper() == interface["remote-address"]
    assert active["address"] == home.ip
    assert active["uptime"] == interface["uptime"]
    rate = home.account.down_mbps * 1_000_000
    assert queue["max-limit"] == f"{rate}/{rate}"
    assert route["gateway"] == f"<pppoe-{home.login}>"


def test_a_session_interface_can_be_monitored_by_its_id(town):
    (row,) = town.api("bng-2", "/interface/pppoe-server/print", user="home227")
    words = {"numbers": row[".id"], "once": ""}
    (seen,) = town.api("bng-2", "/interface/pppoe-server/monitor", **words)
    assert (seen["user"], seen["mtu"]) == ("home227", 1480)


def test_sessions_of_the_other_router_are_not_here(town):
    assert town.api("bng-2", "/ppp/active/print", name="home202") == []


def test_a_bound_lease_has_its_arp_entry(town):
    home = town.lab.scene.world.homes["100204"]
    (lease,) = town.api("bng-1", "/ip/dhcp-server/lease/print", mac_address=home.macs[0].upper())
    (arp,) = town.api("bng-1", "/ip/arp/print", address=home.ip)
    assert lease["status"] == "bound"
    assert lease["active-address"] == home.ip
    assert arp["mac-address"] == lease["active-mac-address"]


def test_arp_has_a_status_in_v7_and_only_a_flag_in_v6(town):
    (seven,) = town.api("bng-1", "/ip/arp/print", address="10.77.3.208")
    (six,) = town.api("bng-2", "/ip/arp/print", address="10.77.13.233")
    assert (seven["status"], seven["complete"]) == ("reachable", True)
    assert "status" not in six
    assert six["complete"] is True


def test_only_v7_counts_its_pools(town):
    (seven,) = town.api("bng-1", "/ip/pool/print", name="dhcp-pool")
    (six,) = town.api("bng-2", "/ip/pool/print", name="dhcp-pool")
    assert seven["total"] == 253
    assert seven["used"] + seven["available"] == 253
    assert "total" not in six
    assert 90 < len(town.api("bng-2", "/ip/pool/used/print", pool="dhcp-pool")) < 253


def test_dates_are_written_as_each_version_does(town):
    (seven,) = town.api("sw-7", "/interface/print", name="ether1")
    (six,) = town.api("bng-2", "/interface/print", name="sfp-sfpplus1")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", seven["last-link-up-time"])
    assert re.fullmatch(r"[a-z]{3}/\d\d/\d{4} \d\d:\d\d:\d\d", six["last-link-up-time"])


def test_the_log_reaches_back_and_is_in_order(town):
    rows = town.api("bng-1", "/log/print")
    assert 50 < len(rows) <= 1000
    assert {"time", "topics", "message"} <= rows[0].keys()


def test_ping_streams_probes_with_their_sums(town):
    home = town.lab.scene.world.homes["100202"]
    rows = town.api("bng-1", "/tool/ping", address=home.ip, count=5, interval="100ms")
    assert [row["seq"] for row in rows] == [0, 1, 2, 3, 4]
    assert (rows[-1]["sent"], rows[-1]["received"], rows[-1]["packet-loss"]) == (5, 5, 0)
    assert re.fullmatch(r"\d+ms\d+us", rows[-1]["avg-rtt"])


def test_nobody_answers_at_an_unknown_address(town):
    last = town.ping("bng-1", "10.99.0.1", count=3)
    assert (last["received"], last["packet-loss"], last["status"]) == (0, 100, "timeout")
    assert "avg-rtt" not in last


def test_anchors_answer_large_packets(town):
    words = {"size": "1500", "do-not-fragment": "yes"}
    assert town.ping("bng-1", "198.51.100.1", count=2, **words)["received"] == 2


def test_a_session_refuses_packets_larger_than_its_mtu(town):
    home = town.lab.scene.world.homes["100227"]  # v6: 1480
    small = town.ping("bng-2", home.ip, count=1, size="1480", **{"do-not-fragment": "yes"})
    large = town.ping("bng-2", home.ip, count=1, size="1481", **{"do-not-fragment": "yes"})
    assert small["received"] == 1
    assert "fragmented" in large["status"]


def test_an_arp_ping_is_answered_by_a_mac(town):
    home = town.lab.scene.world.homes["100206"]
    words = {"arp-ping": "yes", "interface": f"vlan{home.vlan}"}
    last = town.ping("bng-1", home.ip, count=3, **words)
    assert (last["received"], last["host"]) == (3, home.router.mac.upper())


def test_the_switch_shows_its_bridge(town):
    home = town.lab.scene.world.homes["100232"]
    (host,) = town.api("sw-7", "/interface/bridge/host/print", mac_address=home.router.mac.upper())
    (port,) = town.api("sw-7", "/interface/bridge/port/print", interface=home.port[1])
    (vlan,) = town.api("sw-7", "/interface/bridge/vlan/print", vlan_ids=str(home.vlan))
    assert (host["on-interface"], host["vid"]) == (home.port[1], home.vlan)
    assert port["pvid"] == home.vlan
    assert home.port[1] in vlan["current-untagged"].split(",")
    assert "sfp-sfpplus1" in vlan["current-tagged"].split(",")


def test_monitor_and_counters_of_a_port(town):
    (state,) = town.api("sw-7", "/interface/ethernet/monitor", numbers="ether1", once="")
    assert (state["status"], state["rate"], state["auto-negotiation"]) == (
        "link-ok",
        "1Gbps",
        "done",
    )
    assert "1G-baseT-full" in state["link-partner-advertising"]
    (first,) = town.api("sw-7", "/interface/ethernet/print", name="ether1")
    time.sleep(0.05)
    (second,) = town.api("sw-7", "/interface/ethernet/print", name="ether1")
    assert second["rx-bytes"] > first["rx-bytes"]
    assert first["rx-fcs-error"] == second["rx-fcs-error"] == 0


def test_radius_answers_every_request(town):
    (first,) = town.api("bng-1", "/radius/monitor", **{".id": "*1", "once": ""})
    time.sleep(0.4)
    (second,) = town.api("bng-1", "/radius/monitor", **{".id": "*1", "once": ""})
    assert second["requests"] > first["requests"]
    assert second["timeouts"] == first["timeouts"] == 0


def test_a_switch_has_no_routers_menus(town):
    with pytest.raises(TrapError, match="no such command"):
        town.api("sw-7", "/ppp/active/print")


def test_a_wrong_password_is_refused(town):
    with pytest.raises(librouteros.exceptions.TrapError, match="invalid user name or password"):
        librouteros.connect(
            host=town.host("bng-1"), port=town.lab.ports.routeros, username="netdiag", password="x"
        )
