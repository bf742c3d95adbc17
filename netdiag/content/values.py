"""Texts into values of a declared type: literals of conditions, examples, readings of probes."""

from __future__ import annotations

import ipaddress
import re

from netdiag.model.fact import Value
from netdiag.model.vocabulary import FactType, ValueType

_INTEGERS = (ValueType.INT, ValueType.COUNTER32, ValueType.COUNTER64)
_MAC = re.compile(
    r"(?:0x)?(?:[0-9a-fA-F]{1,2}[:-]){5}[0-9a-fA-F]{1,2}|(?:0x)?[0-9a-fA-F.\s]{12,17}"
    r"|[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}"
)


class NotOfTypeError(ValueError):
    """A text is not of the declared type; the message says what it should be."""


def typed(text: str, kind: FactType) -> Value:
    """The value that a text stands for, by the type of the fact.

    Raises NotOfTypeError. Floats with an integral value stay floats; a number written with a
    decimal point is refused for a whole number unless it is integral ("7.0").
    """
    if kind.type in _INTEGERS:
        return _integer(text)
    if kind.type is ValueType.FLOAT:
        return _float(text)
    if kind.type is ValueType.BOOL:
        return _bool(text)
    if kind.type is ValueType.ENUM:
        if text not in kind.options:
            raise NotOfTypeError(f"{text!r} is none of {', '.join(kind.options)}")
        return text
    return _text(text, kind.type)


def _text(text: str, kind: ValueType) -> Value:
    if kind is ValueType.MAC:
        return mac(text)
    if kind is ValueType.IPV4:
        try:
            return str(ipaddress.IPv4Address(text))
        except ValueError:
            raise NotOfTypeError(f"{text!r} is not an IPv4 address") from None
    if kind is ValueType.MACS:
        return tuple(mac(part) for part in split_list(text))
    if kind is ValueType.STRINGS:
        return split_list(text)
    return text


def split_list(text: str) -> tuple[str, ...]:
    """`[a, b]` or `a, b` into its members."""
    inner = text.strip().removeprefix("[").removesuffix("]")
    return tuple(part.strip() for part in inner.split(",") if part.strip())


def mac(text: str) -> str:
    """A MAC address in any notation as aa:bb:cc:dd:ee:ff."""
    text = text.strip()
    groups = text.split(".")
    if len(groups) >= 6 and all(group.isdecimal() and int(group) < 256 for group in groups[-6:]):
        # The end of an OID suffix: six octets in decimal.
        return ":".join(f"{int(group):02x}" for group in groups[-6:])
    digits = ""
    if _MAC.fullmatch(text):
        # Some agents leave out leading zeros: 0:1b:c:3:4:5.
        parts = re.split("[:-]", text.lower().removeprefix("0x"))
        digits = "".join(part.zfill(2) if len(parts) == 6 else part for part in parts)
        digits = re.sub(r"[.\s]", "", digits)
    if len(digits) != 12:
        raise NotOfTypeError(f"{text!r} is not a MAC address")
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2))


def _integer(text: str) -> int:
    try:
        number = float(text) if any(c in text for c in ".eE") else int(text)
        whole = int(number)
    except (ValueError, OverflowError):
        raise NotOfTypeError(f"{text!r} is not a whole number") from None
    if number != whole:
        raise NotOfTypeError(f"{text!r} is not a whole number")
    return whole


def _float(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise NotOfTypeError(f"{text!r} is not a number") from None
    if number != number or number in (float("inf"), float("-inf")):
        raise NotOfTypeError(f"{text!r} is not a number")
    return number


def _bool(text: str) -> bool:
    if text.lower() in ("true", "yes", "1"):
        return True
    if text.lower() in ("false", "no", "0"):
        return False
    raise NotOfTypeError(f"{text!r} is neither true nor false")
