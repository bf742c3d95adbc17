"""Where an outage's root stands in the network, for labels, gates and maintenance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from netdiag.inventory.inventory import Inventory
from netdiag.model.maintenance import Maintenance
from netdiag.model.weakened import Weakened


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Words for a root; empty where they are not known."""

    device: str
    parent: str = ""
    scope: str = ""  # the device's role, `port`, or `site`
    site: str = ""


def place_of(root: str, inventory: Inventory) -> Place:
    """The place of a root: a device, `device:port` or `site:NAME`. Raises
    InventoryUnavailableError."""
    if "+" in root and inventory.device(root) is None:
        return place_of(root.partition("+")[0], inventory)  # redundant ones that failed together
    kind, colon, name = root.partition(":")
    if kind == "site":
        return Place(device=root, scope="site", site=name)
    device = inventory.device(kind)
    parents = inventory.topology().parents(kind)
    role = str(device.role) if device else ""
    return Place(
        device=kind,
        parent=parents[0] if parents else "",
        scope="port" if colon else role,
        site=(device.site if device else None) or "",
    )


def people_behind(one: Weakened, inventory: Inventory) -> int:
    """Subscribers who hang on what goes on with fewer paths. Raises InventoryUnavailableError."""
    devices = {name.partition(":")[0] for name in one.dependents}
    listed = [name for name in devices if inventory.device(name) is not None]
    return len({who for name in listed for who in inventory.behind(name).subscribers})


def expected_by(
    root: str, windows: Iterable[Maintenance], inventory: Inventory, now: datetime
) -> Maintenance | None:
    """The maintenance window in force that explains an outage of that root: of itself, of what it
    hangs below, or of its site."""
    place = place_of(root, inventory)
    above = {root, place.device, *inventory.topology().ancestors(place.device)}
    for window in windows:
        site = window.root.removeprefix("site:") if window.root.startswith("site:") else None
        if window.covers(now) and (window.root in above or (site and site == place.site)):
            return window
    return None
