"""netdiag doctor: every device is tried, many at once; what is wrong comes with its mend."""

from __future__ import annotations

from collections import Counter

from netdiag.model.subscriber import Device
from netdiag.model.words import Role
from netdiag.service.doctor.devices import sample
from tests.cli import peers
from tests.cli.site import DEAD, Site, netdiag
from tests.lab.clients import Town

FAILED = 4


def test_every_device_of_a_healthy_network_answers_in_every_way(town: Town) -> None:
    told = netdiag("doctor", "--config", str(town.lab.config_path))
    assert told.code == 0, told
    devices = len(town.lab.scene.world.devices)
    assert f"{devices} of {devices} answer in every way." in told.out


def test_dead_devices_are_named_with_what_to_look_at(site: Site) -> None:
    told = netdiag("doctor", "--json")
    assert told.code == FAILED
    found = {one["what"]: one for one in told.json()}
    assert found["device sw-1"]["ways"]["snmp"] in ("not_reachable", "timed_out")
    assert not found["device bng-1"]["ok"]
    assert "check its address" in found["device bng-1"]["mend"]
    assert "sw-1" in found["device sw-1"]["text"]


def test_a_router_that_refuses_the_login_is_told_from_one_that_is_dead(town: Town) -> None:
    config = town.directory / "wrong-login.yaml"
    text = town.lab.config_path.read_text(encoding="utf-8")
    wrong = text.replace("{file: routeros.password}", "{file: wrong.secret}")
    config.write_text(wrong, encoding="utf-8")
    (town.directory / "wrong.secret").write_text("wrong-Qq7", encoding="utf-8")
    told = netdiag("doctor", "--config", str(config))
    assert told.code == FAILED
    assert "routeros access denied" in told.out
    assert "correct its credentials" in told.out
    assert "wrong-Qq7" not in told.out + told.err


def test_devices_that_talk_nonsense_are_named(site: Site) -> None:
    with peers.garbage_over_udp() as udp, peers.over_tcp(peers.banner_only) as tcp:
        site.devices(platform="cisco_ios", snmp=udp, ssh=tcp, routeros=tcp)
        told = netdiag("doctor", "--deadline", "6")
    assert told.code == FAILED
    assert "damaged" in told.out


def test_devices_that_never_answer_are_given_up_at_the_deadline(site: Site) -> None:
    with peers.silence_over_udp() as udp, peers.over_tcp(peers.mute, 60) as tcp:
        site.patient()
        site.devices(platform="cisco_ios", snmp=udp, ssh=tcp, routeros=tcp)
        told = netdiag("doctor", "--deadline", "1")
    assert told.code == FAILED
    assert "sw-1 (icmp not asked, " in told.out


def test_the_devices_can_be_left_alone(site: Site) -> None:
    told = netdiag("doctor", "--no-devices")
    assert "sw-1" not in told.out


def test_a_device_without_credentials_is_told_so(site: Site) -> None:
    site.mend("  default:\n    snmp", "  others:\n    snmp")
    told = netdiag("doctor")
    assert "no credentials are configured for sw-1" in told.out
    assert "add credentials for it" in told.out


def test_of_many_devices_a_sample_is_tried_and_said_so(site: Site) -> None:
    rest = f"host: 127.0.0.1, role: access, options: {{snmp.port: '{DEAD['snmp']}'}}"
    rows = "".join(f"  - {{id: x-{n}, {rest}}}\n" for n in range(50))
    site.mend("devices:\n", f"devices:\n{rows}", "inventory.yaml")
    told = netdiag("doctor", "--most", "5")
    assert "0 of 5 answer in every way." in told.out
    assert "a sample of 52 devices" in told.out


def test_a_sample_takes_of_every_kind_in_turn() -> None:
    def device(number: int, role: Role) -> Device:
        return Device(id=f"{role}-{number}", host="127.0.0.1", role=role)

    many = tuple(device(n, Role.ACCESS) for n in range(90)) + tuple(
        device(n, Role.BNG) for n in range(3)
    )
    taken = sample(many, 10)
    assert Counter(one.role for one in taken) == {Role.ACCESS: 7, Role.BNG: 3}
    assert sample(many, 100) == many
