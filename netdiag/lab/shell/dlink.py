"""The command line of D-Link DES-3200 and DGS-3000."""

from __future__ import annotations

import re

from netdiag.lab.link import Pair, cable
from netdiag.lab.shell.words import Session, dashes
from netdiag.lab.things import PairState, Port

_UNKNOWN = "Available commands:\n..  ?  cable_diag  clear  config  disable  enable  logout  show\n"
_PAIRS = {PairState.OPEN: "Open", PairState.SHORT: "Short", PairState.OK: "OK"}


def answer(session: Session, line: str) -> str:
    """The text that a command prints."""
    if re.fullmatch(r"(enable|disable) clipaging", line):
        return f"Command: {line}\n\nSuccess.\n"
    found = re.fullmatch(
        r"(?P<what>show error ports|show fdb port|show ports|cable_diag ports)\s+(?P<port>\S+)",
        line,
    )
    if found is None:
        return _UNKNOWN
    port = session.port(found["port"])
    if port is None:
        return f"Command: {line}\n\nInvalid port.\n\nFail!\n"
    return f"Command: {line}\n\n" + _SHOW[found["what"]](session, port)


def _ports(session: Session, port: Port) -> str:
    state = session.view.link(port)
    now = "Link Down"
    if port.block is not None:
        now = "Err-Disabled"
    elif state.up:
        now = f"{state.mbps}M/{'Full' if state.full else 'Half'}/None"
    admin = "Enabled" if port.admin_up else "Disabled"
    return (
        " Port   State/          Settings             Connection           Address\n"
        "        MDI       Speed/Duplex/FlowCtrl  Speed/Duplex/FlowCtrl  Learning\n"
        " -----  --------  ---------------------  ---------------------  ---------\n"
        f" {port.number:<5}  {admin:<8}  {'Auto/Disabled':<21}  {now:<21}  Enabled\n"
        f" {'':<5}  {'Auto':<8}\n"
    )


def _errors(session: Session, port: Port) -> str:
    fcs, late = session.count(port, "fcs", "align"), session.count(port, "late")
    drops = session.count(port, "out_discards")
    return (
        f" Port Number : {port.number}\n"
        "                 RX Frames                                  TX Frames\n"
        "                 ---------                                  ---------\n"
        f" CRC Error       {fcs:<20} Excessive Deferral    0\n"
        " Undersize       0                    CRC Error             0\n"
        f" Oversize        0                    Late Collision        {late}\n"
        " Fragment        0                    Excessive Collision   0\n"
        " Jabber          0                    Single Collision      0\n"
        f" Drop Pkts       0                    Collision             {late}\n"
        f" Symbol          0                    Drop Pkts             {drops}\n"
    )


def _fdb(session: Session, port: Port) -> str:
    rows = session.macs(port)
    lines = [
        f"{vlan:<4}  {f'vlan{vlan}':<16}  {dashes(mac)}  {port.number:^4}  Dynamic"
        for mac, vlan, _ in rows
    ]
    head = (
        "VID   VLAN Name         MAC Address        Port  Type\n"
        "----  ----------------  -----------------  ----  -------\n"
    )
    return head + "\n".join(lines) + f"\n\nTotal Entries : {len(rows)}\n"


def _cable(session: Session, port: Port) -> str:
    session.test(port)
    pairs, up = cable(session.view.world, port.key), session.view.link(port).up
    kind = "FE" if port.max_mbps <= 100 else "GE"
    result = _result(pairs)
    metres = round(pairs[0].metres) if up and result == "OK" else "-"
    return (
        " Perform Cable Diagnostics ...\n\n"
        " Port   Type      Link Status          Test Result          Cable Length (M)\n"
        " ----  -------  --------------  -------------------------  -----------------\n"
        f" {port.number:<4}    {kind}      {'Link Up' if up else 'Link Down':<14}  {result}"
        f"{'':<{max(1, 35 - len(result))}}{metres}\n"
    )


def _result(pairs: tuple[Pair, ...]) -> str:
    bad = [
        f"Pair{place} {_PAIRS[pair.state]} at {round(pair.metres)} M"
        for place, pair in enumerate(pairs, start=1)
        if pair.state in (PairState.OPEN, PairState.SHORT)
    ]
    if bad:
        return "\n                               ".join(bad)
    return "ShutDown" if any(pair.state is PairState.OFF for pair in pairs) else "OK"


_SHOW = {
    "show ports": _ports,
    "show error ports": _errors,
    "show fdb port": _fdb,
    "cable_diag ports": _cable,
}
