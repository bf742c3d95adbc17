"""The command line of Cisco IOS."""

from __future__ import annotations

import re

from netdiag.lab.link import cable
from netdiag.lab.shell.words import Session, fours
from netdiag.lab.things import Block, PairState, Port

_INVALID = "                ^\n% Invalid input detected at '^' marker.\n"
_PAIRS = {PairState.OK: "Normal", PairState.OPEN: "Open", PairState.SHORT: "Short"}
_PAIRS[PairState.OFF] = "Normal"
_REASON = {
    Block.BPDU_GUARD: "bpduguard",
    Block.PORT_SECURITY: "psecure-violation",
    Block.STORM: "storm-control",
    Block.LOOP: "loopback",
}


def answer(session: Session, line: str) -> str:
    """The text that a command prints."""
    if line.startswith("terminal "):
        return ""
    address = re.fullmatch(r"show mac address-table address (\S+)", line)
    if address:
        return _mac(session, address[1])
    for pattern, show in _SHOW:
        found = re.fullmatch(pattern, line)
        if found is None:
            continue
        name = found.groupdict().get("port")
        port = session.port(name) if name else None
        if name and port is None:
            return _INVALID
        return show(session, port)
    return _INVALID


def _state(session: Session, port: Port) -> str:
    if not port.admin_up:
        return "disabled"
    if port.block is not None:
        return "err-disabled"
    return "connected" if session.view.link(port).up else "notconnect"


def _status(session: Session, wanted: Port | None) -> str:
    lines = ["Port      Name               Status       Vlan       Duplex  Speed Type"]
    for port in session.view.ports():
        if wanted is not None and port.key != wanted.key:
            continue
        link = session.view.link(port)
        duplex, speed = "auto", "auto"
        if link.up:
            duplex, speed = f"a-{'full' if link.full else 'half'}", f"a-{link.mbps}"
        vlan = "trunk" if port.uplink else str(port.pvid)
        lines.append(
            f"{port.name:<9} {port.alias[:18]:<18} {_state(session, port):<12} {vlan:<10} "
            f"{duplex:>6} {speed:>6} {'SFP-10GBase-LR' if port.uplink else '10/100/1000BaseTX'}"
        )
    return "\n".join(lines) + "\n"


def _err_disabled(session: Session, _: Port | None) -> str:
    lines = ["Port      Name               Status       Reason               Err-disabled Vlans"]
    for port in session.view.ports():
        if port.block is not None:
            row = f"{port.name:<9} {port.alias[:18]:<18} err-disabled {_REASON[port.block]}"
            lines.append(row)
    return "\n".join(lines) + "\n" if len(lines) > 1 else ""


def _counters(session: Session, port: Port | None) -> str:
    def table(titles: tuple[str, ...], *names: str) -> str:
        head = "Port" + "".join(f"{title:>16}" for title in titles)
        counts = "".join(f"{session.count(port, name):>16}" for name in names) if port else ""
        return f"{head}\n{port.name if port else '':<4}{counts}\n"

    return table(
        ("InOctets", "InUcastPkts", "InMcastPkts", "InBcastPkts"),
        "in_octets", "in_ucast", "in_mcast", "in_bcast",
    ) + "\n" + table(
        ("OutOctets", "OutUcastPkts", "OutMcastPkts", "OutBcastPkts"),
        "out_octets", "out_ucast", "out_mcast", "out_bcast",
    )  # fmt: skip


def _errors(session: Session, port: Port | None) -> str:
    if port is None:
        return ""
    align, fcs = session.count(port, "align"), session.count(port, "fcs")
    late, drops = session.count(port, "late"), session.count(port, "out_discards")
    return (
        "Port        Align-Err     FCS-Err    Xmit-Err     Rcv-Err  UnderSize  OutDiscards\n"
        f"{port.name:<9}{align:>12}{fcs:>12}{0:>12}{align + fcs:>12}{0:>11}{drops:>13}\n\n"
        "Port      Single-Col  Multi-Col   Late-Col  Excess-Col  Carri-Sen      Runts\n"
        f"{port.name:<9}{0:>11}{0:>11}{late:>11}{0:>12}{0:>11}{0:>11}\n"
    )


