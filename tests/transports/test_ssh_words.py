"""What is typed into devices, and what never is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from netdiag.transports.ssh_words import refusal

PROBES = Path(__file__).parents[2] / "probes"


@pytest.mark.parametrize(
    "command",
    [
        "show interfaces status GigabitEthernet1/0/7",
        "show mac address-table interface gi1/0/7",
        "show error ports 7",
        "display interface GigabitEthernet0/0/7",
        "show gpon onu detail-info gpon-onu_1/2/3:4",
        "ip -j neigh show 10.0.0.7",
        "ip neigh show to 10.0.0.7",
        "ip -s -j link show dev eth0",
        "ip route get 10.0.0.7",
        "bridge fdb show",
        "ethtool -S eth0",
        "cat /var/lib/misc/dnsmasq.leases",
        "cat /proc/net/arp",
        "ping -n -q -c 2 -i 0.2 -W 1 -M do -s 1464 10.0.0.7",
        "ping 10.0.0.7",
        "arping -c 3 -w 0.3 -i eth0 10.0.0.7",
        "/interface ethernet monitor ether7 once",
        "/ip arp print where address=10.0.0.7",
        "accel-cmd show sessions",
        "cable_diag ports 7",
        "test cable-diagnostics tdr interface gi1/0/7",
        "system-view\ninterface GigabitEthernet0/0/7\nvirtual-cable-test\ny\nquit\nquit",
    ],
)
def test_reading_commands_and_consented_tests_are_typed(command: str) -> None:
    assert refusal(command) is None


@pytest.mark.parametrize(
    "command",
    [
        "",
        "reload",
        "configure terminal",
        "write memory",
        "shutdown",
        "clear mac address-table",
        "enable clipaging",
        "show running-config",
        "display current-configuration",
        "show tech-support",
        "show",
        "reboot",
        "rm -rf /",
        "ip link set eth0 down",
        "ip link add x type dummy",
        "ip neigh flush all",
        "ip route del default",
        "ip -batch /tmp/x",
        "ip netns exec x reboot",
        "bridge fdb add 00:00:00:00:00:01 dev eth0",
        "ethtool -s eth0 speed 10",
        "cat /etc/shadow",
        "cat /proc/net/../../etc/shadow",
        "cat /proc/1/environ",
        "grep -r x /etc",
        "grep -f /etc/shadow /var/lib/misc/dnsmasq.leases",
        "ping -f 10.0.0.7",
        "ping -nf 10.0.0.7",
        "arping -c 3 -U -I eth0 10.0.0.7",
        "arping 10.0.0.7",
        "/ip arp remove 1",
        "/system reboot",
        "/ip arp print file=x",
        "/interface ethernet monitor ether7",
        "/ip arp print where address=[/system reboot]",
        "system-view\ninterface GE0/0/1\nshutdown\ny\nquit\nquit",
        "system-view\ninterface GE0/0/1\nreboot\nvirtual-cable-test\ny\nquit\nquit",
    ],
)
def test_commands_that_do_more_than_read_are_not_typed(command: str) -> None:
    assert refusal(command) is not None


@pytest.mark.parametrize(
    "login",
    [
        "petrov; reboot",
        "petrov | reboot",
        "petrov && reboot",
        "petrov || reboot",
        "petrov & reboot",
        "$(reboot)",
        "`reboot`",
        "petrov > /etc/passwd",
        "petrov < /etc/shadow",
        "petrov\nreload",
        "petrov\rreload",
        "petrov\x00",
        "petrov\x1a",
        "petrov'",
        'petrov"',
        "[/system reboot]",
        "{ reboot }",
        "!reboot",
        "petrov ?",
        "petrov\treload",
        "петров",
        "..",
    ],
)
def test_a_login_stays_a_login(login: str) -> None:
    for command in (f"show subscriber {login}", f"ip -j neigh show {login}", f"ping -c 1 {login}"):
        text = refusal(command)
        assert text is not None
        assert text.endswith(".")


def test_every_shipped_ssh_probe_may_be_typed() -> None:
    """Placeholders filled with values of their kind."""
    values = {
        "port": "gi1/0/7",
        "mac": "02:77:c0:00:00:07",
        "option": "/var/lib/misc/dnsmasq.leases",
    }
    shown = 0
    for file in sorted(PROBES.rglob("*.yaml")):
        text = file.read_text(encoding="utf-8")
        if "transport: ssh" not in text:
            continue
        (written,) = re.findall(r"^  command: (.+)$", text, re.MULTILINE)
        command = written.strip('"').replace("\\n", "\n")
        command = re.sub(
            r"\{([\w]+)[^}]*\}", lambda found: values.get(found[1], "10.0.0.7"), command
        )
        assert refusal(command) is None, (file.name, command)
        shown += 1
    assert shown > 5
