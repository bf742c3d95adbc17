"""/log/print: the last day in the router's memory, as far as it holds (1000 lines)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from netdiag.lab.history import (
    DAY,
    Ended,
    link_drop_times,
    session_started,
    sessions_ended,
)
from netdiag.lab.link import link
from netdiag.lab.routeros.ask import Ask, Row, numbered
from netdiag.lab.routeros.dhcp import server
from netdiag.lab.routeros.text import log_time
from netdiag.lab.service import address_left, bound, dials, login_of, reject
from netdiag.lab.things import Block, Home, Service

MEMORY = 1000
REDIAL_S = 30.0
_ATTEMPTS = 40
_INFO, _ERROR = "pppoe,ppp,info", "pppoe,ppp,error"


class Line(NamedTuple):
    """One line of the log."""

    at: float
    topics: str
    message: str


def log(ask: Ask) -> list[Row]:
    """/log/print, oldest line first."""
    lines = [*_housekeeping(ask), *(_ports(ask) if ask.is_switch else _homes(ask))]
    lines = sorted(line for line in lines if ask.now - DAY < line.at <= ask.now)[-MEMORY:]
    rows = (
        {
            "time": log_time(line.at, ask.now, v6=ask.v6),
            "topics": line.topics,
            "message": line.message,
            **({"buffer": "memory"} if ask.v6 else {}),
        }
        for line in lines
    )
    return numbered(rows)


def _housekeeping(ask: Ask) -> Iterator[Line]:
    """A line every twenty minutes: the memory reaches back, silence means something."""
    for n in range(72):
        at = ask.now - ask.now % 1200 - n * 1200
        yield Line(at, "system,info,account", "user backup logged in from 10.77.0.20 via ssh")


def _homes(ask: Ask) -> Iterator[Line]:
    for home in ask.homes():
        if home.service is Service.PPPOE:
            yield from _pppoe(ask, home)
        elif home.service is Service.DHCP:
            yield from _dhcp(ask, home)


def _pppoe(ask: Ask, home: Home) -> Iterator[Line]:
    for ended in sessions_ended(ask.scene, home, ask.now):
        yield from _logout(home, ended)
        if ended.started > ask.now - DAY:
            yield from _login(home, ended.started, ended.mac)
    started = session_started(ask.scene, home, ask.now)
    if started is not None:
        yield from _login(home, started, home.router.mac)
    elif dials(ask.world, home):
        for at in attempts(ask, home):
            yield from _attempt(ask, home, at)


def attempts(ask: Ask, home: Home) -> list[float]:
    """When the box tried in vain, oldest first: every half minute since it lost the service."""
    since = ask.scene.offline.get(home.id, ask.now - 3600)
    last = ask.now - (ask.now + int(home.id) * 7) % REDIAL_S
    times = (last - n * REDIAL_S for n in range(_ATTEMPTS))
    return sorted(at for at in times if at > since)


def _login(home: Home, at: float, mac: str) -> Iterator[Line]:
    name = f"<pppoe-{home.login}>"
    yield Line(at, "pppoe,info", f"PPPoE connection established from {mac.upper()}")
    yield Line(at + 0.2, _INFO, f"{name}: authenticated")
    yield Line(at + 0.3, _INFO, f"{name}: connected")
    account = f"{home.login} logged in, {home.ip} from {mac.upper()}"
    yield Line(at + 0.4, f"{_INFO},account", account)


def _logout(home: Home, ended: Ended) -> Iterator[Line]:
    name = f"<pppoe-{home.login}>"
    why = "peer is not responding" if ended.cause == "Lost-Carrier" else "hungup"
    seconds = int(ended.stopped - ended.started)
    yield Line(ended.stopped, _INFO, f"{name}: terminating... - {why}")
    yield Line(ended.stopped + 0.1, _INFO, f"{name}: disconnected")
    gone = f"{home.login} logged out, {seconds} 115036 112418 106 92 from {ended.mac.upper()}"
    yield Line(ended.stopped + 0.2, f"{_INFO},account", gone)


def _attempt(ask: Ask, home: Home, at: float) -> Iterator[Line]:
    number = f"<{int(at) & 0xFFFF:04x}>"
    yield Line(at, "pppoe,info", f"PPPoE connection established from {home.router.mac.upper()}")
    if not ask.world.net.radius_up:
        why = f"{number}: user {login_of(home)} authentication failed - radius timeout"
        yield Line(at + 0.9, _ERROR, why)
    elif reject(ask.world, home, at) is not None:
        yield Line(at + 0.1, _ERROR, f"{number}: user {login_of(home)} authentication failed")
    elif not address_left(ask.world, home):
        name = f"<pppoe-{home.login}>"
        yield Line(at + 0.2, _INFO, f"{name}: authenticated")
        lost = f"{name}: could not determine remote address, using 10.112.112.{int(at) % 200 + 2}"
        yield Line(at + 0.3, _ERROR, lost)
        yield Line(at + 0.4, _INFO, f"{name}: terminating... - failed to get address")


def _dhcp(ask: Ask, home: Home) -> Iterator[Line]:
    mac, name = home.router.mac.upper(), server(home)
    offline = ask.scene.offline.get(home.id)
    if offline is None:
        return
    given_up = f"{name} deassigned {home.ip} for {home.macs[0].upper()}"
    yield Line(offline, "dhcp,info", given_up)
    if not dials(ask.world, home):
        return
    for at in attempts(ask, home):
        if home.router.lured and bound(home):
            message = f"{name} offering lease {home.ip} for {mac} without success"
            yield Line(at, "dhcp,warning", message)
        elif not address_left(ask.world, home):
            message = f"{name}: failed to give out IP address: pool <dhcp-pool> is empty"
            yield Line(at, "dhcp,error", message)


def _ports(ask: Ask) -> Iterator[Line]:
    for port in ask.ports():
        for at in link_drop_times(ask.scene, port.key, ask.now):
            yield Line(at, "interface,info", f"{port.name} link down")
        state = link(ask.world, port.key)
        for at in link_drop_times(ask.scene, port.key, ask.now) if state.up else []:
            speed = "1G" if state.mbps == 1000 else "100M"
            duplex = "full" if state.full else "half"
            up = f"{port.name} link up (speed {speed}, {duplex} duplex)"
            yield Line(at + 3, "interface,info", up)
        if state.up and not state.full:
            at = ask.now - ask.now % 60
            message = f"{port.name} excessive or late collision, link duplex mismatch?"
            yield Line(at, "interface,warning", message)
        if port.block is Block.LOOP:
            at = ask.scene.links[port.key].since
            message = f"{port.name} received loop protect packet originated from {ask.device.mac}"
            yield Line(at, "interface,warning", message)
