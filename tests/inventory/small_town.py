"""A small town as an inventory file, and what the tests say with it."""

from __future__ import annotations

from collections.abc import Callable

from netdiag.inventory.inventory import Inventory

Open = Callable[..., Inventory]

TOWN = """\
devices:
  - {id: core-1, host: 127.0.0.1, role: core, platform: mikrotik_routeros, site: centre}
  - {id: bng-1, host: 127.0.0.2, role: bng, parent: core-1, uplink_port: sfp1}
  - {id: agg-1, host: 127.0.0.3, role: aggregation, parent: core-1, parent_port: "1"}
  - id: sw-12
    host: 127.0.0.12
    role: access
    platform: eltex
    site: river
    credentials: access
    options: {snmp.version: 2c}
  - {id: sw-13, host: 127.0.0.13, role: access, site: river}
links:
  - {device: sw-12, device_port: "25", parent: agg-1, parent_port: "3"}
  - {device: sw-13, device_port: "25", parent: sw-12, parent_port: "26"}
subscribers:
  - id: "100234"
    login: petrov
    phone: "+7 912 345-67-89"
    mac: [AA-BB-CC-00-00-01, aabb.cc00.0002]
    ip: 100.64.0.7
    service: pppoe
    device: sw-12
    port: "7"
    vlan: 200
    bng: bng-1
    valid_from: 2026-03-01
    account_balance: "-120.5"
  - {id: "100235", login: Sidorov, phone: "89123456789", device: sw-12, port: "8", vlan: 200}
  - {id: "100236", login: ivanova, device: sw-13, port: gi1/0/9, bng: bng-1}
"""


def said(inventory: Inventory) -> str:
    """All problems as one text."""
    return "\n".join(str(problem) for problem in inventory.problems())
