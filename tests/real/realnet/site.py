"""The operator's files: netdiag.yaml, the inventory and the secrets beside them."""

from __future__ import annotations

import json
from pathlib import Path

from realnet import plan
from realnet.databases import Database, url

_QUERY = (
    "SELECT state, paid_until, provisioned, quota_shaped, tariff_down_mbps "
    "FROM accounts WHERE id = :id"
)
_ROLES = {"bng": "bng", "agg": "aggregation", "acc1": "access", "acc2": "access"}
# One switch is asked over SNMP alone, the other as the Linux machine that it is.
_PLATFORMS = {"bng": "linux", "agg": "linux", "acc1": "generic", "acc2": "linux"}
_OPTIONS = {
    "bng": {
        "dnsmasq_leases": "/var/lib/misc/dnsmasq.leases",
        "dnsmasq_addresses": str(len(plan.POOL)),
    }
}
_SITES = {"bng": "node", "agg": "node", "acc1": "lenina-5", "acc2": "sadovaya-12"}


def write(folder: Path, db: Database, ssh_user: str, ssh_password: str) -> Path:
    """Write all of it; the path of netdiag.yaml. JSON is YAML, and needs no library to write."""
    folder.mkdir()
    secrets = {
        "radius.url": url(db, "radius"),
        "billing.url": url(db, "billing"),
        "community": plan.COMMUNITY,
        "ssh.password": ssh_password,
    }
    for name, text in secrets.items():
        (folder / name).touch(mode=0o600)
        (folder / name).write_text(text + "\n")
    (folder / "inventory.yaml").write_text(json.dumps(_inventory(), indent=1))
    config = folder / "netdiag.yaml"
    config.write_text(json.dumps(_settings(ssh_user), indent=1))
    return config


def _settings(ssh_user: str) -> dict[str, object]:
    return {
        "inventory": [{"yaml": "inventory.yaml"}],
        "state_dir": "state",
        "radius": {"url": {"file": "radius.url"}},
        "billing": {"url": {"file": "billing.url"}, "query": _QUERY},
        "resolvers": [plan.ADDRESSES["bng"]],
        "dns_name": plan.DNS_NAME,
        "anchors": [plan.ANCHOR],
        "credentials": {
            "default": {
                "snmp": {"version": "2c", "community": {"file": "community"}},
                "ssh": {"username": ssh_user, "password": {"file": "ssh.password"}},
            }
        },
    }


def _inventory() -> dict[str, object]:
    return {
        "devices": [_device(node) for node in _ROLES],
        "links": [
            {"device": "agg", "parent": "bng", "device_port": "ul", "parent_port": "acc0"},
            {"device": "acc1", "parent": "agg", "device_port": "ul", "parent_port": "dn1"},
            {"device": "acc2", "parent": "agg", "device_port": "ul", "parent_port": "dn2"},
        ],
        "subscribers": [_subscriber(flat) for flat in plan.FLATS],
    }


def _device(node: str) -> dict[str, object]:
    return {
        "id": node,
        "host": plan.ADDRESSES[node],
        "role": _ROLES[node],
        "platform": _PLATFORMS[node],
        "site": _SITES[node],
        "credentials": "default",
        "options": _OPTIONS.get(node, {}),
    }


def _subscriber(flat: plan.Flat) -> dict[str, object]:
    row: dict[str, object] = {
        "id": flat.id,
        "login": flat.login,
        "mac": [flat.mac],
        "service": flat.service,
        "access": "copper",
        "tariff_down_mbps": 100,
        "language": "ru",
        "device": flat.device,
        "port": flat.port,
        "vlan": plan.VLAN,
        "bng": "bng",
    }
    return row | ({"ip": flat.ip} if flat.ip else {})
