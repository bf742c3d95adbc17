"""What an SNMP notification says of a device: patterns are data (probes/traps)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class TrapPattern:
    """One meaning of a notification.

    `oid` is its snmpTrapOID (of an SNMPv1 trap by RFC 3584), and what lies below it. `where`
    compares varbinds by the column's OID: all have to fit. `port` names columns that tell the
    port, the first that is there counts; `index` columns whose value is its ifIndex, `index_from`
    columns whose instance begins with it. `mark` columns tell the subscriber's own mark (serial
    number of an ONU). Without any of them the subject is the device.
    """

    name: str
    oid: str
    kind: str  # of model.event.KINDS
    state: str  # of model.event.STATES
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    port: tuple[str, ...] = ()
    index: tuple[str, ...] = ()
    index_from: tuple[str, ...] = ()
    mark: tuple[str, ...] = ()
    cause: str | None = None  # power, fibre, device: what it hints at
    source: str = ""
    proven: tuple[str, ...] = ()
