"""A dead device is dead to every protocol, and everything below it with it."""

import socket

import pytest

from tests.lab.clients import SILENCE_S, Town

SYS_NAME = "1.3.6.1.2.1.1.5.0"


def silent_tcp(host: str, port: int) -> bool:
    """A connection is not refused and not made: nobody answers."""
    with socket.socket() as sock:
        sock.settimeout(0.5)
        try:
            sock.connect((host, port))
        except TimeoutError:
            return True
    return False


def silent_snmp(town: Town, device: str) -> bool:
    try:
        town.get(device, SYS_NAME, SILENCE_S)
    except TimeoutError:
        return True
    return False


def test_a_dead_switch_is_silent_to_all_and_its_neighbours_see_it(town):
    with town.fault("switch-dead", "100207"):
        assert silent_snmp(town, "sw-2")
        assert silent_tcp(town.host("sw-2"), town.lab.ports.ssh)
        assert town.echo(town.host("sw-2"), wait_s=0.3) == 0
        assert town.get("agg-1", "1.3.6.1.2.1.2.2.1.8.3") == 2  # its port to sw-2
        assert town.get("agg-1", "1.3.6.1.2.1.2.2.1.8.2") == 1
        assert not silent_snmp(town, "sw-1")
    assert not silent_snmp(town, "sw-2")
    assert not silent_tcp(town.host("sw-2"), town.lab.ports.ssh)
    assert town.echo(town.host("sw-2")) == 1


def test_sessions_behind_a_dead_switch_end_with_lost_carrier(town):
    with town.fault("switch-dead", "100207", ago_s=600) as home:
        assert town.api("bng-1", "/ppp/active/print", name=home.login) == []
        assert town.open_sessions(home.login) == []
        (ended,) = town.sql(
            "radius",
            "SELECT *, strftime('%s','now') - strftime('%s', acctstoptime) AS age FROM radacct "
            f"WHERE username = '{home.login}' ORDER BY acctstoptime DESC LIMIT 1",
        )
        assert ended["acctterminatecause"] == "Lost-Carrier"
        assert 599 <= ended["age"] <= 610
        assert town.ping("bng-1", home.ip, count=2)["received"] == 0
    assert len(town.open_sessions(home.login)) == 1


def test_a_dead_aggregation_switch_takes_all_below_it_along(town):
    with town.fault("aggregation-dead", "100207"):
        for device in ("agg-1", "sw-1", "sw-2", "sw-3", "sw-4", "sw-5"):
            assert town.echo(town.host(device), wait_s=0.1) == 0
        assert silent_snmp(town, "sw-3")
        assert silent_tcp(town.host("sw-3"), town.lab.ports.ssh)
        assert not silent_snmp(town, "sw-6")
        assert len(town.api("bng-1", "/ppp/active/print")) == 2  # those on sw-8


def test_the_ring_carries_a_switch_with_two_ways_up(town):
    with town.fault("aggregation-dead", "100237"):  # agg-2
        assert silent_snmp(town, "sw-7")
        assert not silent_snmp(town, "sw-6")
        home = town.lab.scene.world.homes["100227"]
        assert len(town.open_sessions(home.login)) == 1
        assert town.ping("bng-2", home.ip, count=2)["received"] == 2


def test_a_dead_router_is_silent_and_its_switches_are_not(town):
    with town.fault("bng-dead", "100231"):
        assert silent_tcp(town.host("bng-2"), town.lab.ports.routeros)
        assert silent_snmp(town, "bng-2")
        assert town.echo(town.host("bng-2"), wait_s=0.3) == 0
        assert town.echo(town.host("sw-6")) == 1
        assert not silent_tcp(town.host("bng-1"), town.lab.ports.routeros)
        assert town.get("core-1", "1.3.6.1.2.1.2.2.1.8.2") == 2  # its port to bng-2
        assert town.open_sessions("home227") == []
    assert town.api("bng-2", "/system/identity/print")[0]["name"] == "bng-2"


def test_a_standing_connection_goes_quiet_and_speaks_again(town):
    import librouteros

    api = librouteros.connect(
        host=town.host("sw-7"),
        port=town.lab.ports.routeros,
        username="netdiag",
        password=town.lab.keys.routeros,
        timeout=0.4,
    )
    assert list(api.rawCmd("/system/identity/print"))
    with town.fault("switch-dead", "100232"), pytest.raises((TimeoutError, OSError)):
        list(api.rawCmd("/system/identity/print"))
    api.close()
    assert town.api("sw-7", "/system/identity/print")[0]["name"] == "sw-7"


def test_power_lost_at_a_site_leaves_the_battery_alive(town):
    with town.fault("site-power", "100217"):
        assert silent_snmp(town, "sw-4")
        assert silent_snmp(town, "sw-5")
        assert town.get("sw-3", "1.3.6.1.4.1.89.53.15.1.2.1") == 3  # main supply critical
        assert town.oper("100212") == 2  # the homes are dark
        assert town.echo(town.host("sw-3")) == 1
        assert town.echo(town.host("sw-1")) == 1
    assert town.get("sw-3", "1.3.6.1.4.1.89.53.15.1.2.1") == 1


def test_silence_can_begin_and_end_many_times(town):
    for _ in range(20):
        with town.fault("switch-dead", "100232"):
            assert town.echo(town.host("sw-7"), wait_s=0.02) == 0
        assert town.api("sw-7", "/system/identity/print")
