"""Rows of the RADIUS and billing databases. Pure.

Times are text with their offset, `2026-01-31 10:00:00+00:00`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from netdiag.lab.history import (
    Ended,
    Scene,
    beats_of,
    counter,
    is_pppoe,
    session_started,
    sessions_ended,
)
from netdiag.lab.reach import reachable
from netdiag.lab.routeros.ask import Ask
from netdiag.lab.routeros.log import attempts
from netdiag.lab.service import Reject, address_left, dials, login_of, reject
from netdiag.lab.things import Home
from netdiag.lab.traffic import HOME

Cell = str | int | None
Row = dict[str, Cell]
INTERIM_S = 60.0
_WATCH_S = 60.0  # a monitoring login once a minute
_WATCHED = 15

# What FreeRADIUS would write into Module-Failure-Message or Reply-Message
REASONS = {
    Reject.UNKNOWN_USER: "sql: User not found in radcheck",
    Reject.WRONG_PASSWORD: 'pap: Cleartext password does not match "known good" password',
    Reject.BLOCKED: "Account blocked",
    Reject.OTHER_MAC: "checkval: Calling-Station-Id does not match",
    Reject.OTHER_PORT: "checkval: NAS-Port-Id does not match",
    Reject.SECOND_SESSION: "You are already logged in - access denied",
}


def stamp(moment: float) -> str:
    """Text of a time."""
    return datetime.fromtimestamp(moment, UTC).isoformat(sep=" ", timespec="seconds")


def nas(scene: Scene) -> Iterator[Row]:
    """The routers that may ask."""
    for device in scene.world.devices.values():
        if device.role == "bng":
            yield {
                "nasname": device.host, "shortname": device.id, "type": "mikrotik",
                "secret": "-", "description": "border router",
            }  # fmt: skip


def radcheck(scene: Scene) -> Iterator[Row]:
    """Logins that exist."""
    for home in scene.world.homes.values():
        if is_pppoe(home) and home.account.provisioned:
            yield {"username": home.login, "attribute": "Cleartext-Password", "op": ":=",
                   "value": home.password}  # fmt: skip
            yield {"username": home.login, "attribute": "Calling-Station-Id", "op": "==",
                   "value": home.macs[0].upper()}  # fmt: skip


def radacct(scene: Scene, now: float) -> Iterator[Row]:
    """Sessions: those of the last day that ended, and those that stand."""
    for home in scene.world.homes.values():
        if not is_pppoe(home):
            continue
        for ended in sessions_ended(scene, home, now):
            yield _closed(scene, home, ended)
        if home.session is not None:
            yield _foreign(scene, home, now)
            continue
        started = session_started(scene, home, now)
        if started is not None:
            yield _open(scene, home, started, home.router.mac, now, _octets(scene, home, now))


def _octets(scene: Scene, home: Home, now: float) -> tuple[int, int]:
    """Octets from and to the home in its running session."""
    key = (HOME, home.id)
    if beats_of(scene.world, home):
        age = now - (session_started(scene, home, now) or now)
        flow = scene.flows[key]
        return int(flow.in_octets * age), int(flow.out_octets * age)
    return (
        int(counter(scene, key, "in_octets", now)),
        int(counter(scene, key, "out_octets", now)),
    )


def _session(scene: Scene, home: Home, started: float, mac: str) -> Row:
    bng = scene.world.devices[home.bng]
    number = f"81{int(home.id) - 100000:04x}{int(started) & 0xFFFFFF:06x}"
    return {
        "acctsessionid": number, "acctuniqueid": f"{number}{home.login}", "username": home.login,
        "nasipaddress": bng.host, "nasportid": f"vlan{home.vlan}", "nasporttype": "Ethernet",
        "acctstarttime": stamp(started), "acctauthentic": "RADIUS",
        "calledstationid": "pppoe-in", "callingstationid": mac.upper(),
        "servicetype": "Framed-User", "framedprotocol": "PPP", "framedipaddress": home.ip,
        "acctinterval": int(INTERIM_S),
    }  # fmt: skip


def _open(
    scene: Scene, home: Home, started: float, mac: str, now: float, octets: tuple[int, int]
) -> Row:
    updated = max(started, now - (now + int(home.id) * 13) % INTERIM_S)
    return _session(scene, home, started, mac) | {
        "acctupdatetime": stamp(updated), "acctstoptime": None,
        "acctsessiontime": int(updated - started), "acctinputoctets": octets[0],
        "acctoutputoctets": octets[1], "acctterminatecause": "",
    }  # fmt: skip


def _foreign(scene: Scene, home: Home, now: float) -> Row:
    """A ghost stopped counting when its peer went; somebody else's session goes on."""
    session = home.session
    if session is None:
        return {}
    until = session.ghost_since or now
    octets = (int((until - session.started) * 9000), int((until - session.started) * 90000))
    row = _open(scene, home, session.started, session.mac, until, octets)
    return row | {"acctsessiontime": int(until - session.started)}


