"""`netdiag check` of the routes: what they hold, and sites that no device stands on."""

from __future__ import annotations

from collections.abc import Iterator

from netdiag.content.reader import suggest
from netdiag.inventory.inventory import Inventory
from netdiag.model.errors import NetdiagError
from netdiag.routing.tree import nodes
from netdiag.service.diagnosis.routing import Router


def routes_told(router: Router) -> list[str]:
    """One line about routes.yaml; none without it."""
    count = sum(1 for _ in nodes(router.tree.root)) - 1
    if not count and not router.tree.desks:
        return []
    return [f"{count} routes under {router.tree.root.place}"]


def unknown_sites(router: Router, inventory: Inventory) -> Iterator[str]:
    """A sentence with file and line for every route that asks for a site without devices."""
    asked = [node for node in nodes(router.tree.root) if "site" in node.asks]
    if not asked:
        return
    try:
        sites = {device.site for device in inventory.devices() if device.site}
    except NetdiagError:
        return  # the inventory's own trouble is told already
    known = {site.casefold() for site in sites}
    for node in asked:
        for word in node.asks["site"]:
            if known and word.casefold() not in known:
                yield (
                    f"{node.place}: no device of the inventory stands on site {word!r}. "
                    f"{suggest(word, sorted(sites))}"
                )
