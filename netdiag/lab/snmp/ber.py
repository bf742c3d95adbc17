"""BER of SNMPv2c messages (X.690, RFC 3416): as much as an agent needs."""

from __future__ import annotations

from dataclasses import dataclass

Oid = tuple[int, ...]

INTEGER, OCTETS, NULL, OID, SEQUENCE = 0x02, 0x04, 0x05, 0x06, 0x30
IP, COUNTER32, GAUGE32, TICKS, COUNTER64 = 0x40, 0x41, 0x42, 0x43, 0x46
NO_OBJECT, NO_INSTANCE, END_OF_VIEW = 0x80, 0x81, 0x82
GET, GET_NEXT, RESPONSE, SET, GET_BULK = 0xA0, 0xA1, 0xA2, 0xA3, 0xA5


class BerError(ValueError):
    """Not a message that an agent understands."""


@dataclass(frozen=True, slots=True)
class Value:
    """A tagged value: int for numbers, bytes for octets, Oid for object identifiers."""

    tag: int
    raw: int | bytes | Oid | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One request. `first` and `second` are error status and index, or the numbers of GETBULK."""

    community: bytes
    kind: int
    request: int
    first: int
    second: int
    names: tuple[Oid, ...]
    values: tuple[Value, ...]


def number(value: float) -> Value:
    """INTEGER."""
    return Value(INTEGER, int(value))


def text(value: str | bytes) -> Value:
    """OCTET STRING."""
    return Value(OCTETS, value.encode() if isinstance(value, str) else value)


def oid(dotted: str) -> Oid:
    """The numbers of a dotted OID."""
    return tuple(int(part) for part in dotted.split("."))


def tlv(tag: int, body: bytes) -> bytes:
    """Tag, length, contents."""
    size = len(body)
    if size < 128:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 128 | len(length))) + length + body


def encode_value(value: Value) -> bytes:
    """One value with its tag."""
    raw = value.raw
    if isinstance(raw, int):
        signed = value.tag == INTEGER
        size = max(1, (raw.bit_length() + 8) // 8)
        return tlv(value.tag, raw.to_bytes(size, "big", signed=signed))
    if isinstance(raw, tuple):
        return tlv(value.tag, _encode_oid(raw))
    return tlv(value.tag, raw or b"")


def encode_bind(name: Oid, value: Value) -> bytes:
    """One variable binding."""
    return tlv(SEQUENCE, tlv(OID, _encode_oid(name)) + encode_value(value))


def encode_response(asked: Message, binds: bytes, status: int = 0, at: int = 0) -> bytes:
    """The answer to a message, with already encoded bindings."""
    body = b"".join(encode_value(number(n)) for n in (asked.request, status, at))
    pdu = tlv(RESPONSE, body + tlv(SEQUENCE, binds))
    return tlv(SEQUENCE, encode_value(number(1)) + tlv(OCTETS, asked.community) + pdu)


def decode(packet: bytes) -> Message:
    """Read one SNMPv2c request; BerError for anything else."""
    try:
        return _decode(packet)
    except IndexError as error:
        raise BerError("cut short") from error


def _decode(packet: bytes) -> Message:
    _, message, _ = _read(packet, 0)
    _, version, at = _read(message, 0)
    if _int(version) != 1:
        raise BerError("not SNMPv2c")
    _, community, at = _read(message, at)
    kind, pdu, _ = _read(message, at)
    _, request, at = _read(pdu, 0)
    _, first, at = _read(pdu, at)
    _, second, at = _read(pdu, at)
    _, listed, _ = _read(pdu, at)
    names, values, at = [], [], 0
    while at < len(listed):
        _, bind, at = _read(listed, at)
        _, name, inner = _read(bind, 0)
        tag, raw, _ = _read(bind, inner)
        names.append(_decode_oid(name))
        values.append(Value(tag, _int(raw) if tag in (INTEGER, GAUGE32) else raw))
    return Message(
        community, kind, _int(request), _int(first), _int(second), tuple(names), tuple(values)
    )


def _read(data: bytes, at: int) -> tuple[int, bytes, int]:
    tag, size = data[at], data[at + 1]
    at += 2
    if size & 128:
        count = size & 127
        size, at = int.from_bytes(data[at : at + count], "big"), at + count
    if at + size > len(data):
        raise BerError("cut short")
    return tag, data[at : at + size], at + size


def _int(raw: bytes) -> int:
    return int.from_bytes(raw, "big", signed=True)


def _encode_oid(name: Oid) -> bytes:
    out = bytearray((name[0] * 40 + name[1],)) if len(name) > 1 else bytearray(name)
    for part in name[2:]:
        piece = [part & 127]
        while part := part >> 7:
            piece.append(part & 127 | 128)
        out += bytes(reversed(piece))
    return bytes(out)


def _decode_oid(raw: bytes) -> Oid:
    if not raw:
        return (0, 0)
    parts, value = [min(raw[0] // 40, 2), raw[0] - 40 * min(raw[0] // 40, 2)], 0
    for octet in raw[1:]:
        value = value << 7 | octet & 127
        if not octet & 128:
            parts.append(value)
            value = 0
    return tuple(parts)