def _closed(scene: Scene, home: Home, ended: Ended) -> Row:
    seconds = int(ended.stopped - ended.started)
    return _session(scene, home, ended.started, ended.mac) | {
        "acctupdatetime": stamp(ended.stopped), "acctstoptime": stamp(ended.stopped),
        "acctsessiontime": seconds, "acctinputoctets": seconds * 9000,
        "acctoutputoctets": seconds * 90000, "acctterminatecause": ended.cause,
    }  # fmt: skip


def radpostauth(scene: Scene, now: float) -> Iterator[Row]:
    """Answers of RADIUS, oldest first; none while it is down."""
    rows = [*_watch(scene, now)]
    for home in scene.world.homes.values():
        if is_pppoe(home):
            rows += _accepted(scene, home, now)
            rows += _rejected(scene, home, now)
    yield from sorted(rows, key=lambda row: str(row["authdate"]))


def _heard(scene: Scene, at: float) -> bool:
    """RADIUS answered at that time."""
    down = scene.world.net.radius_down_at
    return down is None or at < down


def _watch(scene: Scene, now: float) -> Iterator[Row]:
    last = scene.world.net.radius_down_at or now
    for n in range(_WATCHED):
        at = last - last % _WATCH_S - n * _WATCH_S
        yield _answer("bench", "02:77:d0:00:00:fe", "", at, "Access-Accept", "")


def _answer(login: str, mac: str, nas_ip: str, at: float, reply: str, reason: str) -> Row:
    return {
        "username": login, "pass": "", "reply": reply, "authdate": stamp(at), "class": "",
        "callingstationid": mac.upper(), "nasipaddress": nas_ip, "reason": reason,
    }  # fmt: skip


def _accepted(scene: Scene, home: Home, now: float) -> Iterator[Row]:
    host = scene.world.devices[home.bng].host
    starts = [(ended.started, ended.mac) for ended in sessions_ended(scene, home, now)]
    started = session_started(scene, home, now)
    if started is not None:
        starts.append((started, home.router.mac))
    if home.session is not None:
        starts.append((home.session.started, home.session.mac))
    for at, mac in starts:
        if _heard(scene, at):
            yield _answer(home.login, mac, host, at, "Access-Accept", "")


def _rejected(scene: Scene, home: Home, now: float) -> Iterator[Row]:
    """Every try of a box that is not let in; a full pool is no matter of RADIUS: it accepts."""
    world = scene.world
    if home.id in scene.started or not dials(world, home) or not reachable(world, home.bng):
        return
    why = reject(world, home, now)
    device = world.devices[home.bng]
    for at in attempts(Ask(scene, device, now), home):
        if not _heard(scene, at):
            continue
        if why is not None:
            reply = ("Access-Reject", REASONS[why])
        elif not address_left(world, home):
            reply = ("Access-Accept", "")
        else:
            continue
        yield _answer(login_of(home), home.router.mac, device.host, at, *reply)


def accounts(scene: Scene) -> Iterator[Row]:
    """The operator's billing."""
    for home in scene.world.homes.values():
        account = home.account
        yield {
            "id": home.id, "login": home.login, "phone": home.phone, "address": home.street,
            "state": account.state, "paid_until": stamp(account.paid_until),
            "tariff": account.tariff, "tariff_down_mbps": account.down_mbps,
            "quota_shaped": int(account.shaped), "provisioned": int(account.provisioned),
            "outage_id": None,
        }  # fmt: skip
