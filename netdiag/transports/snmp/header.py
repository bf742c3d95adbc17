"""The head of an SNMP message, read before the library sees it.

gufo-snmp hides error-status and panics on some garbage, so each datagram is looked at first.
Only what stands before the varbinds is read: RFC 1157, 3416 (v1, v2c) and RFC 3412, 3414 (v3).
"""

from __future__ import annotations

from dataclasses import dataclass

from netdiag.transports.snmp.failure import TOO_BIG

HEAD = 640  # octets enough for any head
LARGEST = 4080  # octets of gufo-snmp's receive buffer; what is longer arrives cut
# 1.3.6.1.6.3.15.1.1 usmStats (RFC 3414): the report says which check failed
_USM_STATS = bytes.fromhex("2b060106030f0101")
SECURITY_LEVEL, TIME_WINDOW, USER_NAME, ENGINE_ID, DIGEST, DECRYPTION = range(1, 7)


@dataclass(frozen=True, slots=True)
class Head:
    """`request` is 0 and `error` unknown for SNMPv3 (they may be encrypted); `report` is the last
    number of a usmStats counter, 0 when it is no report; `hollow` is a reply without varbinds."""

    request: int = 0
    error: int = 0
    index: int = 0
    report: int = 0
    hollow: bool = False


def read_head(data: bytes, size: int) -> Head | None:
    """The head of a datagram of `size` octets of which `data` is the beginning.

    None when it is no complete SNMP message.
    """
    try:
        at, end = _open(data, 0, 0x30)
        if end != size:
            return None
        version, at = _integer(data, at)
        if version == 3:
            return Head(report=_report(data))
        return _plain(data, at)
    except (IndexError, ValueError):
        return None


def _plain(data: bytes, at: int) -> Head:
    at = _open(data, at, 0x04)[1]  # community
    at, _ = _open(data, at, 0xA2)  # GetResponse-PDU
    request, at = _integer(data, at)
    error, at = _integer(data, at)
    index, at = _integer(data, at)
    first, last = _open(data, at, 0x30)
    return Head(request=request, error=error, index=index, hollow=first == last)


def too_long(size: int) -> Head | None:
    """A message that the library's buffer would cut is as good as tooBig."""
    return Head(error=TOO_BIG) if size > LARGEST else None


def _report(data: bytes) -> int:
    at = data.find(_USM_STATS)
    return data[at + len(_USM_STATS)] if at >= 0 else 0


def _integer(data: bytes, at: int) -> tuple[int, int]:
    at, end = _open(data, at, 0x02)
    return int.from_bytes(data[at:end], "big", signed=True), end


def _open(data: bytes, at: int, tag: int) -> tuple[int, int]:
    """Where the contents of an element begin and end. Non-minimal lengths are fine (X.690)."""
    if data[at] != tag:
        raise ValueError(tag)
    length = data[at + 1]
    at += 2
    if length & 0x80:
        octets = length & 0x7F
        if not 0 < octets <= 4:
            raise ValueError(octets)
        length = int.from_bytes(data[at : at + octets], "big")
        at += octets
    return at, at + length
