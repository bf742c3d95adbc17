"""Who is behind a device or a port: over the topology, with its redundancy."""

from __future__ import annotations

from collections.abc import Iterable

from netdiag.inventory.found import Impact
from netdiag.inventory.keys import By, Reading, fold
from netdiag.inventory.pool import Asking, Pool
from netdiag.inventory.topology import Topology
from netdiag.model.subscriber import Subscriber
from netdiag.model.words import Role


def impact(pool: Pool, topology: Topology, device: str, port: str | None) -> Impact:
    """Subscribers and devices that a failure would cut off. Raises InventoryUnavailableError
    when nobody is found and some source could not be asked."""
    device = next((n for n in topology.devices if fold(n) == fold(device)), device)
    cut, below = _fallen(topology, device, port)
    asking = pool.asking()
    people = _people(asking, topology, device, port, cut)
    if not people:
        asking.must_know()
    notes = (*asking.notes, *_silent(pool, asking))
    redundant = tuple(n for n in below if n not in cut and n != device)
    dead = (device,) if port is None else ()
    links = () if port is None else topology.links_of_port(device, port)
    return Impact(
        device=device,
        port=port,
        subscribers=tuple(people),
        devices=cut,
        redundant=redundant,
        weakened=tuple(n for n in redundant if topology.reachable_without(n, dead, links)),
        complete=not notes,
        notes=notes,
    )


def _fallen(
    topology: Topology, device: str, port: str | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Devices that are cut off, and all that hang below."""
    if port is None:
        return topology.cut_off([device]), topology.below(device)
    links = topology.links_of_port(device, port)
    below = [n for k in links for n in (k.device, *topology.below(k.device))]
    return topology.cut_off((), links), tuple(dict.fromkeys(below))


def _people(
    asking: Asking, topology: Topology, device: str, port: str | None, cut: tuple[str, ...]
) -> dict[str, None]:
    """Ids of subscribers on the device (its port), on what is cut off, and through dead BNGs."""
    dead = cut if port else (device, *cut)
    bngs = [n for n in dead if topology.role(n) in (Role.BNG, None)]
    own = _ids(asking, By.PORT, [device], port) if port else {}
    return own | _ids(asking, By.DEVICE, dead) | _ids(asking, By.BNG, bngs)


def _ids(
    asking: Asking, by: By, devices: Iterable[str], port: str | None = None
) -> dict[str, None]:
    names = tuple(devices)
    if not names:
        return {}
    answers = asking.each(lambda s: s.ids(by, names, port or ""))
    return dict.fromkeys(ident for _, some in answers for ident in some)


def _silent(pool: Pool, asking: Asking) -> list[str]:
    return [
        f"{source.name!r} cannot look subscribers up by device: its own are not counted."
        for source in pool.sources
        if asking.one(source, lambda s: s.can_find(By.DEVICE)) is False
    ]


def people(pool: Pool, found: Impact, limit: int) -> list[Subscriber]:
    """The records of those who are behind it, so many at most: by device where a source can, one
    by one where not."""
    asking = pool.asking()
    wanted = set(found.subscribers)
    known: dict[str, Subscriber] = {}

    def learn(reading: Reading, most: int) -> None:
        for source in pool.sources:
            for one in asking.one(source, lambda s: s.find(reading, most)) or ():
                if one.id in wanted:
                    known.setdefault(one.id, one)

    for device in (found.device, *found.devices):
        learn(Reading(by=By.DEVICE, value=device), limit)
    for ident in [i for i in found.subscribers if i not in known][:limit]:
        learn(Reading(by=By.ID, value=ident), 1)
    return [known.get(i, Subscriber(id=i)) for i in found.subscribers[:limit]]
