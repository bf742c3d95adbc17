"""The command line of Huawei VRP: user view, and just enough of the others for a cable test."""

from __future__ import annotations

import re
from datetime import datetime

from netdiag.lab.history import link_since
from netdiag.lab.link import cable
from netdiag.lab.routeros.text import ZONE
from netdiag.lab.shell.words import Session, fours
from netdiag.lab.things import Block, PairState, Port

_INVALID = (
    "                                    ^\nError: Unrecognized command found at '^' position.\n"
)
_CAUSE = {
    Block.BPDU_GUARD: "bpdu-protection",
    Block.PORT_SECURITY: "port-security",
    Block.STORM: "storm-control",
    Block.LOOP: "loopback-detect",
}


_ASK = "Warning: The command will stop service for a while. Continue? [Y/N]:"
_PAIRS = {PairState.OK: "Ok", PairState.OFF: "Ok", PairState.OPEN: "Open", PairState.SHORT: "Short"}


_CHANGES: dict[str, dict[str, object]] = {
    "shutdown": {"admin_up": False},
    "undo shutdown": {"admin_up": True},
    "loopback internal": {"looped": True},
    "undo loopback": {"looped": False},
}


class Vrp:
    """One session: it knows the view that it is in."""

    def __init__(self, device: str) -> None:
        self._device = device
        self._views: list[str] = []  # "", then the interface
        self._asking = False

    @property
    def prompt(self) -> str:
        """<sw-6>, [sw-6], [sw-6-GigabitEthernet0/0/1], or the question of the cable test."""
        if self._asking:
            return _ASK
        if not self._views:
            return f"<{self._device}>"
        return f"[{self._device}{self._views[-1]}]"

    def leaves(self, line: str) -> bool:
        """`quit` in the user view ends the session."""
        return line == "quit" and not self._views

    def answer(self, session: Session, line: str) -> str:
        """The text that a command prints."""
        if self._asking:
            self._asking = False
            return self._test(session) if line.lower() == "y" else ""
        if line == "quit":
            self._views.pop()
        elif line == "return":
            self._views.clear()
        elif line == "system-view":
            self._views = [""]
            return "Enter system view, return user view with Ctrl+Z.\n"
        elif self._views and line.startswith("interface "):
            port = session.port(line.removeprefix("interface "))
            if port is None:
                return "Error: Wrong parameter found.\n"
            self._views = ["", f"-{port.name}"]
        elif len(self._views) == 2 and line == "virtual-cable-test":
            self._asking = True
        elif len(self._views) == 2 and line in _CHANGES:
            port = session.port(self._views[-1].removeprefix("-"))
            if port is not None:
                session.change(port, **_CHANGES[line])
        else:
            return answer(session, line)
        return ""

    def _test(self, session: Session) -> str:
        port = session.port(self._views[-1].removeprefix("-"))
        if port is None:
            return ""
        session.test(port)
        pairs = list(zip("ABCD", cable(session.view.world, port.key), strict=True))
        lengths = "".join(f"Pair {x} length: {round(pair.metres)}meter(s)\n" for x, pair in pairs)
        states = "".join(f"Pair {x} state: {_PAIRS[pair.state]}\n" for x, pair in pairs)
        wait = "Info: This operation may take a few seconds. Please wait for a moment..done.\n"
        return f"{wait}{lengths}{states}Info: The test result is only for reference.\n"


def answer(session: Session, line: str) -> str:
    """The text that a command of the user view prints."""
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


def _short(name: str) -> str:
    """GE0/0/1 and XGE0/0/1, as tables have it."""
    return name.replace("GigabitEthernet", "GE")


def _macs(session: Session, port: Port | None) -> str:
    rows = session.macs(port)
    line = "-" * 79
    body = "".join(
        f"{fours(mac, '-')} {f'{vlan}/-/-':<34}{_short(at.name):<20}dynamic\n"
        for mac, vlan, at in rows
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
