"""Notations that devices use for times, speeds and lists."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from math import log10

_WEEKS = re.compile(
    r"^(?:(?P<w>\d+)w)?(?:(?P<d>\d+)d)?(?:(?P<h>\d+)h)?(?:(?P<m>\d+)m)?"
    r"(?:(?P<s>\d+(?:\.\d+)?)s)?(?:(?P<ms>\d+)ms)?(?:(?P<us>\d+)us)?$"
)
_CLOCK = re.compile(r"^(?:(?P<w>\d+)w)?(?:(?P<d>\d+)d)?(?P<h>\d+):(?P<m>\d{2}):(?P<s>\d{2})$")
_UNITS = {"w": 604800.0, "d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6}
# 100TX is a medium (802.3), 1 Tbps a speed.
_SPEED = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>[GMk]|T(?=b)|)", re.IGNORECASE)
_MBPS = {"t": 1e6, "g": 1e3, "m": 1.0, "k": 1e-3}
_NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+(?![\d,])|\d+)(?:\.\d+)?")
_DECIMAL_COMMA = re.compile(r",\d")
_MAC_OCTETS, _SN_OCTETS, _IP_OCTETS = 6, 8, 4
_HEX_SN = re.compile(
    r"^(?:0x)?(?P<sn>(?:[0-9A-Fa-f]{2}[\s:.-]?){7}[0-9A-Fa-f]{2}|(?:[0-9A-Fa-f]{2}[\s:.-]?){5}[0-9A-Fa-f]{2})"
    r"(?:\s*\(.*\))?$"
)
# RouterOS before 7.10 writes jul/14/2023 20:11:03, later 2023-07-14 20:11:03.
_SHORT = re.compile(r"^(?:(?P<date>[A-Za-z]{3}/\d{2}) )?(?P<time>\d{2}:\d{2}:\d{2})$")
_LONG = "%Y/%b/%d %H:%M:%S"
_AHEAD = timedelta(minutes=10)
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
    """The first number in the text; with `whole`, the text must be nothing else. Thousands may be
    parted by commas; another comma in a number is not read."""
    found = _NUMBER.fullmatch(text.strip()) if whole else _NUMBER.search(text)
    if not found or _DECIMAL_COMMA.match(found.string, found.end()):
        raise NotReadableError(f"{text!r} holds no number")
    return float(found[0].replace(",", ""))


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


def serial(text: str | bytes) -> str:
    """Serial number of an ONU as printed on its label: `HWTC1A2B3C4D`, or `FCFAF7963F44`
    for the MAC of an EPON terminal.

    Agents give eight octets, four letters of the maker and four octets (ITU-T G.984.3, 10.2.16),
    as such, in hex digits (`4857544C 1A2B3C4D`, also with the label's form behind it), or printed.
    """
    if isinstance(text, bytes):
        return (
            _label(text.hex())
            if len(text) in (_MAC_OCTETS, _SN_OCTETS)
            else serial(text.decode("latin-1"))
        )
    found = _HEX_SN.match(text.strip())
    digits = re.sub(r"[\s:.-]", "", found["sn"]) if found else ""
    return _label(digits) if digits else text.strip().replace("-", "").upper()


def ipv4(text: str | bytes) -> str:
    """Dotted text of an address that agents give as four octets, which may be printable."""
    octets = text if isinstance(text, bytes) else text.encode("latin-1", "replace")
    if len(octets) != _IP_OCTETS:
        return text if isinstance(text, str) else octets.decode("ascii", "replace")
    return ".".join(str(octet) for octet in octets)


def _label(digits: str) -> str:
    """Sixteen or twelve hex digits as people write them."""
    octets = bytes.fromhex(digits)
    if len(octets) == _MAC_OCTETS:
        return octets.hex().upper()
    maker = octets[:4].decode("latin-1")
    legible = maker.isascii() and maker.isalnum()
    return f"{maker if legible else digits[:8]}{digits[8:]}".upper()


def date_text(octets: bytes) -> str:
    """DateAndTime (RFC 2579) as ISO 8601: eight octets, or eleven with the offset from UTC."""
    if len(octets) not in (8, 11):
        raise NotReadableError(f"{octets.hex()} is no date")
    year = int.from_bytes(octets[:2], "big")
    month, day, hour, minute, second, tenths = octets[2:8]
    text = f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{min(second, 59):02}.{tenths:1}"
    if len(octets) == 11:
        text += f"{chr(octets[8])}{octets[9]:02}:{octets[10]:02}"
    return text


def moment(text: str, zone: tzinfo = UTC, now: datetime | None = None) -> datetime:
    """The time of a date text. Without an offset it is in the device's zone.

    RouterOS 6 gives log lines of today a time without a date, and those of this year a date
    without a year. With `now` they are the last such moment before it.
    """
    text = text.strip()
    short = _last_such(text, now.astimezone(zone)) if now is not None else None
    if short is not None:
        return short
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        parsed = _by_format(text)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=zone)


def _last_such(text: str, now: datetime) -> datetime | None:
    """`14:27:01` and `jul/19 14:27:01`; a clock may be ahead of ours by a little."""
    found = _SHORT.match(text)
    if not found:
        return None
    latest = now + _AHEAD
    try:
        at = datetime.strptime(f"2000/{found['date'] or 'Jan/01'} {found['time']}", _LONG)  # noqa: DTZ007
        if not found["date"]:
            at = now.replace(hour=at.hour, minute=at.minute, second=at.second, microsecond=0)
            return at if at <= latest else at - timedelta(days=1)
        at = at.replace(year=now.year, tzinfo=now.tzinfo)
        return at if at <= latest else at.replace(year=now.year - 1)
    except ValueError:  # no such time of day, or a leap day of another year
        return None


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
