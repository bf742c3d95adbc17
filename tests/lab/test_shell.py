"""Command lines over SSH, asked with netmiko."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.lab.clients import Town

KINDS = {
    "sw-2": "dlink_ds",
    "sw-5": "dlink_ds",
    "sw-3": "eltex",
    "sw-4": "cisco_ios",
    "sw-6": "huawei_vrp",
}


@contextmanager
def shell(town: Town, device: str, **more: str) -> Iterator[object]:
    from netmiko import ConnectHandler

    settings = {
        "device_type": KINDS[device],
        "host": town.host(device),
        "port": town.lab.ports.ssh,
        "username": "netdiag",
        "password": town.lab.keys.ssh,
        "conn_timeout": 5,
        "fast_cli": True,
    }
    connection = ConnectHandler(**{**settings, **more})
    try:
        yield connection
    finally:
        connection.disconnect()


def test_d_link_shows_ports_errors_and_addresses(town):
    home = town.lab.scene.world.homes["100207"]
    with shell(town, "sw-2") as line:
        assert "100M/Full/None" in line.send_command("show ports 1")
        assert "CRC Error       0" in line.send_command("show error ports 1")
        assert home.router.mac.upper().replace(":", "-") in line.send_command("show fdb port 1")
        assert "Available commands" in line.send_command("show nonsense")


def test_d_link_measures_a_cut_cable(town):
    with town.fault("cable-cut", "100207"), shell(town, "sw-2") as line:
        text = line.send_command("cable_diag ports 1")
        assert "Link Down" in text
        assert "Pair1 Open at 14 M" in text
        assert "Pair2 Open at 14 M" in text
        assert "Pair3" not in text  # a 100 Mbit/s port has two pairs
    assert town.lab.cable_tests[-1] == ("sw-2", "1")


def test_cisco_shows_interfaces_and_addresses(town):
    home = town.lab.scene.world.homes["100217"]
    digits = home.router.mac.replace(":", "")
    dots = f"{digits[:4]}.{digits[4:8]}.{digits[8:]}"
    with shell(town, "sw-4") as line:
        status = line.send_command("show interfaces status")
        assert status.splitlines()[1].split()[:1] == ["Gi1/0/1"]
        assert "connected" in status
        assert "Total Mac Addresses for this criterion: 1" in line.send_command(
            "show mac address-table interface Gi1/0/1"
        )
        assert "Gi1/0/1" in line.send_command(f"show mac address-table address {dots}")
        assert "0 CRC" in line.send_command("show interfaces Gi1/0/1")
        assert "FCS-Err" in line.send_command("show interfaces Gi1/0/1 counters errors")


def test_cisco_runs_a_cable_test(town):
    with town.fault("cable-cut", "100218"), shell(town, "sw-4") as line:
        before = line.send_command("show cable-diagnostics tdr interface Gi1/0/2")
        started = line.send_command("test cable-diagnostics tdr interface Gi1/0/2")
        after = line.send_command("show cable-diagnostics tdr interface Gi1/0/2")
    assert "never run" in before
    assert "TDR test started" in started
    assert after.count("14   +/- 5  meters") == 4
    assert after.count("Open") == 4


def test_eltex_shows_interfaces_counters_and_addresses(town):
    home = town.lab.scene.world.homes["100212"]
    with shell(town, "sw-3") as line:
        row = next(
            text
            for text in line.send_command("show interfaces status gi1/0/1").splitlines()
            if text.startswith("gi1/0/1")
        )
        assert row.split()[2:8] == ["Full", "1000", "Enabled", "Off", "Up", row.split()[7]]
        assert "FCS Errors: 0" in line.send_command("show interfaces counters gi1/0/1")
        assert home.router.mac in line.send_command("show mac address-table interface gi1/0/1")


def test_huawei_shows_an_interface_and_its_addresses(town):
    home = town.lab.scene.world.homes["100227"]
    digits = home.router.mac.replace(":", "")
    dashes = f"{digits[:4]}-{digits[4:8]}-{digits[8:]}"
    with shell(town, "sw-6") as line:
        text = line.send_command("display interface GigabitEthernet0/0/1")
        assert "GigabitEthernet0/0/1 current state : UP" in text
        assert "Speed : 1000" in text
        found = line.send_command("display mac-address GigabitEthernet0/0/1")
        assert f"{dashes} {home.vlan}/-/-" in found


def test_huawei_asks_before_it_stops_the_service(town):
    with town.fault("cable-cut", "100227"), shell(town, "sw-6") as line:
        line.send_command("system-view", expect_string=r"\]")
        line.send_command("interface GigabitEthernet0/0/1", expect_string=r"\]")
        question = line.send_command_timing("virtual-cable-test")
        assert "Continue? [Y/N]" in question
        answer = line.send_command_timing("y")
        line.send_command("return", expect_string=">")
    assert "Pair A length: 14meter(s)" in answer
    assert "Pair D state: Open" in answer


def test_a_wrong_password_is_refused(town):
    from netmiko import NetmikoAuthenticationException

    with pytest.raises(NetmikoAuthenticationException), shell(town, "sw-2", password="wrong"):
        pass
