"""Tables of the canned agents: values by OID, as octets of BER (ITU-T X.690, RFC 3416)."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass

INTEGER, OCTETS, OBJECT, ADDRESS, COUNTER, GAUGE, TICKS, WIDE = 2, 4, 6, 64, 65, 66, 67, 70


@dataclass(frozen=True, slots=True)
class Value:
    """One value: its tag, and a number, octets or a dotted OID or address."""

    tag: int
    value: int | bytes | str


def encoded(table: Mapping[str, Value]) -> bytes:
    """The file of one table, in the order of the OIDs."""
    rows = sorted(
        ((tuple(map(int, oid.strip(".").split("."))), value) for oid, value in table.items()),
        key=lambda row: row[0],
    )
    parts = []
    for numbers, value in rows:
        oid, contents = _object(numbers), _contents(value)
        whole = bytes([value.tag]) + _length(len(contents)) + contents
        parts.append(struct.pack("<HHB", len(oid), len(whole), len(numbers)))
        parts += [oid, whole, struct.pack(f"<{len(numbers)}I", *numbers)]
    return b"".join(parts)


def _contents(value: Value) -> bytes:
    if isinstance(value.value, bytes):
        return value.value
    if isinstance(value.value, str):
        numbers = tuple(map(int, value.value.strip(".").split(".")))
        return bytes(numbers) if value.tag == ADDRESS else _object(numbers)
    octets = value.value.bit_length() // 8 + 1
    return value.value.to_bytes(octets, "big", signed=True)


def _object(numbers: tuple[int, ...]) -> bytes:
    if len(numbers) < 2:
        return bytes(numbers)
    made = bytearray()
    for number in (numbers[0] * 40 + numbers[1], *numbers[2:]):
        septets = [number & 0x7F]
        while number := number >> 7:
            septets.append(number & 0x7F | 0x80)
        made += bytes(reversed(septets))
    return bytes(made)


def _length(octets: int) -> bytes:
    if octets < 128:
        return bytes([octets])
    return bytes([0x82, octets >> 8, octets & 0xFF])
