"""/interface, /interface/ethernet with stats, monitor and cable test, /interface/vlan."""

from __future__ import annotations

from collections.abc import Iterator

from netdiag.lab.history import counter, link_downs, link_since
from netdiag.lab.link import cable, link
from netdiag.lab.routeros.ask import Ask, Row, numbered
from netdiag.lab.routeros.ppp import pppoe_server
from netdiag.lab.routeros.text import flag
from netdiag.lab.snmp.view import port_mac
from netdiag.lab.things import Block, PairState, Port
from netdiag.lab.traffic import HOME

_MODES = {10: "10M-baseT-full", 100: "100M-baseT-full", 1000: "1G-baseT-full"}
_MODES_V6 = {10: "10M-full", 100: "100M-full", 1000: "1000M-full"}
_STATES = {
    PairState.OK: "ok",
    PairState.OPEN: "open",
    PairState.SHORT: "shorted",
    PairState.OFF: "ok",
}


def _count(ask: Ask, port: Port, *names: str) -> str:
    return str(int(sum(counter(ask.scene, port.key, name, ask.now) for name in names)))


def interface(ask: Ask) -> list[Row]:
    """/interface/print."""
    return numbered([*_ethers(ask), *_vlans(ask), *_sessions(ask)])


def _ethers(ask: Ask) -> Iterator[Row]:
    for port in ask.ports():
        since = link_since(ask.scene, port.key, ask.now)
        up = link(ask.world, port.key).up
        downs = link_downs(ask.scene, port.key, ask.now)
        row = {
            "name": port.name, "default-name": port.name, "type": "ether", "mtu": "1500",
            "actual-mtu": "1500", "mac-address": port_mac(port, ask.device).upper(),
            "running": flag(up), "disabled": flag(not port.admin_up), "slave": flag(ask.is_switch),
            "link-downs": str(downs), "comment": port.alias,
        }  # fmt: skip
        if up:
            row["last-link-up-time"] = ask.date(since)
        if not up or downs:
            row["last-link-down-time"] = ask.date(since if not up else since - 3)
        yield row | _traffic(ask, port)


def _traffic(ask: Ask, port: Port) -> Row:
    return {
        "rx-byte": _count(ask, port, "in_octets"),
        "tx-byte": _count(ask, port, "out_octets"),
        "rx-packet": _count(ask, port, "in_ucast", "in_mcast", "in_bcast"),
        "tx-packet": _count(ask, port, "out_ucast", "out_mcast", "out_bcast"),
        "rx-drop": _count(ask, port, "in_discards"),
        "tx-drop": "0",
        "tx-queue-drop": _count(ask, port, "out_discards"),
        "rx-error": _count(ask, port, "fcs", "align"),
        "tx-error": _count(ask, port, "late"),
    }


def vlan(ask: Ask) -> list[Row]:
    """/interface/vlan/print."""
    return numbered(_vlans(ask))


def _vlans(ask: Ask) -> Iterator[Row]:
    for number in () if ask.is_switch else ask.vlans():
        yield {
            "name": f"vlan{number}", "type": "vlan", "mtu": "1500", "vlan-id": str(number),
            "interface": "sfp-sfpplus1", "mac-address": ask.device.mac.upper(),
            "running": "true", "disabled": "false",
        }  # fmt: skip


def _sessions(ask: Ask) -> Iterator[Row]:
    for session in pppoe_server(ask):
        home = next(h for h in ask.homes() if h.login == session["user"])
        key = (HOME, home.id)
        yield {
            "name": session["name"], "type": "pppoe-in", "mtu": session["mtu"],
            "actual-mtu": session["mtu"], "running": "true", "dynamic": "true",
            "disabled": "false", "link-downs": "0",
            "rx-byte": str(int(counter(ask.scene, key, "in_octets", ask.now))),
            "tx-byte": str(int(counter(ask.scene, key, "out_octets", ask.now))),
        }  # fmt: skip


