"""A core, two aggregations, three switches each, eight subscribers per switch; and what is seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netdiag.outages.change import Change
from netdiag.outages.observation import Kind, Observation, State
from netdiag.outages.resource import Resource
from netdiag.outages.tree import AccessTree
from netdiag.outages.watch import Watch

NOON = 1_767_268_800.0  # a Thursday, 12:00 UTC
AGGREGATIONS = ("agg-1", "agg-2")
SWITCHES = tuple(f"sw-{a}{s}" for a in (1, 2) for s in (1, 2, 3))


def resources() -> list[Resource]:
    found = [Resource("core", "core")]
    found += [Resource(name, "aggregation", ("core",)) for name in AGGREGATIONS]
    found += [Resource(name, "access", (f"agg-{name[3]}",)) for name in SWITCHES]
    found += [
        Resource(person, "subscriber", (switch,)) for switch in SWITCHES for person in on(switch)
    ]
    return found


def on(switch: str) -> list[str]:
    """The subscribers of one switch, or of all switches of an aggregation."""
    if switch.startswith("agg"):
        return [p for s in SWITCHES if s[3] == switch[4] for p in on(s)]
    return [f"{switch}/{n}" for n in range(8)]


def mixed(people: list[str]) -> list[str]:
    """The same people, switch by switch in turn."""
    return sorted(people, key=lambda person: person.partition("/")[2])


EVERYBODY = [person for switch in SWITCHES for person in on(switch)]


def seen(
    subjects: Iterable[str],
    state: str,
    at: float,
    kind: str = "session",
    apart: float = 1.0,
) -> list[Observation]:
    """One observation per subject, `apart` seconds one after another, from noon plus `at`."""
    return [
        Observation(NOON + at + n * apart, subject, Kind(kind), State(state))
        for n, subject in enumerate(subjects)
    ]


def all_up() -> list[Observation]:
    return seen(EVERYBODY, "up", -600, apart=0.5)


def watched(
    observations: Iterable[Observation],
    until: float,
    tree: AccessTree | None = None,
    every: float = 30.0,
) -> tuple[Watch, list[Change]]:
    """Let a watch see them in the order of time, judged every half minute."""
    watch = Watch(tree or AccessTree(resources()))
    return watch, list(_run(watch, sorted(observations, key=lambda o: o.t), until, every))


def _run(
    watch: Watch, observations: list[Observation], until: float, every: float
) -> Iterator[Change]:
    rest = iter(observations)
    following = next(rest, None)
    now = NOON - 630
    while now < NOON + until:
        now += every
        while following is not None and following.t <= now:
            watch.observe(following)
            following = next(rest, None)
        yield from watch.tick(now)


def told(changes: Iterable[Change]) -> list[tuple[str, tuple[str, ...]]]:
    """State and roots of each change."""
    return [(str(change.state), change.roots) for change in changes]


def confirmed(changes: Iterable[Change]) -> set[tuple[str, ...]]:
    """Roots that were confirmed."""
    return {roots for state, roots in told(changes) if state == "confirmed"}
