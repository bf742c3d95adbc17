"""The agents, asked with gufo, net-snmp and pysnmp."""

import asyncio
import re
import time

import pytest
from gufo.snmp import NoSuchInstance

from tests.lab.clients import has

SYS_DESCR = "1.3.6.1.2.1.1.1.0"
SYS_OBJECT_ID = "1.3.6.1.2.1.1.2.0"
IF_NAME = "1.3.6.1.2.1.31.1.1.1.1"
HC_IN = "1.3.6.1.2.1.31.1.1.1.6"
IN_OCTETS = "1.3.6.1.2.1.2.2.1.10"
net_snmp = pytest.mark.skipif(not has("snmpbulkwalk"), reason="net-snmp's tools are not installed")


def _oid(dotted: str) -> tuple[int, ...]:
    return tuple(int(part) for part in dotted.strip(".").split("."))


def test_every_device_tells_what_it_is(town):
    for device in town.lab.scene.world.devices:
        assert town.get(device, SYS_DESCR)
        assert town.get(device, "1.3.6.1.2.1.1.5.0") == device.encode()


@pytest.mark.parametrize(
    ("device", "identity", "name"),
    [
        ("sw-2", "1.3.6.1.4.1.171.10.113.1.1", b"1"),
        ("sw-5", "1.3.6.1.4.1.171.10.133.1.1", b"1/1"),
        ("sw-3", "1.3.6.1.4.1.35265.1.78", b"gi1/0/1"),
        ("sw-4", "1.3.6.1.4.1.9.1.1208", b"Gi1/0/1"),
        ("sw-6", "1.3.6.1.4.1.2011.2.23.276", b"GigabitEthernet0/0/1"),
        ("sw-7", "1.3.6.1.4.1.14988.1", b"ether1"),
    ],
)
def test_makes_name_their_ports_in_their_own_way(town, device, identity, name):
    assert town.get(device, SYS_OBJECT_ID) == identity
    assert name in town.walk(device, IF_NAME).values()


@net_snmp
def test_snmpbulkwalk_reads_a_whole_device_in_order(town):
    done = town.net_snmp("snmpbulkwalk", "sw-1", "1.3.6.1")
    assert done.returncode == 0, done.stderr
    names = [_oid(line.split(" = ")[0]) for line in done.stdout.splitlines() if " = " in line]
    assert len(names) > 600
    assert names == sorted(names)
    assert "OID not increasing" not in done.stderr


@net_snmp
def test_getnext_and_getbulk_give_the_same(town):
    slow = town.net_snmp("snmpwalk", "sw-2", IF_NAME).stdout
    quick = town.net_snmp("snmpbulkwalk", "sw-2", IF_NAME).stdout
    assert slow == quick
    assert len(slow.splitlines()) == 10


@net_snmp
def test_snmpget_tells_a_missing_instance_from_an_answer(town):
    done = town.net_snmp("snmpget", "sw-1", SYS_DESCR, f"{IF_NAME}.9999")
    assert "Ethernet switch" in done.stdout
    assert "No Such Instance" in done.stdout


def test_pysnmp_reads_the_same_as_the_others(town):
    from pysnmp.hlapi.v3arch.asyncio import (
        CommunityData,
        ContextData,
        ObjectIdentity,
        ObjectType,
        SnmpEngine,
        UdpTransportTarget,
        get_cmd,
    )

    async def ask():
        engine = SnmpEngine()
        target = await UdpTransportTarget.create((town.host("sw-3"), town.lab.ports.snmp))
        try:
            return await get_cmd(
                engine,
                CommunityData(town.lab.keys.community),
                target,
                ContextData(),
                ObjectType(ObjectIdentity(SYS_DESCR)),
            )
        finally:
            engine.close_dispatcher()

    error, status, _, binds = asyncio.run(ask())
    assert not error
    assert not status
    assert str(binds[0][1]) == town.get("sw-3", SYS_DESCR).decode()


def test_a_wrong_community_gets_no_answer(town):
    with town.session("sw-1", "public", 0.4) as session, pytest.raises(TimeoutError):
        session.get(SYS_DESCR)


def test_nonsense_on_the_socket_does_not_end_the_agent(town):
    import socket

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for rubbish in (b"", b"\x30", b"\x30\x84\xff\xff\xff\xff", b"\x00" * 90, b"GET / HTTP/1.1"):
            sock.sendto(rubbish, (town.host("sw-1"), town.lab.ports.snmp))
    assert town.get("sw-1", SYS_DESCR)


