"""Announced work: planned once, ended by a person, both on record. Blocking."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from netdiag.inventory.inventory import Inventory
from netdiag.model.maintenance import Maintenance
from netdiag.service.daemon.asked import AnotherBodyError
from netdiag.service.outages.announce import behind
from netdiag.store.changes import Changed, Changes
from netdiag.store.database import Database
from netdiag.store.maintenance import Windows


def plan(database: Database, inventory: Inventory, wish: Maintenance) -> tuple[Maintenance, bool]:
    """Announce a window; with an `id` that is known already, that window (True), if it is the same.

    Raises OutageError when the inventory knows no such root, MaintenanceError, AnotherBodyError.
    """
    windows = Windows(database)
    known = windows.get(wish.id) if wish.id else None
    if known is not None:
        if (known.root, known.until, known.note) != (wish.root, wish.until, wish.note):
            raise AnotherBodyError("This Idempotency-Key was used before with another body.")
        return known, True
    behind(inventory, wish.root)
    made = windows.announce(wish)
    until = made.until.astimezone(UTC).isoformat(timespec="minutes")
    _note(database, made.who, "maintenance.plan", made, f"{made.root} until {until}")
    return made, False


def cancel(database: Database, key: str, who: str, now: datetime) -> Maintenance:
    """End a window now; one that was ended before stays as it is. Raises MaintenanceError."""
    ended = Windows(database).cancel(key, now)
    if ended.cancelled_at == now:
        _note(database, who, "maintenance.cancel", ended, ended.root)
    return ended


def id_of(caller: str, key: str) -> str:
    """The id of the window that a caller's idempotency key stands for: the same, the same."""
    digest = hashlib.blake2b(f"{caller}\0{key}".encode(), digest_size=8)
    return f"mw-{digest.hexdigest()}"


def _note(database: Database, who: str, what: str, window: Maintenance, detail: str) -> None:
    line = Changed(at=datetime.now(UTC), who=who, what=what, thing=window.id, detail=detail)
    Changes(database).add(line)
