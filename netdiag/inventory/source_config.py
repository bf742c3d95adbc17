"""The inventory's sources as the configuration names them: frozen, secrets already resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from netdiag.inventory.keys import By, PhoneRule
from netdiag.inventory.records import Layout, Part
from netdiag.model.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlConfig:
    """A YAML file with lists of subscribers, devices and links."""

    name: str
    path: Path
    phone: PhoneRule = field(default_factory=PhoneRule)


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvConfig:
    """One CSV file of one part. Without delimiter or encoding they are found out."""

    name: str
    path: Path
    part: Part
    layout: Layout = field(default_factory=Layout)
    delimiter: str | None = None
    encoding: str | None = None
    phone: PhoneRule = field(default_factory=PhoneRule)


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlPart:
    """A table, or a SELECT that is used as one."""

    table: str | None = None
    query: str | None = None
    layout: Layout = field(default_factory=Layout)


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlConfig:
    """A database, asked live. `scan`: may a key that no index finds be searched for row by row?"""

    name: str
    url: Secret
    parts: Mapping[Part, SqlPart]
    timeout_s: float = 3.0
    scan: bool = True
    phone: PhoneRule = field(default_factory=PhoneRule)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpPart:
    """An address. With `{key}` in it one row is asked for at a time, without it gives a list.

    `rows` and the layout's columns are dotted paths into the JSON; `next` is the path of the
    next page's address.
    """

    url: str
    by: tuple[By, ...] = (By.ID,)
    rows: str = ""
    next: str | None = None
    layout: Layout = field(default_factory=Layout)

    @property
    def live(self) -> bool:
        """Is it asked key by key?"""
        return "{key}" in self.url


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """What all HTTP sources share."""

    headers: Mapping[str, Secret] = field(default_factory=dict)
    timeout_s: float = 3.0
    ca_file: Path | None = None
    refresh_s: float = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpConfig:
    """A CRM or billing API."""

    name: str
    parts: Mapping[Part, HttpPart]
    remote: Remote = field(default_factory=Remote)
    phone: PhoneRule = field(default_factory=PhoneRule)


@dataclass(frozen=True, slots=True, kw_only=True)
class NetboxConfig:
    """Devices and cables of NetBox. `roles`: slug → our role; other roles are left out."""

    name: str
    url: str
    roles: Mapping[str, str]
    platforms: Mapping[str, str] = field(default_factory=dict)
    site: str = "site.slug"
    filters: Mapping[str, str] = field(default_factory=dict)
    page: int = 250
    remote: Remote = field(default_factory=Remote)


SourceConfig = YamlConfig | CsvConfig | SqlConfig | HttpConfig | NetboxConfig
