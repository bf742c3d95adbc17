"""Faults of settings, sessions, leases, and of what lies behind the router."""

import pytest
from librouteros.exceptions import TrapError  # noqa: F401  (a trap is an error of the test)

LEASE = "/ip/dhcp-server/lease/print"


def log(town, device, part):
    return [row["message"] for row in town.api(device, "/log/print") if part in row["message"]]


def lease(town, home):
    return town.api(home.bng, LEASE, mac_address=home.macs[0].upper())


@pytest.mark.parametrize(
    ("fault", "reason"), [("wrong-password", "does not match"), ("wrong-login", "not found")]
)
def test_what_was_typed_in_wrongly_is_rejected_again_and_again(town, fault, reason):
    with town.fault(fault) as home:
        tried = home.router.login or home.login
        answers = town.answers(tried)
        assert len(answers) >= 30
        assert all(reason in row["reason"] for row in answers[:30])
        assert answers[0]["callingstationid"] == home.router.mac.upper()
        assert log(town, home.bng, f"user {tried} authentication failed")
        assert log(town, home.bng, f"established from {home.router.mac.upper()}")
        assert town.api(home.bng, "/ppp/active/print", name=home.login) == []


def test_a_box_that_does_not_dial_is_seen_on_the_port_and_not_in_the_log(town):
    with town.fault("no-padi", ago_s=1200) as home:
        assert town.macs(home.id) == [home.router.mac]
        recent = town.api(home.bng, "/log/print")[-1]
        assert recent["message"] != f"PPPoE connection established from {home.router.mac.upper()}"
        assert town.answers(home.login) == [] or "Accept" in town.answers(home.login)[0]["reply"]
        assert town.open_sessions(home.login) == []


def test_a_box_that_does_not_ask_leaves_its_lease_waiting(town):
    with town.fault("no-dhcp-request", ago_s=1800) as home:
        (row,) = lease(town, home)
        assert row["status"] == "waiting"
        assert row["last-seen"] in ("32m30s", "32m31s", "32m32s", "32m33s")
        assert town.api(home.bng, "/ip/arp/print", address=home.ip) == []
        assert town.macs(home.id) == [home.router.mac]


def test_a_cable_in_the_lan_socket_makes_a_second_dhcp_server(town):
    with town.fault("lan-in-wan") as home:
        (row,) = town.api("bng-1", "/ip/dhcp-server/alert/print", interface=f"vlan{home.vlan}")
        assert row["unknown-server"] == home.router.mac.upper()
        assert town.macs(home.id) == [home.router.mac]
        assert lease(town, home) == []


def test_a_neighbours_dhcp_server_lures_the_box_away(town):
    with town.fault("rogue-dhcp") as home:
        (row,) = town.api("bng-1", "/ip/dhcp-server/alert/print", interface=f"vlan{home.vlan}")
        rogue = row["unknown-server"].lower()
        assert rogue not in town.macs(home.id)
        ports = town.walk("sw-5", "1.3.6.1.2.1.17.7.1.2.2.1.2")
        index = ".".join(str(int(part, 16)) for part in rogue.split(":"))
        assert ports[f"{home.vlan}.{index}"] == 6
        assert lease(town, home)[0]["status"] == "offered"
        assert log(town, "bng-1", f"offering lease {home.ip} for")


def test_a_new_box_is_learned_in_place_of_the_old_one(town):
    with town.fault("router-replaced") as home:
        assert town.macs(home.id) == [home.router.mac]
        assert home.router.mac not in home.macs
        assert lease(town, home) == []


def test_a_new_box_with_pppoe_is_refused_for_its_mac(town):
    with town.fault("router-replaced", "100202") as home:
        newest = town.answers(home.login)[0]
        assert "Calling-Station-Id" in newest["reason"]
        assert newest["callingstationid"] == home.router.mac.upper()


def test_a_wrong_static_address_leaves_the_arp_entry_incomplete(town):
    with town.fault("wrong-static-ip") as home:  # a v6 router
        (row,) = town.api("bng-2", "/ip/arp/print", address=home.ip)
        assert row["complete"] is False
        assert "mac-address" not in row
        (host,) = town.api(
            "sw-7", "/interface/bridge/host/print", mac_address=home.router.mac.upper()
        )
        assert host["on-interface"] == home.port[1]
    with town.fault("wrong-static-ip", "100216") as home:  # a v7 router
        (row,) = town.api("bng-1", "/ip/arp/print", address=home.ip)
        assert row["status"] == "failed"


