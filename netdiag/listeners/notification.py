"""SNMP notifications of v1 and v2c, decoded (RFC 1157, 3416; v1 told as v2 by RFC 3584)."""

from __future__ import annotations

from dataclasses import dataclass

from netdiag.listeners import ber
from netdiag.listeners.ber import BerError, Value

_TRAP_V1, _RESPONSE, _INFORM, _TRAP_V2 = 0xA4, 0xA2, 0xA6, 0xA7
_TIMETICKS = 0x43
_ENTERPRISE_SPECIFIC = 6
_SYS_UPTIME = "1.3.6.1.2.1.1.3.0"
_TRAP_OID = "1.3.6.1.6.3.1.1.4.1.0"
_TRAP_ADDRESS = "1.3.6.1.6.3.18.1.3.0"
_STANDARD = "1.3.6.1.6.3.1.1.5"
_MOST_BINDS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One notification. `origin` is the address it was first sent from, where a proxy tells it;
    `answer` the octets that acknowledge an inform."""

    version: str  # 1, 2c, 3
    secret: bytes  # the community; the user's name in v3
    oid: str
    uptime: int  # hundredths of a second since the agent started
    binds: tuple[tuple[str, Value], ...]
    origin: str | None = None
    answer: bytes | None = None
    request: int = 0


def version_of(data: bytes) -> int:
    """The number of the message's version (0 v1, 1 v2c, 3 v3). Raises BerError."""
    first, last = ber.expect(ber.SEQUENCE, data, 0, len(data))
    return ber.integer(data, first, last)[0]


def decode(data: bytes) -> Notification:
    """Read one datagram of v1 or v2c. Raises BerError for anything that is no notification."""
    at, end = ber.expect(ber.SEQUENCE, data, 0, len(data))
    if end != len(data):
        raise BerError("octets after the message")
    number, at = ber.integer(data, at, end)
    first, last = ber.expect(ber.OCTETS, data, at, end)
    community = data[first:last]
    tag, inner, pdu_end = ber.element(data, last, end)
    if number == 0 and tag == _TRAP_V1:
        return _old(data, community, inner, pdu_end)
    if number == 1 and tag in (_TRAP_V2, _INFORM):
        answer = _acknowledged(data, last) if tag == _INFORM else None
        return _new(data, community, inner, pdu_end, answer)
    raise BerError(f"version {number} with PDU {tag:#x}")


def from_binds(
    version: str, secret: bytes, binds: tuple[tuple[str, Value], ...], request: int = 0
) -> Notification:
    """A notification of v2 out of its varbinds. Raises BerError when it does not say which."""
    uptime, oid, origin, rest = 0, "", None, []
    for name, content in binds:
        if name == _SYS_UPTIME and isinstance(content, int):
            uptime = content
        elif name == _TRAP_OID and isinstance(content, str):
            oid = content
        elif name == _TRAP_ADDRESS and isinstance(content, str):
            origin = content
        else:
            rest.append((name, content))
    if not oid:
        raise BerError("a notification without snmpTrapOID")
    return Notification(
        version=version,
        secret=secret,
        oid=oid,
        uptime=uptime,
        binds=tuple(rest),
        origin=origin,
        request=request,
    )


def _old(data: bytes, community: bytes, at: int, end: int) -> Notification:
    first, at = ber.expect(ber.OID, data, at, end)
    enterprise = ber.dotted(data, first, at)
    address, after = ber.expect(ber.IP, data, at, end)
    origin = ber.value(data, ber.IP, address, after)
    generic, at = ber.integer(data, after, end)
    specific, at = ber.integer(data, at, end)
    first, at = ber.expect(_TIMETICKS, data, at, end)
    uptime = int.from_bytes(data[first:at], "big")
    if generic == _ENTERPRISE_SPECIFIC:
        oid = f"{enterprise}.0.{specific}"
    else:
        oid = f"{_STANDARD}.{generic + 1}"
    return Notification(
        version="1",
        secret=community,
        oid=oid,
        uptime=uptime,
        binds=_binds(data, at, end),
        origin=str(origin) if any(data[address:after]) else None,
    )


def _new(data: bytes, community: bytes, at: int, end: int, answer: bytes | None) -> Notification:
    request, at = ber.integer(data, at, end)
    _, at = ber.integer(data, at, end)
    _, at = ber.integer(data, at, end)
    found = from_binds("2c", community, _binds(data, at, end), request)
    if answer is None:
        return found
    return Notification(
        version=found.version,
        secret=found.secret,
        oid=found.oid,
        uptime=found.uptime,
        binds=found.binds,
        origin=found.origin,
        answer=answer,
        request=request,
    )


def _binds(data: bytes, at: int, end: int) -> tuple[tuple[str, Value], ...]:
    at, end = ber.expect(ber.SEQUENCE, data, at, end)
    found: list[tuple[str, Value]] = []
    while at < end and len(found) < _MOST_BINDS:
        first, at = ber.expect(ber.SEQUENCE, data, at, end)
        name, last = ber.expect(ber.OID, data, first, at)
        tag, begin, stop = ber.element(data, last, at)
        found.append((ber.dotted(data, name, last), ber.value(data, tag, begin, stop)))
    return tuple(found)


def _acknowledged(data: bytes, pdu: int) -> bytes:
    """An inform's acknowledgement is itself as a response: same request, no error, same varbinds
    (RFC 3416, 4.2.7). Only the PDU's tag differs."""
    return data[:pdu] + bytes((_RESPONSE,)) + data[pdu + 1 :]
