"""The configuration and the inventory of the lab, as a provider would write them."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from netdiag.lab.routeros.text import ZONE
from netdiag.lab.shell.cli import has_shell
from netdiag.lab.things import Device, Home, Model, World
from netdiag.lab.town import ANCHORS

USER = "netdiag"
ZONE_NAME = "example.test"
MIKROTIK = (Model.CRS, Model.BNG6, Model.BNG7)
PLATFORMS = {
    Model.GENERIC: "generic",
    Model.DES: "dlink_ds",
    Model.DGS: "dlink_ds",
    Model.MES: "eltex",
    Model.IOS: "cisco_ios",
    Model.VRP: "huawei_vrp",
    Model.CRS: "mikrotik_routeros",
    Model.BNG6: "mikrotik_routeros",
    Model.BNG7: "mikrotik_routeros",
}
_QUERY = (
    "SELECT state, paid_until, tariff_down_mbps, quota_shaped, provisioned, outage_id "
    "FROM accounts WHERE id = :id"
)
# the operator's words for ours
_STATES = {"active": "active", "blocked": "blocked_nonpayment", "suspended": "suspended"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Where every device listens on its own address; above 1023, so that nobody need be root."""

    snmp: int = 16101
    routeros: int = 18728
    ssh: int = 10022
    dns: int = 5353
    echo: int = 7070


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What the lab's devices let in: made anew for every lab."""

    community: str
    routeros: str
    ssh: str


def make_keys() -> Keys:
    """Secrets that nobody else knows."""
    return Keys(
        community=secrets.token_hex(6), routeros=secrets.token_hex(8), ssh=secrets.token_hex(8)
    )


def write(directory: Path, world: World, base: str, ports: Ports, keys: Keys) -> Path:
    """Write everything that netdiag needs into the directory; the path of netdiag.yaml."""
    for name, text in (
        ("community", keys.community),
        ("routeros.password", keys.routeros),
        ("ssh.password", keys.ssh),
        ("radius.url", f"sqlite:///{(directory / 'radius.db').resolve()}"),
        ("billing.url", f"sqlite:///{(directory / 'billing.db').resolve()}"),
    ):
        secret = directory / name
        secret.touch(mode=0o600)
        secret.write_text(f"{text}\n", encoding="utf-8")
    (directory / "inventory.yaml").write_text(_inventory(world, ports), encoding="utf-8")
    config = directory / "netdiag.yaml"
    config.write_text(_config(base, ports), encoding="utf-8")
    return config


def _config(base: str, ports: Ports) -> str:
    return f"""\
# The lab's provider. Written by netdiag lab; every start writes it anew.
inventory:
  - yaml: inventory.yaml
state_dir: .
language: en
timezone: {ZONE}
radius: {{url: {{file: radius.url}}}}
billing:
  url: {{file: billing.url}}
  query: {json.dumps(_QUERY)}
  states: {json.dumps(_STATES)}
resolvers: ["{base}.0.53:{ports.dns}"]
dns_name: www.{ZONE_NAME}
anchors: {json.dumps(list(ANCHORS))}
credentials:
  default:
    snmp: {{version: 2c, community: {{file: community}}}}
    routeros: {{username: {USER}, password: {{file: routeros.password}}}}
    ssh: {{username: {USER}, password: {{file: ssh.password}}}}
options: {{icmp.responder: "{base}.0.1:{ports.echo}"}}
"""


def _inventory(world: World, ports: Ports) -> str:
    links = [
        {
            "device": wire.child[0],
            "parent": wire.parent[0],
            "device_port": wire.child[1],
            "parent_port": wire.parent[1],
        }
        for wire in world.wires
    ]
    parts: tuple[tuple[str, Iterable[Mapping[str, object]]], ...] = (
        ("subscribers", (_subscriber(home) for home in world.homes.values())),
        ("devices", (_device(device, ports) for device in world.devices.values())),
        ("links", links),
    )
    # JSON is YAML's flow style: one line per row
    return "".join(
        f"{title}:\n" + "".join(f"  - {json.dumps(row)}\n" for row in rows) for title, rows in parts
    )


def _subscriber(home: Home) -> dict[str, object]:
    return {
        "id": home.id, "login": home.login, "phone": home.phone, "mac": list(home.macs),
        "ip": home.ip, "service": str(home.service), "access": "copper",
        "tariff_down_mbps": home.account.down_mbps, "language": home.language,
        "device": home.port[0], "port": home.port[1], "vlan": home.vlan, "bng": home.bng,
        "line_length_m": home.line.length_m,
    }  # fmt: skip


def _device(device: Device, ports: Ports) -> dict[str, object]:
    options = {"snmp.port": str(ports.snmp)}
    if device.model in MIKROTIK:
        options["routeros.port"] = str(ports.routeros)
    if has_shell(device):
        options["ssh.port"] = str(ports.ssh)
    return {
        "id": device.id, "host": device.host, "role": device.role,
        "platform": PLATFORMS[device.model], "site": device.site, "credentials": "default",
        "options": options,
    }  # fmt: skip
