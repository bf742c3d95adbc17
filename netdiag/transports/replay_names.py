"""Where names, places and serial numbers stand in what devices say. Facts of MIBs and menus."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

# Columns and scalars by the beginning of their OID.
NAME_OIDS = (
    "1.3.6.1.2.1.1.4.",  # sysContact
    "1.3.6.1.2.1.1.5.",  # sysName
    "1.3.6.1.2.1.1.6.",  # sysLocation
    "1.3.6.1.2.1.31.1.1.1.18",  # ifAlias: what the operator wrote, often the customer
    "1.3.6.1.2.1.17.7.1.4.3.1.1",  # dot1qVlanStaticName
    "1.0.8802.1.1.2.1.3.3.",  # lldpLocSysName
    "1.0.8802.1.1.2.1.4.1.1.9",  # lldpRemSysName
    "1.3.6.1.4.1.9.9.23.1.2.1.1.6",  # cdpCacheDeviceId
)
SERIAL_OIDS = (
    "1.3.6.1.2.1.47.1.1.1.1.11",  # entPhysicalSerialNum
    "1.3.6.1.4.1.14988.1.1.7.3",  # mtxrSerialNumber
)
NAME_KEYS = frozenset(
    (
        *("identity", "host-name", "hostname", "sysname", "system-name", "remote_name", "ssid"),
        *("location", "contact", "agent-circuit-id", "agent-remote-id", "vlan_name"),
        *("active-agent-circuit-id", "active-agent-remote-id", "interface-list-name"),
    )
)
SERIAL_KEYS = frozenset(("serial-number", "serial", "serial_number", "software-id", "sn", "onu_sn"))
_IDENTITY = "/system/identity"
# What stands behind these words in free text.
_NAMED = re.compile(
    r"(?im)(?:^|[\s,;])(?:host ?name|sys ?name|system name|device name|identity|location|contact)"
    r"\s*(?::|=|\s)\s*\"?([^\s\",;]+(?: [^\s\",;:]+)*)"
)
_PROMPT = re.compile(r"(?m)^<?([A-Za-z][\w.-]{2,})(?:\([\w-]+\))?[#>]")
_SERIAL = re.compile(
    r"(?i)(?:serial(?:[ -]?(?:number|num|no\.?))?|\bs/n|\bsn)\s*[:=#]?\s*([A-Z0-9][A-Z0-9/-]{5,})"
)
ONU = re.compile(r"(?<![A-Za-z0-9])[A-Z]{4}[0-9A-F]{8}(?![A-Za-z0-9])")  # ITU-T G.984.3, 10.2.16


def names_in(entry: Mapping[str, Any]) -> Iterator[str]:
    """Names of devices, places and people in one exchange."""
    question, rows = entry["question"], entry["reply"].get("rows", ())
    identity = str(question.get("path", "")).startswith(_IDENTITY)
    columns = columns_of(question, NAME_OIDS)
    for row in rows:
        for key, value in row.items():
            if not isinstance(value, str):
                continue
            lower = key.lower()
            if key in columns or lower in NAME_KEYS or (identity and lower == "name"):
                yield value
            yield from _NAMED.findall(value)
            yield from _PROMPT.findall(value)


def serials_in(entry: Mapping[str, Any]) -> Iterator[str]:
    """Serial numbers in one exchange, as text."""
    question, rows = entry["question"], entry["reply"].get("rows", ())
    columns = columns_of(question, SERIAL_OIDS)
    for row in rows:
        for key, value in row.items():
            if not isinstance(value, str):
                continue
            if key in columns or key.lower() in SERIAL_KEYS:
                yield value
            yield from _SERIAL.findall(value)
            yield from ONU.findall(value)


def columns_of(question: Mapping[str, Any], prefixes: tuple[str, ...]) -> frozenset[str]:
    """Names of the columns whose OID begins so."""
    oids: dict[str, str] = {}
    for field in ("oids", "single", "columns"):
        inner = question.get(field)
        if isinstance(inner, Mapping):
            oids.update({str(name): str(oid) for name, oid in inner.items()})
    begins = tuple(prefix if prefix.endswith(".") else f"{prefix}." for prefix in prefixes)
    return frozenset(n for n, oid in oids.items() if f"{oid.lstrip('.')}.".startswith(begins))
