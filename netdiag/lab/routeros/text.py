"""Durations and dates as RouterOS writes them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Moscow")  # clocks of the lab's devices
_UNITS = (("w", 604800), ("d", 86400), ("h", 3600), ("m", 60), ("s", 1))


def duration(seconds: float) -> str:
    """1w2d3h4m5s; parts that are zero are left out."""
    left, parts = int(max(0.0, seconds)), []
    for unit, size in _UNITS:
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


def date(moment: float, *, v6: bool) -> str:
    """2026-09-10 00:31:37 since 7.10, sep/10/2026 00:31:37 before."""
    local = datetime.fromtimestamp(moment, ZONE)
    return local.strftime("%b/%d/%Y %H:%M:%S").lower() if v6 else local.strftime("%F %T")


def log_time(moment: float, now: float, *, v6: bool) -> str:
    """The log leaves out today's date."""
    local, today = datetime.fromtimestamp(moment, ZONE), datetime.fromtimestamp(now, ZONE)
    if local.date() == today.date():
        return local.strftime("%T")
    return local.strftime("%b/%d %T").lower() if v6 else local.strftime("%F %T")


def rtt(milliseconds: float, *, v6: bool) -> str:
    """2ms in v6, 2ms512us in v7."""
    whole, rest = divmod(int(milliseconds * 1000), 1000)
    if v6:
        return f"{whole}ms"
    return f"{whole}ms{rest}us" if whole else f"{rest}us"


def flag(value: bool) -> str:
    """Booleans on the wire."""
    return "true" if value else "false"
