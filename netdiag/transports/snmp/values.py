"""Values and OIDs as rows carry them."""

from __future__ import annotations

from typing import Any

from netdiag.model.wire import Cell


def cell(value: Any) -> Cell:
    """A decoded value as a cell: printable UTF-8 text → str, other octets → bytes, numbers as
    they are. `text.encode()` gives the octets of a text back (a MAC address may look like text).
    """
    if isinstance(value, bytes | bytearray):
        return text_or_bytes(bytes(value))
    if isinstance(value, bool):
        return int(value)
    if value is None or isinstance(value, str | int | float):
        return value
    return str(value)


def text_or_bytes(octets: bytes) -> str | bytes:
    """Text when it is printable UTF-8 (line ends and tabs allowed), else the octets."""
    try:
        text = octets.decode()
    except UnicodeDecodeError:
        return octets
    plain = text.translate({9: None, 10: None, 13: None})
    return text if plain.isprintable() or not plain else octets


def suffix(oid: str, column: str) -> tuple[int, ...] | None:
    """The index of an instance below its column, or None when it lies elsewhere."""
    if not oid.startswith(column) or oid[len(column) : len(column) + 1] != ".":
        return None
    return tuple(map(int, oid[len(column) + 1 :].split(".")))
