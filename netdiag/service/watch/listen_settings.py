"""Listeners in the `serve` part of netdiag.yaml."""

from __future__ import annotations

from dataclasses import dataclass

from netdiag.content.reader import Reader, fail
from netdiag.listeners.syslog import Address

_LONGEST_H, _LEAST_LINES, _MOST_LINES = 168.0, 100, 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SyslogSettings:
    """`serve.syslog` of netdiag.yaml. From `relays` the name in the line says whose it is."""

    udp: Address | None = None
    tcp: Address | None = None
    keep_hours: float = 25.0  # a little more than a day, so that a day is covered
    keep_lines: int = 20_000  # of one device
    relays: tuple[str, ...] = ()


def address(reader: Reader, key: str) -> Address | None:
    """ADDRESS:PORT, or None when it is not given. Raises ContentError with the place."""
    text = reader.optional(key)
    if text is None:
        return None
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isdigit() or int(port) > 65535:
        raise fail(reader.where(key), f"{key!r} is ADDRESS:PORT, such as 0.0.0.0:5514.")
    return Address(host.strip("[]"), int(port))


def read_syslog(reader: Reader | None) -> SyslogSettings | None:
    """`serve.syslog`; None when it is not given."""
    if reader is None:
        return None
    usual = SyslogSettings()
    hours = reader.number("keep_hours", usual.keep_hours)
    lines = reader.integer("keep_lines", usual.keep_lines)
    found = SyslogSettings(
        udp=address(reader, "udp"),
        tcp=address(reader, "tcp"),
        keep_hours=hours,
        keep_lines=lines,
        relays=reader.texts("relays"),
    )
    reader.done()
    if found.udp is None and found.tcp is None:
        raise fail(reader.place, "'syslog' needs 'udp' or 'tcp': ADDRESS:PORT to listen on.")
    if not 0 < hours <= _LONGEST_H:
        raise fail(reader.where("keep_hours"), f"'keep_hours' is above 0, at most {_LONGEST_H:g}.")
    if not _LEAST_LINES <= lines <= _MOST_LINES:
        place = reader.where("keep_lines")
        raise fail(place, f"'keep_lines' is from {_LEAST_LINES} to {_MOST_LINES}.")
    return found
