"""Text walks of net-snmp (`snmpwalk -On`): `.1.3.6.1.2.1.1.1.0 = STRING: …`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from netdiag.model.wire import Cell
from netdiag.transports.snmp.values import text_or_bytes

_LINE = re.compile(r"^\.?(?P<oid>\d+(?:\.\d+)+) = (?:(?P<kind>[A-Za-z-]+\d*): ?)?(?P<value>.*)$")
_NUMBER = re.compile(r"^(?:\w+\()?(?P<number>-?\d+)\b")
_NUMBERS = ("INTEGER", "Counter32", "Counter64", "Gauge32", "Unsigned32", "Timeticks")
_NOTHING = ("No Such Object", "No Such Instance", "No more variables")


def walked(lines: Iterable[str]) -> dict[str, Cell]:
    """Values by OID; lines that are no value, or go on from the line before, are left out."""
    found: dict[str, Cell] = {}
    for line in lines:
        match = _LINE.match(line)
        value = _value(match["kind"], match["value"]) if match else None
        if match and value is not None:
            found[match["oid"]] = value
    return found


def _value(kind: str | None, text: str) -> Cell:
    if text.startswith(_NOTHING):
        return None
    if kind is None or kind in _NUMBERS:  # bare: time ticks, or an empty string
        number = _NUMBER.match(text.removeprefix("("))
        return int(number["number"]) if number else text.strip('"')
    if kind == "Hex-STRING":
        return text_or_bytes(bytes.fromhex(text))
    if kind == "OID":
        return text.lstrip(".")
    return text.strip('"')
