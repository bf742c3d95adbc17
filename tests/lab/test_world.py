"""The world itself: pure, and counters that never fall."""

import pytest

from netdiag.lab import town
from netdiag.lab.faults import FAULTS
from netdiag.lab.history import advance, counter, opening
from netdiag.lab.link import link
from netdiag.lab.reach import below, reachable
from netdiag.lab.service import online
from netdiag.lab.traffic import COUNTERS

NOW = 1_790_000_000.0


@pytest.fixture
def world():
    return town.build(NOW)


def test_the_same_moment_gives_the_same_town(world):
    assert town.build(NOW) == world


def test_every_home_is_online_in_good_order(world):
    assert all(online(world, home, NOW) for home in world.homes.values())


def test_ids_and_addresses_are_given_once(world):
    homes = world.homes.values()
    for kind in ("ip", "login", "phone", "port"):
        assert len({getattr(home, kind) for home in homes}) == len(homes)
    hosts = [device.host for device in world.devices.values()]
    assert len(set(hosts)) == len(hosts)


def test_a_counter_grows_with_its_rate(world):
    scene = opening(world, NOW)
    key = world.homes["100202"].port
    grown = counter(scene, key, "in_octets", NOW + 10) - counter(scene, key, "in_octets", NOW)
    assert grown == pytest.approx(scene.flows[key].in_octets * 10)


@pytest.mark.parametrize("name", [n for n in FAULTS if n != "reboot-loop"])
def test_no_counter_falls_when_a_fault_begins_or_ends(world, name):
    fault = FAULTS[name]
    scene = opening(world, NOW)
    broken = fault.apply(world, world.homes[fault.home], NOW - 60)
    during = advance(scene, broken, NOW + 5, NOW - 60)
    after = advance(during, world, NOW + 10, NOW + 10)
    for key in world.ports:
        for counted in COUNTERS:
            values = [
                counter(scene, key, counted, NOW + 5),
                counter(during, key, counted, NOW + 5),
                counter(during, key, counted, NOW + 10),
                counter(after, key, counted, NOW + 10),
            ]
            assert values == sorted(values), (key, counted)


def test_a_restart_begins_the_counters_anew(world):
    fault = FAULTS["reboot-loop"]
    scene = opening(world, NOW)
    looping = fault.apply(world, world.homes[fault.home], NOW - 7300)
    scene = advance(scene, looping, NOW, NOW - 7300)
    key = world.homes[fault.home].port
    assert counter(scene, key, "in_ucast", NOW) == pytest.approx(300 * scene.flows[key].in_ucast)


def test_what_hangs_below_a_dead_switch_is_out_of_reach(world):
    dead = FAULTS["aggregation-dead"].apply(world, world.homes["100207"], NOW)
    assert below(world, "agg-1") >= {"sw-1", "sw-2", "sw-3"}
    assert not reachable(dead, "sw-1")
    assert reachable(dead, "agg-2")


def test_a_second_way_up_carries_when_the_first_dies(world):
    """sw-6 hangs on both aggregation switches."""
    from dataclasses import replace

    devices = {**world.devices, "agg-2": replace(world.devices["agg-2"], dead=True)}
    broken = replace(world, devices=devices)
    assert reachable(broken, "sw-6")
    assert not reachable(broken, "sw-7")
    assert online(broken, broken.homes["100227"], NOW)


def test_faults_change_the_world_and_know_no_rules():
    """The lab imports neither rules nor triage."""
    import ast
    from pathlib import Path

    import netdiag.lab as lab

    forbidden = ("netdiag.triage", "netdiag.content", "netdiag.probing", "netdiag.service")
    for path in Path(lab.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [n for n in names if n.startswith(forbidden)], path


def test_no_server_reads_the_label_of_a_fault():
    from pathlib import Path

    import netdiag.lab as lab

    root = Path(lab.__file__).parent
    readers = {p.name for p in root.rglob("*.py") if ".expected" in p.read_text()}
    assert readers == {"lab.py"}


COPPER = """
account.blocked-nonpayment account.tariff-expired account.suspended account.not-provisioned
account.quota-shaped provider.site.power-outage provider.access.device-unreachable
provider.bng.unreachable provider.aaa.radius-down provider.access.device-reboot-loop
provider.access.port-admin-down subscriber.lan.loop settings.access.mac-limit
provider.access.port-err-disabled provider.access.poe-fault provider.line.cable-fault
subscriber.cpe.powered-off subscriber.cpe.cable-unplugged settings.access.wrong-vlan
settings.access.mac-on-other-port settings.access.mac-binding provider.bng.dhcp-pool-exhausted
provider.bng.pppoe-no-address provider.bng.stale-session provider.l2.rogue-dhcp
subscriber.cpe.lan-in-wan settings.ip.conflict settings.cpe.wrong-static-ip
subscriber.cpe.no-dhcp-request settings.pppoe.wrong-password settings.pppoe.wrong-login
settings.pppoe.duplicate-login subscriber.cpe.no-padi subscriber.cpe.hung
undetermined.l3.arp-incomplete settings.access.duplex-mismatch
provider.line.pair-fault-downshift provider.line.port-errors provider.line.flapping
provider.access.broadcast-storm provider.access.queue-drops subscriber.cpe.port-limited
undetermined.pppoe.peer-not-responding provider.core.routing-fault subscriber.host.infected
provider.core.cgnat-exhausted provider.uplink.saturated provider.uplink.degraded
provider.core.dns-failing settings.cpe.wrong-dns provider.core.mtu-blackhole
provider.access.device-overload subscriber.cpe.double-nat subscriber.lan.wifi-only
remote.service.single-site none.speed-within-tariff
"""


def test_every_fault_that_copper_can_have_can_be_switched_on():
    assert {fault.expected for fault in FAULTS.values()} >= set(COPPER.split())


def test_a_broken_pair_costs_speed_and_not_the_partners_offer(world):
    broken = FAULTS["pair-broken"].apply(world, world.homes["100212"], NOW)
    state = link(broken, world.homes["100212"].port)
    assert (state.mbps, state.partner_mbps, state.full) == (100, 1000, True)
