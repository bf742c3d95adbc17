"""Tables of the index, and subscribers, devices and links as their rows."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from netdiag.inventory.keys import fold
from netdiag.inventory.records import DeviceRow, LinkRow
from netdiag.model.subscriber import Attachment, Link, Subscriber
from netdiag.model.words import AccessKind, ServiceKind

FORMAT = 3  # another number, and every index is compiled again

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT);
CREATE TABLE subscribers (
  row INTEGER PRIMARY KEY, place TEXT, id TEXT, id_key TEXT, login TEXT, login_key TEXT,
  phone TEXT, macs TEXT, ip TEXT, service TEXT, access TEXT,
  tariff_class TEXT, tariff REAL, language TEXT,
  timezone TEXT, extra TEXT, device TEXT, device_key TEXT, port TEXT, port_key TEXT, vlan INTEGER,
  bng TEXT, bng_key TEXT, valid_from TEXT, circuit_id TEXT, onu_sn TEXT, radio_mac TEXT,
  length REAL);
CREATE TABLE keys (kind TEXT, value TEXT, row INTEGER);
CREATE TABLE devices (
  id TEXT PRIMARY KEY, id_key TEXT, place TEXT, host TEXT, role TEXT, platform TEXT, site TEXT,
  credentials TEXT, options TEXT);
CREATE TABLE links (
  device TEXT, parent TEXT, device_port TEXT, parent_port TEXT, source TEXT, seen_at TEXT,
  place TEXT);
CREATE TABLE problems (place TEXT, text TEXT);
"""
INDEXES = """
CREATE INDEX by_id ON subscribers (id);
CREATE INDEX by_id_key ON subscribers (id_key);
CREATE INDEX by_login ON subscribers (login);
CREATE INDEX by_login_key ON subscribers (login_key);
CREATE INDEX by_ip ON subscribers (ip);
CREATE INDEX by_port ON subscribers (device_key, port_key);
CREATE INDEX by_bng ON subscribers (bng_key);
CREATE INDEX by_key ON keys (kind, value);
CREATE INDEX device_by_key ON devices (id_key);
"""
SUBSCRIBER = (
    "id, login, phone, macs, ip, service, access, tariff_class, tariff, language, timezone, extra, "
    "device, port, vlan, bng, valid_from, circuit_id, onu_sn, radio_mac, length"
)
DEVICE = "id, place, host, role, platform, site, credentials, options"
LINK = "device, parent, device_port, parent_port, source, seen_at, place"

Sql = tuple[Any, ...]


def key(text: str | None) -> str | None:
    """A text as it is compared."""
    return None if text is None else fold(text)


def subscriber_in(row: int, place: str, s: Subscriber) -> Sql:
    """The row of table `subscribers`."""
    a = s.attachment or Attachment()
    return (
        *(row, place, s.id, fold(s.id), s.login, key(s.login), s.phone, " ".join(s.macs), s.ip),
        *(s.service and s.service.value, s.access.value, s.tariff_class, s.tariff_down_mbps),
        *(s.language, s.timezone, json.dumps(dict(s.extra)) if s.extra else None),
        *(a.device, key(a.device), a.port, key(a.port), a.vlan, a.bng, key(a.bng)),
        *(a.valid_from and a.valid_from.isoformat(), a.circuit_id, a.onu_sn, a.radio_mac),
        a.line_length_m,
    )


def subscriber_out(row: Sql) -> Subscriber:
    """The subscriber of a row with the columns SUBSCRIBER."""
    (ident, login, phone, macs, ip, service, access, tariff_class, tariff, *rest) = row[:12]
    language, timezone, extra = rest
    return Subscriber(
        id=ident,
        login=login,
        phone=phone,
        macs=tuple(macs.split()),
        ip=ip,
        service=ServiceKind(service) if service else None,
        access=AccessKind(access),
        tariff_class=tariff_class,
        tariff_down_mbps=tariff,
        language=language,
        timezone=timezone,
        attachment=_attachment(row[12:]),
        extra=json.loads(extra) if extra else {},
    )


def _attachment(row: Sql) -> Attachment | None:
    device, port, vlan, bng, valid_from, circuit_id, onu_sn, radio_mac, length = row
    attachment = Attachment(
        device=device,
        port=port,
        vlan=vlan,
        bng=bng,
        valid_from=datetime.fromisoformat(valid_from) if valid_from else None,
        circuit_id=circuit_id,
        onu_sn=onu_sn,
        radio_mac=radio_mac,
        line_length_m=length,
    )
    return None if attachment == Attachment() else attachment


def device_in(d: DeviceRow) -> Sql:
    """The row of table `devices`."""
    options = json.dumps(dict(d.options)) if d.options else None
    return (
        *(d.id, fold(d.id), d.place, d.host, d.role, d.platform, d.site, d.credentials),
        options,
    )


def device_out(row: Sql) -> DeviceRow:
    """The device of a row with the columns DEVICE."""
    ident, place, host, role, platform, site, credentials, options = row
    return DeviceRow(
        id=ident,
        place=place,
        host=host,
        role=role,
        platform=platform,
        site=site,
        credentials=credentials,
        options=json.loads(options) if options else {},
    )


def link_in(row: LinkRow) -> Sql:
    """The row of table `links`."""
    k = row.link
    seen_at = k.seen_at.isoformat() if k.seen_at else None
    return (k.device, k.parent, k.device_port, k.parent_port, k.source, seen_at, row.place)


def link_out(row: Sql) -> LinkRow:
    """The link of a row with the columns LINK."""
    device, parent, device_port, parent_port, source, seen_at, place = row
    link = Link(
        device=device,
        parent=parent,
        device_port=device_port,
        parent_port=parent_port,
        source=source,
        seen_at=datetime.fromisoformat(seen_at) if seen_at else None,
    )
    return LinkRow(link=link, place=place)
