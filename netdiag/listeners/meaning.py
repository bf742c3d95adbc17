"""What a notification says of the device that sent it, by the patterns. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from netdiag.listeners.ber import Value
from netdiag.listeners.notification import Notification
from netdiag.model.trap import TrapPattern


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """A pattern that fits, and the place it names: a port by name or ifIndex, a mark (serial
    number of an ONU), or none: the device itself."""

    pattern: TrapPattern
    port: str | None = None
    index: int | None = None
    mark: str | None = None


class Patterns:
    """All patterns, found by the notification's OID. Those that are listed first are tried first;
    of several lengths of OID the longest."""

    def __init__(self, patterns: Iterable[TrapPattern]) -> None:
        self._by_oid: dict[str, list[TrapPattern]] = {}
        for pattern in patterns:
            self._by_oid.setdefault(pattern.oid, []).append(pattern)

    def meaning(self, told: Notification) -> Meaning | None:
        """What it means; None when no pattern fits."""
        oid = told.oid
        while oid:
            for pattern in self._by_oid.get(oid, ()):
                if _fits(pattern, told):
                    return _place(pattern, told)
            oid = oid.rpartition(".")[0]
        return None


def _fits(pattern: TrapPattern, told: Notification) -> bool:
    for column, wanted in pattern.where.items():
        found = _column(told, column)
        if found is None or _text(found[1]) not in wanted:
            return False
    return True


def _place(pattern: TrapPattern, told: Notification) -> Meaning:
    index = None
    for column in pattern.index:
        found = _column(told, column)
        if found is not None and isinstance(found[1], int):
            index = found[1]
            break
    for column in pattern.index_from if index is None else ():
        found = _column(told, column)
        if found is not None and found[0]:
            index = int(found[0].split(".")[0])
            break
    return Meaning(
        pattern=pattern,
        port=_first(pattern.port, told),
        index=index,
        mark=_first(pattern.mark, told),
    )


def _first(columns: tuple[str, ...], told: Notification) -> str | None:
    for column in columns:
        found = _column(told, column)
        text = _text(found[1]) if found is not None else ""
        if text:
            return text
    return None


def _column(told: Notification, column: str) -> tuple[str, Value] | None:
    """The instance and value of the first varbind of a column."""
    for oid, value in told.binds:
        if oid == column:
            return "", value
        if oid.startswith(column) and oid[len(column)] == ".":
            return oid[len(column) + 1 :], value
    return None


def _text(value: Value) -> str:
    """As people write it: text as text, other octets (MAC, serial number) as hex digits."""
    if not isinstance(value, bytes):
        return "" if value is None else str(value)
    text = value.rstrip(b"\0")
    try:
        read = text.decode("utf-8").strip()
    except UnicodeDecodeError:
        return value.hex()
    return read if read.isprintable() else value.hex()
