"""pysnmp's value objects as plain values."""

from __future__ import annotations

from typing import Any

from pyasn1.type.univ import Integer, Null, ObjectIdentifier, OctetString  # type: ignore[import-untyped]
from pysnmp.proto.rfc1902 import IpAddress
from pysnmp.proto.rfc1905 import EndOfMibView, NoSuchInstance, NoSuchObject

_NOTHING = (NoSuchObject, NoSuchInstance, EndOfMibView, Null)


def plain(value: Any) -> Any:
    """int, bytes, dotted text; None for noSuchObject, noSuchInstance, endOfMibView and NULL."""
    if isinstance(value, _NOTHING):
        return None
    if isinstance(value, IpAddress):
        return ".".join(map(str, bytes(value)))
    if isinstance(value, OctetString):
        return bytes(value)
    if isinstance(value, ObjectIdentifier):
        return str(value)
    return int(value) if isinstance(value, Integer) else value.prettyPrint()
