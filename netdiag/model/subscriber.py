"""Who is connected where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from netdiag.model.words import AccessKind, Role, ServiceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """Where a subscriber is connected at one moment."""

    device: str | None = None
    port: str | None = None
    vlan: int | None = None
    bng: str | None = None
    source: str = "inventory"
    valid_from: datetime | None = None
    circuit_id: str | None = None
    onu_sn: str | None = None
    radio_mac: str | None = None  # of his radio in the access point's table, aa:bb:cc:dd:ee:ff
    line_length_m: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """Party with a contract. Personal data: never in a log."""

    id: str
    login: str | None = None
    phone: str | None = None
    macs: tuple[str, ...] = ()  # aa:bb:cc:dd:ee:ff
    ip: str | None = None
    service: ServiceKind | None = None
    access: AccessKind = AccessKind.COPPER
    tariff_class: str | None = None  # the operator's word: home, business, …
    tariff_down_mbps: float | None = None
    language: str | None = None
    timezone: str | None = None
    attachment: Attachment | None = None
    extra: Mapping[str, str] = field(default_factory=dict)  # account_* columns of the inventory


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """Managed element. `credentials` names an entry of netdiag.yaml; `options` are per device."""

    id: str
    host: str
    role: Role
    platform: str = ""
    site: str | None = None
    credentials: str = "default"
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An edge of the topology: `device` hangs below `parent`. Several parents are redundant."""

    device: str
    parent: str
    device_port: str | None = None
    parent_port: str | None = None
    source: str = "inventory"
    seen_at: datetime | None = None
