"""/ppp/active, /ppp/secret, /interface/pppoe-server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from netdiag.lab.history import session_started
from netdiag.lab.routeros.ask import Ask, Row, numbered
from netdiag.lab.routeros.text import duration, flag
from netdiag.lab.things import Home, Service


@dataclass(frozen=True, slots=True)
class Running:
    """A PPPoE session that stands on the router, living or not."""

    home: Home
    mac: str
    started: float


def running(ask: Ask) -> Iterator[Running]:
    """All sessions of the router, in the order of the contracts."""
    for home in ask.homes(Service.PPPOE):
        if home.session is not None:
            yield Running(home, home.session.mac, home.session.started)
            continue
        started = session_started(ask.scene, home, ask.now)
        if started is not None:
            yield Running(home, home.router.mac, started)


def session_mtu(ask: Ask) -> int:
    """The v6 router was never raised from the default 1480; the v7 one carries RFC 2516's 1492."""
    return 1480 if ask.v6 else 1492


def active(ask: Ask) -> list[Row]:
    """/ppp/active/print."""
    return numbered(
        {
            "name": one.home.login,
            "service": "pppoe",
            "caller-id": one.mac.upper(),
            "address": one.home.ip,
            "uptime": duration(ask.now - one.started),
            "encoding": "",
            "session-id": f"0x{0x81000000 + int(one.home.id) - 100000:x}",
            "limit-bytes-in": "0",
            "limit-bytes-out": "0",
            "radius": "true",
        }
        for one in running(ask)
    )


def secret(ask: Ask) -> list[Row]:
    """/ppp/secret/print: one local account for tests; subscribers are known to RADIUS alone."""
    return numbered(
        [
            {
                "name": "bench",
                "service": "pppoe",
                "caller-id": "",
                "profile": "default",
                "routes": "",
                "limit-bytes-in": "0",
                "limit-bytes-out": "0",
                "last-logged-out": ask.date(ask.device.booted_at + 5000),
                "last-caller-id": "02:77:D0:00:00:FE",
                "last-disconnect-reason": "peer-request",
                "disabled": "false",
            }
        ]
    )


def pppoe_server(ask: Ask) -> list[Row]:
    """/interface/pppoe-server/print: one dynamic interface per session."""
    return numbered(
        {
            "name": f"<pppoe-{one.home.login}>",
            "user": one.home.login,
            "service": "pppoe-in",
            "mtu": str(session_mtu(ask)),
            "mru": str(session_mtu(ask)),
            "remote-address": one.mac.upper(),
            "encoding": "",
            "uptime": duration(ask.now - one.started),
            "interface": f"vlan{one.home.vlan}",
            "dynamic": "true",
            "running": flag(True),
            "disabled": flag(False),
        }
        for one in running(ask)
    )


def pppoe_server_monitor(ask: Ask) -> list[Row]:
    """/interface/pppoe-server/monitor =numbers=… =once=; by name or by .id of the print."""
    wanted = ask.attributes.get("numbers") or ask.attributes.get(".id") or ""
    keys = ("user", "service", "mtu", "mru", "remote-address", "encoding", "uptime")
    return [
        {key: row[key] for key in keys}
        for row in pppoe_server(ask)
        if {row[".id"], row["name"]} & set(wanted.split(","))
    ]