def test_a_silent_box_keeps_its_lease_and_answers_no_arp(town):
    with town.fault("arp-silent") as home:
        assert lease(town, home)[0]["status"] == "bound"
        (row,) = town.api("bng-1", "/ip/arp/print", address=home.ip)
        assert row["status"] == "failed"
        words = {"arp-ping": "yes", "interface": f"vlan{home.vlan}"}
        assert town.ping("bng-1", home.ip, count=3, **words)["received"] == 0


def test_two_boxes_with_one_address_both_answer(town):
    with town.fault("ip-conflict") as home:
        words = {"address": home.ip, "arp-ping": "yes", "count": 4, "interval": "100ms"}
        hosts = {row["host"] for row in town.api("bng-1", "/tool/ping", **words)}
        assert hosts == {home.router.mac.upper(), home.ip_stolen_by.upper()}


def test_radius_that_is_down_keeps_old_sessions_and_lets_nobody_in(town):
    with town.fault("radius-down") as home:
        (first,) = town.api("bng-1", "/radius/monitor", **{".id": "*1", "once": ""})
        assert first["timeouts"] > 1000
        assert log(town, "bng-1", f"user {home.login} authentication failed - radius timeout")
        assert town.open_sessions(home.login) == []
        assert len(town.open_sessions("home202")) == 1
        (row,) = town.sql(
            "radius",
            "SELECT strftime('%s','now') - strftime('%s', max(authdate)) AS age FROM radpostauth",
        )
        assert row["age"] >= 1799


def test_a_full_dhcp_pool_gives_no_address(town):
    with town.fault("dhcp-pool-full") as home:
        (pool,) = town.api("bng-1", "/ip/pool/print", name="dhcp-pool")
        assert (pool["used"], pool["available"]) == (253, 0)
        assert lease(town, home) == []
        assert log(town, "bng-1", "pool <dhcp-pool> is empty")
        others = town.api("bng-1", LEASE, status="bound")
        assert len(others) > 5


def test_a_full_pool_is_counted_by_its_addresses_in_v6(town):
    with town.fault("dhcp-pool-full", "100229"):
        assert len(town.api("bng-2", "/ip/pool/used/print", pool="dhcp-pool")) == 253


@pytest.mark.parametrize("fault", ["pppoe-no-address", "pppoe-pool-missing"])
def test_without_an_address_the_login_is_accepted_and_the_session_dies(town, fault):
    with town.fault(fault) as home:
        assert town.answers(home.login)[0]["reply"] == "Access-Accept"
        assert log(town, home.bng, f"<pppoe-{home.login}>: could not determine remote address")
        assert town.open_sessions(home.login) == []
        pools = [row["name"] for row in town.api(home.bng, "/ip/pool/print")]
        assert ("pppoe-pool" in pools) is (fault == "pppoe-no-address")


def test_a_stale_session_stands_still_while_its_owner_knocks(town):
    with town.fault("stale-session") as home:
        (active,) = town.api(home.bng, "/ppp/active/print", name=home.login)
        assert active["caller-id"] == home.router.mac.upper()
        (row,) = town.sql(
            "radius",
            "SELECT strftime('%s','now') - strftime('%s', acctupdatetime) AS idle FROM radacct "
            f"WHERE username = '{home.login}' AND acctstoptime IS NULL",
        )
        assert row["idle"] >= 1799
        newest = town.answers(home.login)[0]
        assert (newest["reply"], "already logged in" in newest["reason"]) == ("Access-Reject", True)
        assert town.ping(home.bng, home.ip, count=3)["received"] == 0


def test_a_stolen_login_is_used_from_another_mac(town):
    with town.fault("duplicate-login") as home:
        (session,) = town.open_sessions(home.login)
        (active,) = town.api("bng-1", "/ppp/active/print", name=home.login)
        assert session["callingstationid"] == active["caller-id"] != home.router.mac.upper()
        assert "already logged in" in town.answers(home.login)[0]["reason"]


