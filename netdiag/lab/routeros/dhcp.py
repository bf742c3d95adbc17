"""/ip/dhcp-server/lease and /ip/dhcp-server/alert."""

from __future__ import annotations

from collections.abc import Iterator

from netdiag.lab.routeros.ask import Ask, Row, numbered
from netdiag.lab.routeros.text import duration, flag
from netdiag.lab.service import bound, dials, reserved
from netdiag.lab.things import Home, Service

LEASE_S = 600
RENEW_S = LEASE_S / 2


def server(home: Home) -> str:
    """The DHCP server of the home's VLAN."""
    return f"dhcp-vlan{home.vlan}"


def heard_ago(ask: Ask, home: Home) -> float:
    """Seconds since the server heard this home's box: it renews at half time, or asks at once."""
    if home.id in ask.scene.started:
        return (ask.now + int(home.id) * 17) % RENEW_S
    if dials(ask.world, home):
        return ask.now % 30
    return ask.now - ask.scene.offline.get(home.id, ask.now) + RENEW_S / 2


def lease(ask: Ask) -> list[Row]:
    """/ip/dhcp-server/lease/print."""
    return numbered(_leases(ask))


def _leases(ask: Ask) -> Iterator[Row]:
    for home in ask.homes(Service.DHCP):
        status = lease_status(ask, home)
        if status is not None:
            yield _lease(ask, home, status)


def lease_status(ask: Ask, home: Home) -> str | None:
    """bound, offered, waiting, conflict; None when there is no row."""
    if home.id in ask.scene.started:
        return "conflict" if home.ip_stolen_by else "bound"
    if home.router.lured and dials(ask.world, home) and bound(home):
        return "offered"
    return "waiting" if reserved(home) and home.account.provisioned else None


def _lease(ask: Ask, home: Home, status: str) -> Row:
    mac, ago = home.macs[0].upper(), heard_ago(ask, home)
    row = {
        "address": home.ip, "mac-address": mac, "client-id": f"1:{home.macs[0]}",
        "address-lists": "", "server": server(home), "dhcp-option": "", "status": status,
        "last-seen": duration(ago), "radius": "false", "dynamic": flag(not reserved(home)),
        "blocked": "false", "disabled": "false", "comment": home.id,
    }  # fmt: skip
    if status in ("bound", "conflict"):
        row |= {
            "expires-after": duration(LEASE_S - ago), "active-address": home.ip,
            "active-mac-address": mac, "active-client-id": f"1:{home.macs[0]}",
            "active-server": server(home), "host-name": f"router-{home.login}",
            "agent-circuit-id": circuit(home), "agent-remote-id": home.plugged[0],
            "active-agent-circuit-id": circuit(home),
        }  # fmt: skip
    return row


def circuit(home: Home) -> str:
    """Option 82 circuit-id that the switch adds to this home's requests: its port's name."""
    return home.plugged[1]


def servers(ask: Ask) -> list[Row]:
    """/ip/dhcp-server/print: one server per VLAN."""
    return numbered(
        {
            "name": f"dhcp-vlan{vlan}", "interface": f"vlan{vlan}", "address-pool": "dhcp-pool",
            "lease-time": duration(LEASE_S), "dynamic": "false", "invalid": "false",
            "disabled": "false",
        }
        for vlan in ask.vlans()
    )  # fmt: skip


def alert(ask: Ask) -> list[Row]:
    """/ip/dhcp-server/alert/print: one watch per VLAN, with the MACs of unknown servers."""
    return numbered(
        {
            "interface": f"vlan{vlan}",
            "valid-server": ask.device.mac.upper(),
            "alert-timeout": "none" if ask.v6 else "1h",
            "on-alert": "",
            "unknown-server": ",".join(mac.upper() for mac in rogue_macs(ask, vlan)),
            "invalid": "false",
            "disabled": "false",
        }
        for vlan in ask.vlans()
    )


def rogue_macs(ask: Ask, vlan: int) -> list[str]:
    """MACs of everybody else who answers DHCP in this VLAN."""
    rogues = [mac for number, mac, _ in ask.world.net.rogues if number == vlan]
    homes = ask.world.homes.values()
    rogues += [h.router.mac for h in homes if h.vlan == vlan and h.router.serves_dhcp]
    return rogues
