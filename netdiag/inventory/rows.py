"""Rows of any source into subscribers, devices and links.

What cannot be used is named through `note` and left out: a bad optional cell costs that cell, a
row without an id or with an id already seen costs the row.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from netdiag.inventory import cells
from netdiag.inventory.keys import PhoneRule
from netdiag.inventory.records import DeviceRow, LinkRow, Note, Part, RawRow
from netdiag.model.subscriber import Attachment, Link, Subscriber
from netdiag.model.words import AccessKind, Role, ServiceKind

T = TypeVar("T")

ACCOUNT = "account_"  # columns kept as they are
OPTION = "options."  # options.snmp.version of a device

FIELDS: dict[Part, tuple[str, ...]] = {
    Part.SUBSCRIBERS: (
        *("id", "login", "phone", "mac", "ip", "service", "access", "device", "port", "vlan"),
        *("bng", "circuit_id", "onu_sn", "radio_mac", "line_length_m", "valid_from"),
        *("tariff_class", "tariff_down_mbps", "language", "timezone"),
    ),
    Part.DEVICES: (
        *("id", "host", "role", "platform", "site", "credentials"),
        *("parent", "parent_port", "uplink_port"),
    ),
    Part.LINKS: ("device", "device_port", "parent", "parent_port", "seen_at"),
}


def known_field(part: Part, name: str) -> bool:
    """May a column of this part have that name?"""
    if name in FIELDS[part]:
        return True
    prefix = {Part.SUBSCRIBERS: ACCOUNT, Part.DEVICES: OPTION}.get(part)
    return prefix is not None and name.startswith(prefix)


class _Row:
    """The cells of one row; a bad one is noted and reads as not given."""

    def __init__(self, raw: RawRow, what: str, note: Note) -> None:
        self._raw = raw
        self._what = what
        self._note = note

    def get(self, name: str, read: Callable[..., T], *args: Any) -> T | None:
        text = self._raw.cells.get(name)
        if text is None:
            return None
        try:
            return read(text, *args)
        except cells.BadCellError as error:
            self._note(self._raw.place, f"{self._what}: {name} {error}. It is left out.")
            return None

    def text(self, name: str) -> str | None:
        return self._raw.cells.get(name)


def row_id(raw: RawRow, what: str, note: Note) -> str | None:
    """The id of a row, or None: the row cannot be used, and that is noted."""
    text = raw.cells.get("id")
    if not text:
        note(raw.place, f"a {what} without an id. The row is left out; fill in its id.")
        return None
    try:
        return cells.identifier(text)
    except cells.BadCellError as error:
        note(raw.place, f"{what} {text}: the id {error}. The row is left out.")
        return None


def read_subscriber(raw: RawRow, phone: PhoneRule, note: Note) -> Subscriber | None:
    """A subscriber with his attachment, or None."""
    key = row_id(raw, "subscriber", note)
    if key is None:
        return None
    row = _Row(raw, f"subscriber {key}", note)
    return Subscriber(
        id=key,
        login=row.text("login"),
        phone=row.get("phone", cells.phone, phone),
        macs=row.get("mac", cells.macs) or (),
        ip=row.get("ip", cells.ipv4),
        service=row.get("service", cells.word, ServiceKind),
        access=row.get("access", cells.word, AccessKind) or AccessKind.COPPER,
        tariff_class=row.text("tariff_class"),
        tariff_down_mbps=row.get("tariff_down_mbps", cells.number),
        language=row.text("language"),
        timezone=row.get("timezone", cells.zone),
        attachment=_attachment(row),
        extra={k: v for k, v in raw.cells.items() if k.startswith(ACCOUNT)},
    )


def _attachment(row: _Row) -> Attachment | None:
    attachment = Attachment(
        device=row.text("device"),
        port=row.text("port"),
        vlan=row.get("vlan", cells.vlan),
        bng=row.text("bng"),
        valid_from=row.get("valid_from", cells.moment),
        circuit_id=row.text("circuit_id"),
        onu_sn=row.text("onu_sn"),
        radio_mac=row.get("radio_mac", cells.mac),
        line_length_m=row.get("line_length_m", cells.number),
    )
    return None if attachment == Attachment() else attachment


def read_device(raw: RawRow, note: Note) -> DeviceRow | None:
    """What this row knows of a device, or None. Other sources may fill in the rest."""
    key = row_id(raw, "device", note)
    if key is None:
        return None
    row = _Row(raw, f"device {key}", note)
    role = row.get("role", cells.word, Role)
    return DeviceRow(
        id=key,
        place=raw.place,
        host=row.text("host"),
        role=None if role is None else str(role),
        platform=row.text("platform"),
        site=row.text("site"),
        credentials=row.text("credentials"),
        options={k.removeprefix(OPTION): v for k, v in raw.cells.items() if k.startswith(OPTION)},
    )


def parent_of(raw: RawRow, source: str, note: Note) -> LinkRow | None:
    """The link that a device row gives by its `parent`, if it has one."""
    device, parent = raw.cells.get("id"), raw.cells.get("parent")
    if not device or not parent:
        return None
    inner = {"device": device, "parent": parent, "device_port": raw.cells.get("uplink_port")}
    inner["parent_port"] = raw.cells.get("parent_port")
    return read_link(
        RawRow(place=raw.place, cells={k: v for k, v in inner.items() if v}), source, note
    )


def read_link(raw: RawRow, source: str, note: Note) -> LinkRow | None:
    """A link, or None: an end is missing, or both ends are the same device."""
    device, parent = raw.cells.get("device"), raw.cells.get("parent")
    if not device or not parent:
        end = "device" if not device else "parent"
        note(raw.place, f"a link without {end!r}. It is left out; name both ends.")
        return None
    if device == parent:
        note(raw.place, f"{device} is linked to itself. The link is left out.")
        return None
    row = _Row(raw, f"link {device} to {parent}", note)
    link = Link(
        device=device,
        parent=parent,
        device_port=row.text("device_port"),
        parent_port=row.text("parent_port"),
        source=source,
        seen_at=row.get("seen_at", cells.moment),
    )
    return LinkRow(link=link, place=raw.place)