def _interface(session: Session, port: Port | None) -> str:
    if port is None:
        return ""
    link, state = session.view.link(port), _state(session, port)
    line = "up" if link.up else "down"
    admin = "administratively down" if not port.admin_up else line
    speed = f"{link.mbps}Mb/s" if link.up else "Auto-speed"
    duplex = ("Full" if link.full else "Half") + "-duplex" if link.up else "Auto-duplex"
    packets = session.count(port, "in_ucast", "in_mcast", "in_bcast")
    out = session.count(port, "out_ucast", "out_mcast", "out_bcast")
    fcs, align = session.count(port, "fcs"), session.count(port, "align")
    return (
        f"{port.name} is {admin}, line protocol is {line} ({state})\n"
        f"  Hardware is Gigabit Ethernet\n  Description: {port.alias}\n"
        f"  MTU 1500 bytes, BW {link.mbps * 1000} Kbit/sec, DLY 10 usec,\n"
        f"  {duplex}, {speed}, media type is 10/100/1000BaseTX\n"
        f"     {packets} packets input, {session.count(port, 'in_octets')} bytes, 0 no buffer\n"
        f"     Received {session.count(port, 'in_bcast')} broadcasts "
        f"({session.count(port, 'in_mcast')} multicasts)\n"
        f"     {fcs + align} input errors, {fcs} CRC, {align} frame, 0 overrun, 0 ignored\n"
        f"     {out} packets output, {session.count(port, 'out_octets')} bytes, 0 underruns\n"
        f"     0 output errors, 0 collisions, {session.count(port, 'late')} late collision\n"
    )


def _macs(session: Session, port: Port | None) -> str:
    return _mac_table(session.macs(port))


def _mac_table(rows: list[tuple[str, int, Port]]) -> str:
    lines = [f"{vlan:>4}    {fours(mac, '.')}    DYNAMIC     {at.name}" for mac, vlan, at in rows]
    return (
        "          Mac Address Table\n-------------------------------------------\n\n"
        "Vlan    Mac Address       Type        Ports\n"
        "----    -----------       --------    -----\n"
        + "".join(f"{line}\n" for line in lines)
        + f"Total Mac Addresses for this criterion: {len(rows)}\n"
    )


def _mac(session: Session, wanted: str) -> str:
    rows = [row for row in session.macs(None) if fours(row[0], ".") == wanted.lower()]
    return _mac_table(rows)


def _security(session: Session, port: Port | None) -> str:
    if port is None:
        return ""
    shut = port.block is Block.PORT_SECURITY
    state = (
        "Secure-shutdown" if shut else "Secure-up" if session.view.link(port).up else "Secure-down"
    )
    hits = port.violations.count(session.now) if port.violations else 0
    return (
        f"Port Security              : Enabled\nPort Status                : {state}\n"
        f"Violation Mode             : Shutdown\nMaximum MAC Addresses      : {port.mac_limit}\n"
        f"Total MAC Addresses        : {len(session.macs(port))}\n"
        f"Security Violation Count   : {hits}\n"
    )


def _test(session: Session, port: Port | None) -> str:
    if port is not None:
        session.test(port)
    return (
        "TDR test started on interface "
        f"{port.name if port else ''}\nA TDR test can take a few seconds to run on an interface\n"
        "Use 'show cable-diagnostics tdr' to read the TDR results.\n"
    )


def _tdr(session: Session, port: Port | None) -> str:
    if port is None or port.key not in session.view.scene.tested:
        return "TDR test never run on this interface\n"
    link = session.view.link(port)
    lines = []
    for letter, pair in zip("ABCD", cable(session.view.world, port.key), strict=False):
        first = f"{port.name:<11} {f'{link.mbps}M' if link.up else 'auto':<5}"
        start = first if letter == "A" else " " * 17
        length = f"{round(pair.metres):<4} +/- 5  meters"
        lines.append(f"{start} Pair {letter}     {length} Pair {letter}      {_PAIRS[pair.state]}")
    return (
        "TDR test last run\n\n"
        "Interface   Speed Local pair Pair length        Remote pair Pair status\n"
        "---------   ----- ---------- ------------------ ----------- --------------------\n"
        + "\n".join(lines)
        + "\n"
    )


def _version(session: Session, _: Port | None) -> str:
    days = int((session.now - session.view.device.up_since(session.now)) // 86400)
    return (
        "Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(7)E4\n"
        f"{session.view.device.id} uptime is {days} days\n"
    )


_PORT = r"(?:interface )?(?P<port>\S+)"
_SHOW = (
    (r"show version", _version),
    (r"show interfaces? status err-disabled", _err_disabled),
    (r"show interfaces? status", _status),
    (r"show interfaces? (?P<port>\S+) status", _status),
    (r"show interfaces? (?P<port>\S+) counters errors", _errors),
    (r"show interfaces? (?P<port>\S+) counters", _counters),
    (r"show interfaces? (?P<port>\S+)", _interface),
    (r"show mac address-table", _macs),
    (rf"show mac address-table {_PORT}", _macs),
    (rf"show port-security {_PORT}", _security),
    (rf"test cable-diagnostics tdr {_PORT}", _test),
    (rf"show cable-diagnostics tdr {_PORT}", _tdr),
)