def ethernet(ask: Ask) -> list[Row]:
    """/interface/ethernet/print, with the counters of =stats= (extra keys do no harm)."""
    return numbered(_ethernet(ask, port) for port in ask.ports())


def _ethernet(ask: Ask, port: Port) -> Row:
    protect = "disable" if port.block is Block.LOOP else "on"
    row = {
        "name": port.name, "default-name": port.name, "mtu": "1500", "l2mtu": "1592",
        "mac-address": port_mac(port, ask.device).upper(), "comment": port.alias,
        "running": flag(link(ask.world, port.key).up), "slave": flag(ask.is_switch),
        "disabled": flag(not port.admin_up), "auto-negotiation": "true",
        "advertise": ",".join(mode for speed, mode in _MODES.items() if speed <= port.max_mbps),
        "loop-protect": "off" if port.uplink else "on",
        "loop-protect-status": "off" if port.uplink else protect,
        "rx-bytes": _count(ask, port, "in_octets"), "tx-bytes": _count(ask, port, "out_octets"),
        "rx-packet": _count(ask, port, "in_ucast", "in_mcast", "in_bcast"),
        "tx-packet": _count(ask, port, "out_ucast", "out_mcast", "out_bcast"),
    }  # fmt: skip
    for key, name in _STATS.items():
        row[key] = _count(ask, port, name)
    return row


_STATS = {
    "rx-broadcast": "in_bcast", "rx-multicast": "in_mcast", "tx-broadcast": "out_bcast",
    "tx-multicast": "out_mcast", "rx-unicast": "in_ucast", "tx-unicast": "out_ucast",
    "rx-fcs-error": "fcs", "rx-align-error": "align", "tx-late-collision": "late",
    "tx-drop": "out_discards", "tx-queue0-packet": "out_ucast",
}  # fmt: skip


def monitor(ask: Ask) -> list[Row]:
    """/interface/ethernet/monitor =numbers=… =once=: one row per named port."""
    return [_monitor(ask, port) for port in _named(ask)]


def _named(ask: Ask) -> list[Port]:
    wanted = ask.attributes.get("numbers") or ask.attributes.get(".id") or ""
    names = {name.strip() for name in wanted.split(",")}
    ids = {f"*{place:X}": port.name for place, port in enumerate(ask.ports(), start=1)}
    return [port for port in ask.ports() if port.name in names | {ids.get(n) for n in names}]


def _monitor(ask: Ask, port: Port) -> Row:
    state, modes = link(ask.world, port.key), _MODES_V6 if ask.v6 else _MODES
    row = {"name": port.name, "status": "link-ok" if state.up else "no-link"}
    own = ",".join(mode for speed, mode in modes.items() if speed <= port.max_mbps)
    if not state.up:
        return {**row, "auto-negotiation": "incomplete", "advertising": own}
    rate = "10Gbps" if state.mbps == 10000 else "1Gbps" if state.mbps == 1000 else "100Mbps"
    partner = [mode for speed, mode in modes.items() if speed <= state.partner_mbps]
    return {
        **row, "auto-negotiation": "done" if state.negotiated else "failed", "rate": rate,
        "full-duplex": flag(state.full), "tx-flow-control": "false", "rx-flow-control": "false",
        "supported": own, "advertising": own, "link-partner-advertising": ",".join(partner),
    }  # fmt: skip


def cable_test(ask: Ask) -> list[Row]:
    """/interface/ethernet/cable-test =numbers=… =once=."""
    rows = []
    for port in _named(ask):
        pairs = [
            f"{_STATES[pair.state]}:{round(pair.metres)}" for pair in cable(ask.world, port.key)
        ]
        state = "link-ok" if link(ask.world, port.key).up else "no-link"
        rows.append({"name": port.name, "status": state, "cable-pairs": ",".join(pairs)})
    return rows
