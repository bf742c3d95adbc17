"""Read a circuit-id or remote-id (RFC 3046, TR-101) by the notations that were taught. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from netdiag.content.values import NotOfTypeError, mac
from netdiag.model.circuit import Circuit, Notation

_HEXED = re.compile(r"(?:0x)?((?:[0-9A-Fa-f]{2})+)")
_PARTED = re.compile(
    r"[0-9A-Fa-f]{1,2}(?:[:-][0-9A-Fa-f]{1,2}){2,}|[0-9A-Fa-f]{2}(?: [0-9A-Fa-f]{2}){2,}"
)
_ESCAPED = re.compile(r"\\(?:x?([0-9A-Fa-f]{2})|(.))")
_LEAST = 3  # hex digits of fewer octets are as likely a number


def read_circuit(text: str | bytes | None, notations: Iterable[Notation]) -> Circuit | None:
    """What it says, by the first notation that fits; None when none does.

    Agents give octets as such, in hex digits (`0x0004…`, `0:4:0:64:1:3`), or with escapes
    (`\\00\\04`).
    """
    if not text:
        return None
    plain, octets = _forms(text)
    for one in notations:
        told = octets if one.octets else plain
        found = re.search(one.pattern, told) if told else None
        if found:
            return _circuit(one, found)
    return None


def _forms(text: str | bytes) -> tuple[str, str]:
    """The value as printable text, and as hex digits; empty where it has no such form."""
    if isinstance(text, bytes):
        return _of_octets(text)
    text = text.strip(" \0") if text.isprintable() else text
    digits = _HEXED.fullmatch(text)
    if digits and len(digits[1]) >= 2 * _LEAST:
        octets = bytes.fromhex(digits[1])
        return (text if not text.startswith("0x") else _of_octets(octets)[0]), octets.hex()
    if _PARTED.fullmatch(text):
        return text, "".join(part.zfill(2) for part in re.split("[: -]", text)).lower()
    if "\\" in text:
        return _of_octets(_unescaped(text))
    if text.isprintable():
        return text, ""
    return _of_octets(text.encode("latin-1", "replace"))


def _of_octets(octets: bytes) -> tuple[str, str]:
    """Text may stand behind a type (1 = text) and its length."""
    if len(octets) > 2 and octets[0] in (0, 1) and octets[1] == len(octets) - 2:
        inner = octets[2:].decode("ascii", "replace")
        if inner.isprintable() and "\ufffd" not in inner:
            return inner, "" if octets[0] else octets.hex()
    told = octets.decode("ascii", "replace").strip("\0")
    return (told if told.isprintable() and "\ufffd" not in told else ""), octets.hex()


def _unescaped(text: str) -> bytes:
    def octet(found: re.Match[str]) -> str:
        return chr(int(found[1], 16)) if found[1] else found[2]

    return _ESCAPED.sub(octet, text).encode("latin-1", "replace")


def _circuit(one: Notation, found: re.Match[str]) -> Circuit:
    told = {name: text for name, text in found.groupdict().items() if text}
    base = 16 if one.octets else 10
    numbers = {n: int(told[n], base) for n in ("unit", "number", "vlan") if n in told}
    node = _mac(told.get("device"))
    return Circuit(
        notation=one.name,
        device=None if node else told.get("device"),
        mac=_mac(told.get("mac")) or node,
        port=told.get("port"),
        onu=told.get("onu"),
        unit=numbers.get("unit"),
        number=numbers.get("number"),
        vlan=numbers.get("vlan") or None,
    )


def _mac(text: str | None) -> str | None:
    try:
        return mac(text) if text else None
    except NotOfTypeError:
        return None