def test_counters_grow_between_two_readings(town):
    port = town.port_of("100202")
    first = town.get(port.device, f"{HC_IN}.{port.if_index}")
    time.sleep(0.05)
    assert town.get(port.device, f"{HC_IN}.{port.if_index}") > first


def test_the_des_has_only_32_bit_counters(town):
    with pytest.raises(NoSuchInstance):
        town.get("sw-2", f"{HC_IN}.1")
    assert 0 <= town.get("sw-2", f"{IN_OCTETS}.1") < 2**32
    assert town.get("sw-5", f"{HC_IN}.1") > 0


def test_only_some_makes_serve_the_mau_mib(town):
    autoneg = "1.3.6.1.2.1.26.5.1.1.4"
    assert set(town.walk("sw-1", autoneg).values()) <= {2, 3}
    assert town.walk("sw-2", autoneg) == {}
    assert town.walk("sw-4", autoneg) == {}


def test_q_bridge_shows_members_tags_and_addresses(town):
    home = town.lab.scene.world.homes["100202"]
    port = town.port_of("100202")
    assert town.get("sw-1", f"1.3.6.1.2.1.17.7.1.4.5.1.1.{port.number}") == home.vlan
    egress = town.get("sw-1", f"1.3.6.1.2.1.17.7.1.4.3.1.2.{home.vlan}")
    untagged = town.get("sw-1", f"1.3.6.1.2.1.17.7.1.4.3.1.4.{home.vlan}")
    bit = 128 >> port.number - 1
    assert egress[0] & bit
    assert untagged[0] & bit
    assert not untagged[1] & 128 >> 0  # port 9, the uplink, carries it tagged
    assert egress[1] & 128 >> 0
    assert town.macs("100202") == [home.router.mac]


def test_the_aggregation_switch_learns_the_homes_below(town):
    home = town.lab.scene.world.homes["100202"]
    index = ".".join(str(int(part, 16)) for part in home.router.mac.split(":"))
    assert town.get("agg-1", f"1.3.6.1.2.1.17.7.1.2.2.1.2.{home.vlan}.{index}") == 2


def test_cisco_shows_one_vlan_per_community(town):
    table = "1.3.6.1.2.1.17.4.3.1.2"
    community = town.lab.keys.community
    assert town.walk("sw-4", table) == {}
    assert len(town.walk("sw-4", table, f"{community}@204")) == 6  # five homes and the router
    assert town.walk("sw-4", "1.3.6.1.2.1.17.7.1.4.5.1.1") == {}


@pytest.mark.parametrize(
    ("device", "oid"),
    [
        ("sw-1", "1.3.6.1.2.1.25.3.3.1.2.1"),
        ("sw-2", "1.3.6.1.4.1.171.12.1.1.6.2.0"),
        ("sw-3", "1.3.6.1.4.1.89.1.8.0"),
        ("sw-4", "1.3.6.1.4.1.9.9.109.1.1.1.1.7.1"),
        ("sw-6", "1.3.6.1.4.1.2011.5.25.31.1.1.1.1.5.67371017"),
        ("bng-1", "1.3.6.1.2.1.25.3.3.1.2.1"),
    ],
)
def test_load_stands_where_each_make_has_it(town, device, oid):
    assert town.get(device, oid) == 11


@net_snmp
def test_a_set_is_taken_only_where_it_starts_a_cable_test_or_switches_a_port(town):
    before = len(town.lab.cable_tests)
    refused = town.set("sw-2", "1.3.6.1.2.1.2.2.1.4.1", 1400)  # ifMtu
    assert re.search("notWritable", refused.stderr)
    assert town.oper("100207") == 1
    for status, seen in ((2, 2), (1, 1)):  # ifAdminStatus
        assert town.set("sw-2", "1.3.6.1.2.1.2.2.1.7.1", status).returncode == 0
        assert town.oper("100207") == seen
    taken = town.set("sw-2", "1.3.6.1.4.1.171.12.58.1.1.1.12.1", 1)
    assert taken.returncode == 0, taken.stderr
    assert town.lab.cable_tests[before:] == [("sw-2", "1")]


def test_the_router_counts_its_sessions(town):
    standing = len(town.api("bng-1", "/ppp/active/print"))
    assert town.get("bng-1", "1.3.6.1.4.1.9.9.150.1.1.1.0") == standing > 10
