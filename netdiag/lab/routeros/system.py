"""/system and /radius."""

from __future__ import annotations

from netdiag.lab.routeros.ask import Ask, Row
from netdiag.lab.routeros.text import ZONE, date, duration
from netdiag.lab.things import Model

_BOARDS = {
    Model.BNG7: ("CCR2004-1G-12S+2XS", "7.16.2 (stable)", "arm64"),
    Model.BNG6: ("CCR1009-7G-1C-1S+", "6.49.10 (long-term)", "tile"),
    Model.CRS: ("CRS326-24G-2S+", "7.16.2 (stable)", "arm"),
}
REQUESTS_PER_S = 6.0  # accounting and logins of a whole router
RADIUS_HOST = "10.77.0.10"


def version(model: Model) -> str:
    """7.16.2 and the like."""
    return _BOARDS[model][1].split()[0]


def resource(ask: Ask) -> list[Row]:
    """/system/resource/print."""
    board, release, architecture = _BOARDS[ask.device.model]
    return [
        {
            "uptime": duration(ask.now - ask.device.up_since(ask.now)), "version": release,
            "build-time": date(1_730_000_000, v6=ask.v6), "free-memory": "3221225472",
            "total-memory": "4294967296", "cpu": "ARM64", "cpu-count": "4",
            "cpu-frequency": "1700", "cpu-load": str(int(ask.device.cpu_pct)),
            "free-hdd-space": "100000000", "total-hdd-space": "134217728",
            "architecture-name": architecture, "board-name": board, "platform": "MikroTik",
        }
    ]  # fmt: skip


def identity(ask: Ask) -> list[Row]:
    """/system/identity/print."""
    return [{"name": ask.device.id}]


def clock(ask: Ask) -> list[Row]:
    """/system/clock/print."""
    day, time = ask.date(ask.now).split(" ")
    return [{"time": time, "date": day, "time-zone-name": str(ZONE), "gmt-offset": "+03:00"}]


def health(ask: Ask) -> list[Row]:
    """/system/health/print: one row per sensor since v7, one row of all before."""
    celsius = str(int(ask.device.temp_c))
    if ask.v6:
        return [{"temperature": celsius, "voltage": "24"}]
    return [{".id": "*D", "name": "cpu-temperature", "value": celsius, "type": "C"}]


def routerboard(ask: Ask) -> list[Row]:
    """/system/routerboard/print."""
    board, release, _ = _BOARDS[ask.device.model]
    return [
        {
            "routerboard": "true", "model": board, "serial-number": ask.device.serial,
            "current-firmware": release.split()[0], "upgrade-firmware": release.split()[0],
        }
    ]  # fmt: skip


def radius(ask: Ask) -> list[Row]:
    """/radius/print."""
    return [
        {
            ".id": "*1", "service": "ppp,dhcp", "called-id": "", "domain": "",
            "address": RADIUS_HOST, "authentication-port": "1812", "accounting-port": "1813",
            "timeout": "300ms", "accounting-backup": "false", "realm": "", "disabled": "false",
        }
    ]  # fmt: skip


def radius_monitor(ask: Ask) -> list[Row]:
    """/radius/monitor =.id=*1 =once=: counters since the router started."""
    net = ask.world.net
    quiet = 0.0 if net.radius_down_at is None else max(0.0, ask.now - net.radius_down_at)
    asked = (ask.now - ask.device.booted_at) * REQUESTS_PER_S
    lost = quiet * REQUESTS_PER_S
    rejected = int(asked / 400)
    return [
        {
            "pending": str(int(min(lost, 12))), "requests": str(int(asked)),
            "accepts": str(int(asked - lost) - rejected), "rejects": str(rejected),
            "resends": str(int(lost * 2)), "timeouts": str(int(lost)), "bad-replies": "0",
            "last-request-rtt": "300ms" if quiet else "10ms",
        }
    ]  # fmt: skip
