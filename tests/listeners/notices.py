"""Notifications as octets, for what no tool sends."""

from __future__ import annotations


def tlv(tag: int, body: bytes) -> bytes:
    size = len(body)
    head = bytes((tag, size)) if size < 128 else bytes((tag, 0x82, size >> 8, size & 255))
    return head + body


def number(value: int, tag: int = 2) -> bytes:
    return tlv(tag, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def oid(dotted: str) -> bytes:
    parts = [int(part) for part in dotted.split(".")]
    out = bytearray([parts[0] * 40 + parts[1]])
    for part in parts[2:]:
        piece = [part & 127]
        while part := part >> 7:
            piece.append(part & 127 | 128)
        out += bytes(reversed(piece))
    return tlv(6, bytes(out))


def bind(name: str, value: bytes) -> bytes:
    return tlv(0x30, oid(name) + value)


def link_down(request: int, index: int, *, community: bytes = b"public", pdu: int = 0xA7) -> bytes:
    """A linkDown trap of SNMPv2c."""
    binds = (
        bind("1.3.6.1.2.1.1.3.0", number(request, 0x43))
        + bind("1.3.6.1.6.3.1.1.4.1.0", oid("1.3.6.1.6.3.1.1.5.3"))
        + bind(f"1.3.6.1.2.1.2.2.1.1.{index}", number(index))
        + bind(f"1.3.6.1.2.1.2.2.1.8.{index}", number(2))
    )
    body = number(request) + number(0) + number(0) + tlv(0x30, binds)
    return tlv(0x30, number(1) + tlv(4, community) + tlv(pdu, body))
