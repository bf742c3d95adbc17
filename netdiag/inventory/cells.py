"""Reading one cell: texts of any driver into our types. A bad cell is a BadCellError."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from netdiag.content.reader import suggest
from netdiag.inventory import keys

E = TypeVar("E", bound=StrEnum)

# How sources write "nothing": spreadsheets, MySQL dumps, billing defaults.
EMPTY = frozenset({"", "-", "—", "\\N", "NULL", "0.0.0.0", "00:00:00:00:00:00"})  # noqa: S104
_MACS = re.compile(r"[,;|\s]+")
_NUMBER = re.compile(r"\+?\d[\d\s().\-–]{2,}\d")


class BadCellError(Exception):
    """The text does not fit; the message says what it must be, without personal data."""


def text_of(value: object) -> str:
    """The text of a value from a database driver or JSON; nothing is ""."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace").strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | Decimal) and value == int(value):
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return ", ".join(text_of(item) for item in value)
    return str(value).strip()


def identifier(text: str) -> str:
    """An id. A number that a spreadsheet shortened is refused: its end is lost."""
    if keys.spoilt_by_spreadsheet(text):
        raise BadCellError("was shortened by a spreadsheet. Format the column as text and export")
    return text


def phones(text: str, rule: keys.PhoneRule) -> tuple[str, ...]:
    """The comparable digits of every phone in a cell; a cell may hold several."""
    found: list[str] = []
    for piece in _NUMBER.findall(keys.plain_digits(text)):
        digits = re.sub(r"\D", "", piece)
        runs = [digits] if len(digits) <= 15 else [re.sub(r"\D", "", p) for p in piece.split()]
        found.extend(key for run in runs if (key := rule.key(run)))
    return tuple(dict.fromkeys(found))


def phone(text: str, rule: keys.PhoneRule) -> str:
    """The cell as it stands, when it holds a phone at all."""
    if keys.spoilt_by_spreadsheet(text):
        raise BadCellError("was shortened by a spreadsheet. Format the column as text and export")
    if not phones(text, rule):
        raise BadCellError(f"must have at least {rule.least} digits")
    return text


def macs(text: str) -> tuple[str, ...]:
    """The MACs of a cell, separated by commas, semicolons, bars or blanks."""
    whole = keys.mac(text)
    found = [whole] if whole else [keys.mac(piece) for piece in _MACS.split(text) if piece]
    if None in found:
        raise BadCellError(f"must be 12 hexadecimal digits, not {text!r}")
    return tuple(dict.fromkeys(m for m in found if m and m not in EMPTY))


def mac(text: str) -> str:
    """One MAC, aa:bb:cc:dd:ee:ff."""
    found = macs(text)
    if len(found) != 1:
        raise BadCellError(f"must be one MAC, not {text!r}")
    return found[0]


def ipv4(text: str) -> str:
    """An IPv4 address; a prefix length is dropped."""
    address = keys.ipv4(text)
    if address is None:
        raise BadCellError(f"must be an IPv4 address, not {text!r}")
    return address


def vlan(text: str) -> int:
    """A VLAN (IEEE 802.1Q): 1 to 4094."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 4094):
        raise BadCellError(f"must be a number from 1 to 4094, not {text!r}")
    return int(text)


def number(text: str) -> float:
    """A number, zero or more; the decimal mark may be a comma."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e9:
        raise BadCellError(f"must be a number, zero or more, not {text!r}")
    return value


def moment(text: str) -> datetime:
    """An ISO 8601 date or time; without a zone it is the time of this machine."""
    try:
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError):
        raise BadCellError(f"must be a date such as 2026-03-01, not {text!r}") from None


def zone(text: str) -> str:
    """A time zone of the IANA database."""
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadCellError(f"must be a zone such as Asia/Yekaterinburg, not {text!r}") from None
    return text


def word(text: str, kind: type[E]) -> E:
    """A member of a closed set, in any case."""
    try:
        return kind(text.lower())
    except ValueError:
        known = suggest(text.lower(), [str(m) for m in kind])
        raise BadCellError(
            f"cannot be {text!r}. {known} Other words go under 'values' of the source"
        ) from None
