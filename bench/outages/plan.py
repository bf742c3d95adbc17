"""What will go wrong, and what only looks so: drawn before the stream begins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from bench.outages.world import World

DAY = 86400.0
BEGINS = 16.5 * 3600.0  # the stream begins before offices close; evening and night are in it
_APART = 2400.0  # faults on one path are so far apart, so that the truth is plain
_KINDS = {
    "ethernet": (
        ("node", "access", 34),
        ("node", "port_group", 16),
        ("node", "aggregation", 5),
        ("silent", "access", 13),
        ("partial", "access", 10),
        ("partial", "aggregation", 4),
        ("grey", "access", 10),
        ("power", "access", 8),
    ),
    "pon": (
        ("node", "pon", 34),
        ("node", "splitter", 22),
        ("node", "card", 8),
        ("node", "access", 4),
        ("partial", "pon", 8),
        ("power", "pon", 14),
        ("power", "splitter", 10),
    ),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """`how`: node (all is dead), silent (the device still answers), partial (half of those behind
    it), grey (half of the packets), power (of everybody behind it), management (only questions to
    the devices are lost: nobody is out)."""

    how: str
    node: int
    begins: float
    ends: float


def faults(world: World, kind: str, rng: Random, hours: float, a_day: int) -> list[Fault]:
    """Faults of all kinds, so many a day, spread over the stream."""
    choices = _KINDS[kind]
    by_kind = {k: [n for n, own in enumerate(world.kinds) if own == k] for _, k, _ in choices}
    found: list[Fault] = []
    wanted = round(a_day * hours / 24)
    for _ in range(50 * wanted):
        if len(found) >= wanted:
            break
        how, where, _ = rng.choices(choices, [weight for *_, weight in choices])[0]
        begins = BEGINS + rng.uniform(2400, max(2401.0, hours * 3600 - 2700))
        one = Fault(how, rng.choice(by_kind[where]), begins, begins + rng.uniform(1800, 7200))
        if all(_apart(world, one, other) for other in found):
            found.append(one)
    return sorted(found, key=lambda one: one.begins)


def management_faults(world: World, rng: Random, hours: float) -> list[Fault]:
    """Ten a day: the devices behind one aggregation do not answer, and all is well."""
    nodes = [n for n, own in enumerate(world.kinds) if own == "aggregation"]
    found = []
    for _ in range(round(10 * hours / 24)):
        begins = BEGINS + rng.uniform(600, hours * 3600)
        found.append(
            Fault("management", rng.choice(nodes), begins, begins + rng.uniform(1200, 3600))
        )
    return found


def _apart(world: World, a: Fault, b: Fault) -> bool:
    overlap = a.begins < b.ends + _APART and b.begins < a.ends + _APART
    related = a.node in world.path(b.node) or b.node in world.path(a.node)
    return not (overlap and related)


def habits(rng: Random, days: float) -> Iterator[tuple[float, float]]:
    """When one household's router is off: pairs of moments, counted from the first midnight."""
    for day in range(int(days) + 1):
        at = day * DAY
        if rng.random() < 0.3:  # off at night
            off = at + rng.gauss(23.3, 1.1) * 3600
            yield off, at + DAY + rng.gauss(7.3, 0.9) * 3600
        if rng.random() < 0.15:  # off while nobody is in
            off = at + rng.uniform(8, 20) * 3600
            yield off, off + rng.uniform(0.5, 3) * 3600
        if rng.random() < 0.25:  # switched off and on
            off = at + rng.uniform(8, 24) * 3600
            yield off, off + rng.uniform(60, 900)


def office_hours(rng: Random, closes: float, days: float) -> Iterator[tuple[float, float]]:
    """One desk of an office that closes at about that hour."""
    for day in range(-1, int(days) + 1):
        at = day * DAY
        yield at + (closes + rng.gauss(0, 0.07)) * 3600, at + DAY + rng.gauss(8.5, 0.3) * 3600
