"""Notations that devices use for times, speeds and lists."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from math import log10

_WEEKS = re.compile(
    r"^(?:(?P<w>\d+)w)?(?:(?P<d>\d+)d)?(?:(?P<h>\d+)h)?(?:(?P<m>\d+)m)?"
    r"(?:(?P<s>\d+(?:\.\d+)?)s)?(?:(?P<ms>\d+)ms)?(?:(?P<us>\d+)us)?$"
)
_CLOCK = re.compile(r"^(?:(?P<w>\d+)w)?(?:(?P<d>\d+)d)?(?P<h>\d+):(?P<m>\d{2}):(?P<s>\d{2})$")
_UNITS = {"w": 604800.0, "d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6}
_SPEED = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>[TGMk]?)", re.IGNORECASE)
_MBPS = {"t": 1e6, "g": 1e3, "m": 1.0, "k": 1e-3}
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")
# RouterOS before 7.10 writes jul/14/2023 20:11:03, later 2023-07-14 20:11:03.
_DATES = ("%b/%d/%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d")


class NotReadableError(ValueError):
    """A text is not in the notation that was expected."""


def duration(text: str) -> float:
    """Seconds of `2d01:15:03`, `14:40:26`, `5h49m36s`, `519w4d15h28m25s`, `170ms`, or a number.

    "never" and the like are not readable: there is no such duration.
    """
    text = text.strip()
    found = _CLOCK.match(text) or _WEEKS.match(text)
    if text and found:
        parts = found.groupdict()
        return sum(float(parts[unit]) * _UNITS[unit] for unit in parts if parts[unit])
    return number(text, whole=True)


def number(text: str, *, whole: bool = False) -> float:
    """The first number in the text; with `whole`, the text must be nothing else."""
    found = _NUMBER.fullmatch(text.strip()) if whole else _NUMBER.search(text)
    if not found:
        raise NotReadableError(f"{text!r} holds no number")
    return float(found[0])


def speed_mbps(text: str) -> float:
    """Mbit/s of `1Gbps`, `100M-baseT-full`, `1G`, `1000`, `10Mbit`. A bare number is Mbit/s."""
    found = _SPEED.search(text)
    if not found:
        raise NotReadableError(f"{text!r} is no speed")
    unit = found["unit"].lower() or "m"
    return float(found["number"]) * _MBPS[unit]


def dbm(text: str) -> float:
    """dBm of a power in milliwatts; no power at all has no level."""
    power = number(text)
    if power <= 0:
        raise NotReadableError(f"{text!r} is no power")
    return 10 * log10(power)


def moment(text: str, zone: tzinfo = UTC) -> datetime:
    """The time of a date text. Without an offset it is in the device's zone.

    RouterOS gives today's log lines a time without a date; that is not readable here.
    """
    text = text.strip()
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        parsed = _by_format(text)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=zone)


def _by_format(text: str) -> datetime:
    for form in _DATES:
        try:
            return datetime.strptime(text.title(), form)  # noqa: DTZ007 (the zone is set by `moment`)
        except ValueError:
            continue
    try:
        return datetime.fromtimestamp(float(text), UTC)
    except (ValueError, OverflowError, OSError):
        raise NotReadableError(f"{text!r} is no date") from None