def test_a_session_that_drops_again_and_again_leaves_its_traces(town):
    with town.fault("session-drops") as home:
        ended = town.sql(
            "radius",
            f"SELECT acctterminatecause AS c FROM radacct WHERE username = '{home.login}' "
            "AND acctstoptime IS NOT NULL",
        )
        assert [row["c"] for row in ended].count("Lost-Carrier") >= 10
        assert len(town.open_sessions(home.login)) == 1
        assert log(town, home.bng, f"<pppoe-{home.login}>: terminating... - peer is not responding")
        (port,) = town.api("sw-7", "/interface/print", name=home.port[1])
        assert port["running"] is True


def test_a_lost_route_stops_everybody_of_the_router(town):
    with town.fault("route-lost") as home:
        assert town.api(home.bng, "/ip/route/print", **{"dst-address": "0.0.0.0/0"}) == []
        assert town.ping(home.bng, "198.51.100.1", count=2)["status"] == "no route to host"
        assert town.ping(home.bng, home.ip, count=2)["received"] == 2
        assert town.ping("bng-1", "198.51.100.1", count=2)["received"] == 2


def test_a_forgotten_debtor_reaches_nothing(town):
    with town.fault("debtor-left") as home:
        (row,) = town.api(home.bng, "/ip/firewall/address-list/print", address=home.ip)
        assert row["list"] == "debtors"
        assert town.account(home.id)["state"] == "active"
        words = {"src-address": home.ip}
        assert town.ping(home.bng, "198.51.100.1", count=2, **words)["received"] == 0
        assert town.ping(home.bng, "198.51.100.1", count=2)["received"] == 2


def test_a_dead_resolver_is_silent(town):
    import dns.exception
    import dns.message
    import dns.query

    with town.fault("dns-down"):
        query = dns.message.make_query("www.example.test", "A")
        with pytest.raises(dns.exception.Timeout):
            dns.query.udp(query, f"{town.base}.0.53", timeout=0.3, port=town.lab.ports.dns)
        assert town.echo(f"{town.base}.0.53", wait_s=0.1) == 0


def test_large_packets_vanish_in_an_mtu_hole(town):
    with town.fault("mtu-hole") as home:
        words = {"do-not-fragment": "yes"}
        assert town.ping("bng-1", home.ip, count=2, size="1380", **words)["received"] == 2
        assert town.ping("bng-1", home.ip, count=2, size="1400", **words)["status"] == "timeout"
        assert town.ping("bng-1", home.ip, count=2, size="1492")["received"] == 2


def test_a_full_nat_table_is_counted(town):
    with town.fault("nat-full"):
        (row,) = town.api("bng-1", "/ip/firewall/connection/tracking/print")
        assert row["total-entries"] / row["max-entries"] > 0.98


def test_one_dead_service_leaves_the_anchors_alone(town):
    with town.fault("shop-down"):
        assert town.ping("bng-1", "203.0.113.80", count=2)["received"] == 0
        assert town.ping("bng-1", "203.0.113.1", count=2)["received"] == 2


def test_who_uses_all_he_pays_for_fills_his_queue(town):
    with town.fault("full-rate") as home:
        (queue,) = town.api("bng-1", "/queue/simple/print", name=f"<pppoe-{home.login}>")
        limit, rate = (int(queue[key].split("/")[1]) for key in ("max-limit", "rate"))
        assert 0.95 < rate / limit <= 1.0
        assert town.ping("bng-1", home.ip, count=5)["packet-loss"] == 0


def test_an_infected_machine_floods_and_mails(town):
    with town.fault("infected") as home:
        (queue,) = town.api("bng-1", "/queue/simple/print", name=f"<pppoe-{home.login}>")
        assert int(queue["packet-rate"].split("/")[0]) > 20_000
        words = {"interface": f"<pppoe-{home.login}>", "duration": "1"}
        flows = town.api("bng-1", "/tool/torch", **words)
        assert len({f["dst-address"] for f in flows if f["dst-port"] == 25}) == 60


def test_a_foreign_resolver_is_seen_in_the_flows(town):
    with town.fault("foreign-dns") as home:
        flows = town.api("bng-1", "/tool/torch", **{"src-address": f"{home.ip}/32"})
        assert [f["dst-address"] for f in flows if f["dst-port"] == 53] == ["192.0.2.53"]


@pytest.mark.parametrize("fault", ["double-nat", "bad-wifi"])
def test_what_only_the_subscriber_can_tell_shows_nowhere(town, fault):
    with town.fault(fault) as home:
        assert len(town.open_sessions(home.login)) == 1
        assert town.oper(home.id) == 1
        assert town.ping("bng-1", home.ip, count=5)["packet-loss"] == 0
