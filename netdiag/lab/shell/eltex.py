"""The command line of Eltex MES."""

from __future__ import annotations

import re

from netdiag.lab.link import Pair, cable
from netdiag.lab.shell.words import Session
from netdiag.lab.things import PairState, Port

_INVALID = "% Unrecognized command\n"
_PAIRS = {PairState.OK: "OK", PairState.OFF: "OK", PairState.OPEN: "Open", PairState.SHORT: "Short"}


def answer(session: Session, line: str) -> str:
    """The text that a command prints."""
    if line.startswith("terminal "):
        return ""
    for pattern, show in _SHOW:
        found = re.fullmatch(pattern, line)
        if found is None:
            continue
        name = found.groupdict().get("port")
        port = session.port(name) if name else None
        return "% Wrong interface\n" if name and port is None else show(session, port)
    return _INVALID


def _status(session: Session, wanted: Port | None) -> str:
    lines = [
        "                                             Flow Link          Up Time     Back   Mdix",
        "Port     Type         Duplex  Speed Neg      ctrl State        (d,h:m:s)  Pressure Mode"
        "    Port Mode",
        "-------- ------------ ------  ----- -------- ---- ----------- ----------- -------- -------"
        " ---------",
    ]
    for port in session.view.ports():
        if wanted is None or port.key == wanted.key:
            lines.append(_status_line(session, port))
    return "\n".join(lines) + "\n"


def _status_line(session: Session, port: Port) -> str:
    link = session.view.link(port)
    kind = "10G-Fiber" if port.uplink else "1G-Copper"
    mode = "Trunk" if port.uplink else "Access"
    if not link.up:
        middle = "  --      --     --     --  Down            --         --     --  "
        return f"{port.name:<8} {kind:<12}{middle:<64}  {mode}"
    neg = "Enabled" if link.negotiated else "Disabled"
    return (
        f"{port.name:<8} {kind:<12} {'Full' if link.full else 'Half':<7} {link.mbps:<5} {neg:<8} "
        f"Off  Up          {session.up_time(port):<11} Disabled On      {mode}"
    )


def _counters(session: Session, port: Port | None) -> str:
    if port is None:
        return ""

    def table(way: str) -> str:
        names = [f"{way}_{kind}" for kind in ("ucast", "mcast", "bcast", "octets")]
        titles = "UcastPkts  McastPkts  BcastPkts  Octets"
        head = "".join(f"{way.capitalize()}{title:>14}" for title in titles.split())
        row = "".join(f"{session.count(port, name):>16}" for name in names)
        return f"      Port {head}\n---------- {'-' * 64}\n{port.name:>10} {row}\n\n"

    return table("in") + table("out") + _errors(session, port)


def _errors(session: Session, port: Port) -> str:
    late = session.count(port, "late")
    return (
        f"Alignment Errors: {session.count(port, 'align')}\n"
        f"FCS Errors: {session.count(port, 'fcs')}\n"
        f"Single Collision Frames: 0\nMultiple Collision Frames: 0\nLate Collisions: {late}\n"
        "Excessive Collisions: 0\nOversize Packets: 0\nInternal MAC Rx Errors: 0\n"
        "Symbol Errors: 0\n"
    )


def _macs(session: Session, port: Port | None) -> str:
    rows = "".join(
        f"{vlan:>6}    {mac} {at.name:>10}     dynamic\n" for mac, vlan, at in session.macs(port)
    )
    return (
        "Flags: I - Internal usage VLAN\nAging time is 300 sec\n\n"
        "    Vlan          Mac Address         Port       Type\n"
        "------------ --------------------- ---------- ----------\n" + rows
    )


def _test(session: Session, port: Port | None) -> str:
    if port is None:
        return ""
    session.test(port)
    return f"Cable on port {port.name} {_verdict(session, port)}\n"


def _verdict(session: Session, port: Port) -> str:
    """The older firmware speaks of the cable as a whole."""
    pair = _worst(session, port)
    words = {PairState.OPEN: "is open at", PairState.SHORT: "has short circuit at"}
    return f"{words[pair.state]} {round(pair.metres)} m" if pair.state in words else "is good"


def _worst(session: Session, port: Port) -> Pair:
    bad = (PairState.OPEN, PairState.SHORT)
    pairs = cable(session.view.world, port.key)
    return next((pair for pair in pairs if pair.state in bad), pairs[0])


def _tdr(session: Session, port: Port | None) -> str:
    if port is None or port.key not in session.view.scene.tested:
        return "Test has not been run\n"
    pair = _worst(session, port)
    length = "" if pair.state in (PairState.OK, PairState.OFF) else str(round(pair.metres))
    return (
        "Port      Result                Length [meters]\n"
        "--------- --------------------- ---------------\n"
        f"{port.name:<9} {_PAIRS[pair.state]:<21} {length}\n"
    )


def _system(session: Session, _: Port | None) -> str:
    device = session.view.device
    seconds = int(session.now - device.up_since(session.now))
    up = f"{seconds // 86400:02d},{seconds // 3600 % 24:02d}:{seconds // 60 % 60:02d}:00"
    power = "OK" if device.mains else "failure"
    return (
        f"System Description: MES2324 28-port 1G/10G Managed Switch\n"
        f"System Up Time (days,hour:min:sec): {up}\nSystem Name: {device.id}\n"
        f"Main Power Supply Status: {power}\n"
    )


_PORT = r"(?:interface )?(?P<port>\S+)"
_SHOW = (
    (r"show system", _system),
    (r"show interfaces status", _status),
    (rf"show interfaces status {_PORT}", _status),
    (rf"show interfaces counters {_PORT}", _counters),
    (r"show interfaces (?P<port>\S+) counters", _counters),
    (r"show mac address-table", _macs),
    (rf"show mac address-table {_PORT}", _macs),
    (rf"test cable-diagnostics tdr {_PORT}", _test),
    (rf"show cable-diagnostics tdr {_PORT}", _tdr),
)
