"""What only shows when all sources are seen together: unknown devices, loops, missing addresses."""

from __future__ import annotations

from collections.abc import Iterator

from netdiag.inventory.devices import Devices, ends, incomplete
from netdiag.inventory.keys import fold
from netdiag.inventory.pool import Asking, Pool
from netdiag.inventory.records import Problem
from netdiag.model.errors import InventoryUnavailableError


def problems(pool: Pool, devices: Devices) -> tuple[Problem, ...]:
    """Everything wrong in the inventory: broken rows of each source, then what joins them."""
    asking = pool.asking()
    found = [p for _, some in asking.each(lambda s: s.problems()) for p in some]
    found += _between(asking, devices)
    found += [Problem(source="inventory", place="", text=note) for note in asking.notes]
    return tuple(found)


def _between(asking: Asking, devices: Devices) -> Iterator[Problem]:
    rows = devices.rows(asking)
    links = devices.link_rows(asking)
    references = asking.each(lambda s: s.references())
    for some in rows.values():
        problem = incomplete("inventory", some)
        if problem:
            yield problem
    if devices.all_listed(asking):
        for row in links:
            for end, text in zip(ends(row), (row.link.device, row.link.parent), strict=True):
                if end not in rows:
                    sentence = f"the link names {text}, which is no known device. It is left out."
                    yield Problem(source=row.link.source, place=row.place, text=sentence)
        for source, named in references:
            for ref in named:
                if fold(ref.device) not in rows:
                    sentence = (
                        f"{ref.subscribers} subscribers (here the first) are on {ref.device}, "
                        "which is no known device. It is not asked; add it to the devices."
                    )
                    yield Problem(source=source.name, place=ref.place, text=sentence)
    yield from _shape(devices)


def _shape(devices: Devices) -> Iterator[Problem]:
    try:
        topology = devices.topology()
    except InventoryUnavailableError:
        return  # its sentence is among the notes already
    for link in topology.upside_down:
        yield Problem(
            source=link.source,
            place="",
            text=f"the link puts {link.device} below {link.parent}. It is left out; if its ends "
            "are exchanged, turn it round.",
        )
    for loop in topology.loops():
        yield Problem(
            source="inventory",
            place="",
            text=f"{', '.join(loop)} are above one another. Paths are followed round the loop "
            "once; if it is no ring, one of the links is turned round.",
        )
