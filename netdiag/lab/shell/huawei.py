"""The command line of Huawei VRP (user view)."""

from __future__ import annotations

import re
from datetime import datetime

from netdiag.lab.history import link_since
from netdiag.lab.routeros.text import ZONE
from netdiag.lab.shell.words import Session, fours
from netdiag.lab.things import Block, Port

_INVALID = (
    "                                    ^\nError: Unrecognized command found at '^' position.\n"
)
_CAUSE = {
    Block.BPDU_GUARD: "bpdu-protection",
    Block.PORT_SECURITY: "port-security",
    Block.STORM: "storm-control",
    Block.LOOP: "loopdetect",
}


def answer(session: Session, line: str) -> str:
    """The text that a command prints."""
    if line.startswith("screen-length "):
        return "Info: The configuration takes effect on the current user terminal interface only.\n"
    for pattern, show in _SHOW:
        found = re.fullmatch(pattern, line)
        if found is None:
            continue
        name = found.groupdict().get("port")
        port = session.port(name) if name else None
        return "Error: Wrong parameter found.\n" if name and port is None else show(session, port)
    return _INVALID


def _when(moment: float) -> str:
    return datetime.fromtimestamp(moment, ZONE).strftime("%F %T")


def _interface(session: Session, port: Port | None) -> str:
    if port is None:
        return ""
    link = session.view.link(port)
    since = _when(link_since(session.view.scene, port.key, session.now))
    word = "UP" if link.up else "DOWN"
    if port.block is not None:
        word = f"ERROR DOWN({_CAUSE[port.block]})"
    admin = "Administratively DOWN" if not port.admin_up else word
    times = (since, "-") if link.up else ("-", since)
    return (
        f"{port.name} current state : {admin}\nLine protocol current state : {word[:4].strip()}\n"
        f"Description:{port.alias}\n"
        f"Switch Port, PVID : {port.pvid:>4}, TPID : 8100(Hex), The Maximum Frame Length is 9216\n"
        f"Last physical up time   : {times[0]}\nLast physical down time : {times[1]}\n"
        f"Current system time: {_when(session.now)}\nPort Mode: COMMON COPPER\n"
        f"Speed : {link.mbps:>4},  Loopback: NONE\n"
        f"Duplex: {'FULL' if link.full else 'HALF'},  Negotiation: ENABLE\n"
        f"Mdi   : AUTO\n{_counters(session, port)}"
    )


def _counters(session: Session, port: Port) -> str:
    def way(title: str, prefix: str) -> str:
        kinds = ("ucast", "mcast", "bcast")
        ucast, mcast, bcast = (session.count(port, f"{prefix}_{kind}") for kind in kinds)
        octets = session.count(port, f"{prefix}_octets")
        return (
            f"\n{title}:  {ucast + mcast + bcast} packets, {octets} bytes\n"
            f"  Unicast:       {ucast:>14},  Multicast:     {mcast:>14}\n"
            f"  Broadcast:     {bcast:>14},  Jumbo:                      0\n"
        )

    fcs, align = session.count(port, "fcs"), session.count(port, "align")
    late, drops = session.count(port, "late"), session.count(port, "out_discards")
    return (
        way("Input", "in")
        + f"  Discard:                    0,  Total Error:   {fcs + align:>14}\n\n"
        f"  CRC:           {fcs:>14},  Giants:                     0\n"
        "  Jabbers:                    0,  Fragments:                  0\n"
        f"  Runts:                      0,  Alignments:    {align:>14}\n"
        + way("Output", "out")
        + f"  Discard:       {drops:>14},  Total Error:                0\n\n"
        "  Collisions:                 0,  ExcessiveCollisions:        0\n"
        f"  Late Collisions: {late:>12},  Deferreds:                  0\n"
    )


def _macs(session: Session, port: Port | None) -> str:
    rows = session.macs(port)
    line = "-" * 79
    body = "".join(
        f"{fours(mac, '-')} {f'{vlan}/-/-':<34}{at.name:<20}dynamic\n" for mac, vlan, at in rows
    )
    return (
        f"{line}\nMAC Address    VLAN/VSI/BD                       Learned-From        Type\n"
        f"{line}\n{body}\n{line}\nTotal items displayed = {len(rows)}\n"
    )


def _error_down(session: Session, _: Port | None) -> str:
    rows = [
        f"{port.name:<24}{_CAUSE[port.block]:<24}  --              --\n"
        for port in session.view.ports()
        if port.block is not None
    ]
    if not rows:
        return "Info: No error-down interface exists.\n"
    head = "interface               error-down cause        recovery time  remainder time\n"
    return head + "-" * 79 + "\n" + "".join(rows)


def _version(session: Session, _: Port | None) -> str:
    days = int((session.now - session.view.device.up_since(session.now)) // 86400)
    return (
        "Huawei Versatile Routing Platform Software\n"
        "VRP (R) software, Version 5.170 (S5720 V200R011C10SPC600)\n"
        f"HUAWEI S5720-12TP-LI-AC Routing Switch uptime is {days} days\n"
    )


_SHOW = (
    (r"display version", _version),
    (r"display interface (?P<port>\S+)", _interface),
    (r"display mac-address", _macs),
    (r"display mac-address (?P<port>\S+)", _macs),
    (r"display error-down recovery", _error_down),
)
