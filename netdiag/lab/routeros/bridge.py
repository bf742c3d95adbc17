"""/interface/bridge: hosts, ports and VLANs of the MikroTik access switch."""

from __future__ import annotations

from netdiag.lab.link import link
from netdiag.lab.routeros.ask import Ask, Row, numbered
from netdiag.lab.routeros.text import flag
from netdiag.lab.snmp.bridge import learned
from netdiag.lab.snmp.view import View
from netdiag.lab.things import Block

BRIDGE = "bridge1"


def host(ask: Ask) -> list[Row]:
    """/interface/bridge/host/print."""
    if not ask.is_switch:
        return []
    own = {
        "mac-address": ask.device.mac.upper(), "on-interface": BRIDGE, "interface": BRIDGE,
        "bridge": BRIDGE, "dynamic": "true", "local": "true", "external": "false",
        "invalid": "false", "disabled": "false",
    }  # fmt: skip
    found = [
        {
            "mac-address": mac.upper(), "vid": str(vlan), "on-interface": port.name,
            "interface": port.name, "bridge": BRIDGE, "dynamic": "true", "local": "false",
            "external": "true", "invalid": "false", "disabled": "false",
        }
        for mac, vlan, port in learned(View(ask.scene, ask.device))
    ]  # fmt: skip
    return numbered([own, *found])


def port(ask: Ask) -> list[Row]:
    """/interface/bridge/port/print."""
    if not ask.is_switch:
        return []
    return numbered(
        {
            "interface": one.name, "bridge": BRIDGE, "pvid": str(one.pvid), "hw": "true",
            "frame-types": "admit-only-vlan-tagged" if one.uplink
            else "admit-only-untagged-and-priority-tagged",
            "ingress-filtering": "true", "priority": "0x80", "edge": "auto", "bpdu-guard": "true",
            "learn": "auto", "inactive": flag(not link(ask.world, one.key).up),
            "status": "disabled" if one.block is Block.BPDU_GUARD
            else "in-bridge" if link(ask.world, one.key).up else "inactive",
            "dynamic": "false", "disabled": flag(not one.admin_up),
        }
        for one in ask.ports()
    )  # fmt: skip


def vlan(ask: Ask) -> list[Row]:
    """/interface/bridge/vlan/print: the configured rows and what is in force."""
    if not ask.is_switch:
        return []
    ports = ask.ports()
    numbers = sorted({1} | {p.pvid for p in ports} | {v for p in ports for v in p.tagged})
    rows = []
    for number in numbers:
        tagged = [p.name for p in ports if number in p.tagged]
        plain = [p.name for p in ports if not p.uplink and p.pvid == number]
        live = {p.name for p in ports if link(ask.world, p.key).up}
        rows.append(
            {
                "bridge": BRIDGE, "vlan-ids": str(number), "tagged": ",".join(tagged),
                "untagged": ",".join(plain),
                "current-tagged": ",".join(name for name in tagged if name in live),
                "current-untagged": ",".join(name for name in plain if name in live),
                "dynamic": "false", "disabled": "false",
            }
        )  # fmt: skip
    return numbered(rows)
