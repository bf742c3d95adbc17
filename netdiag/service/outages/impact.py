"""Who is behind a root (device, device:port or site:NAME), with records for those who may see."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, replace

from netdiag.inventory.found import Impact
from netdiag.inventory.inventory import Inventory
from netdiag.model.subscriber import Subscriber
from netdiag.store.outages import OutageError

_PLACE = ("subscriber", "behind", "device", "port")
_CONTACT = ("login", "phone", "language")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """What stands and falls with a root; see inventory.found.Impact for the words."""

    root: str
    impacts: tuple[Impact, ...]

    @property
    def subscribers(self) -> tuple[str, ...]:
        """Ids of all who lose service, each once."""
        return _once(one.subscribers for one in self.impacts)

    @property
    def devices(self) -> tuple[str, ...]:
        """Devices that go with it."""
        return _once(one.devices for one in self.impacts)

    @property
    def weakened(self) -> tuple[str, ...]:
        """Devices that go on over another path, with their redundancy lost."""
        gone = {*self.devices, *(one.device for one in self.impacts)}
        return tuple(n for n in _once(one.weakened for one in self.impacts) if n not in gone)

    @property
    def notes(self) -> tuple[str, ...]:
        """What could not be told, and why."""
        return _once(one.notes for one in self.impacts)


def behind_root(inventory: Inventory, root: str) -> Behind:
    """OutageError when the inventory has no such root; InventoryUnavailableError."""
    kind, _, name = root.partition(":")
    if kind == "site":
        devices = [device.id for device in inventory.devices_of_site(name)]
        if not devices:
            raise OutageError(f"The inventory has no device at a site {name!r}.")
        return Behind(root=root, impacts=tuple(inventory.behind(one) for one in devices))
    if "+" in root and inventory.device(kind) is None:
        return _together(inventory, root)
    if inventory.device(kind) is None:
        raise OutageError(
            f"The inventory has no device {kind!r}. The root is a device, device:port or site:NAME."
        )
    return Behind(root=root, impacts=(inventory.behind(kind, name or None),))


def _together(inventory: Inventory, root: str) -> Behind:
    """Redundant devices that failed together: what each serves, and what only both do."""
    dead = root.split("+")
    missing = [one for one in dead if inventory.device(one) is None]
    if missing:
        raise OutageError(f"The inventory has no device {missing[0]!r}.")
    cut = inventory.topology().cut_off(dead)
    found = [replace(inventory.behind(one), weakened=()) for one in (*dead, *cut)]
    found[0] = replace(found[0], devices=tuple(dict.fromkeys((*found[0].devices, *cut))))
    return Behind(root=root, impacts=tuple(found))


def records(inventory: Inventory, behind: Behind) -> list[Subscriber]:
    """The records of all who lose service, each once."""
    found: dict[str, Subscriber] = {}
    for one in behind.impacts:
        for subscriber in inventory.people(one):
            found.setdefault(subscriber.id, subscriber)
    return list(found.values())


def rows(
    behind: Behind, people: Iterable[Subscriber], *, contacts: bool
) -> list[dict[str, str | None]]:
    """One subscriber a row; contact data only where it is allowed."""
    found = []
    for one in people:
        at = one.attachment
        row = {
            "subscriber": one.id,
            "behind": behind.root,
            "device": at.device if at else None,
            "port": at.port if at else None,
        }
        if contacts:
            row |= {name: getattr(one, name) for name in _CONTACT}
        found.append(row)
    return found


def as_csv(found: Iterable[dict[str, str | None]], *, contacts: bool) -> str:
    """For a spreadsheet. A value that a spreadsheet would take for a formula is quoted with an
    apostrophe (OWASP, CSV injection); a phone's plus sign before digits is none."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [*_PLACE, *(_CONTACT if contacts else ())])
    writer.writeheader()
    writer.writerows({name: _safe(value or "") for name, value in row.items()} for row in found)
    return text.getvalue()


def _safe(value: str) -> str:
    number = value[:1] == "+" and value[1:].replace(" ", "").isdigit()
    return f"'{value}" if value.startswith(_FORMULA) and not number else value


def _once(several: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for some in several for one in some))
