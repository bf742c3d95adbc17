"""Stories in which a restart once told more, or later: scores are kept as they were, and what came
in since the last judgement is not lost."""

from __future__ import annotations

import json
from random import Random

import pytest

from netdiag.outages.change import Change
from netdiag.outages.observation import Kind, Observation, State
from netdiag.outages.saved import restore, saved
from netdiag.outages.tree import AccessTree
from netdiag.outages.watch import Watch
from tests.outages.small_town import (
    AGGREGATIONS,
    EVERYBODY,
    NOON,
    SWITCHES,
    all_up,
    mixed,
    on,
    resources,
    seen,
)

TREE = AccessTree(resources())


def story(seed: int) -> list[Observation]:
    """One to three faults of any kind, some of them mended in part, and noise."""
    draw = Random(seed)
    found = all_up()
    for _ in range(draw.randint(1, 3)):
        root, at = draw.choice([*SWITCHES, *AGGREGATIONS]), draw.uniform(0, 900)
        kind = draw.choice(["session", "probe", "power", "trap", "contact"])
        people = mixed(on(root))
        people = draw.sample(people, max(2, int(len(people) * draw.choice([0.5, 1, 1]))))
        found += seen(people, "down", at, kind, apart=draw.choice([0.5, 3, 10]))
        if draw.random() < 0.5:
            found += [o for k in (20, 80, 140) for o in seen([root], "down", at + k, "probe")]
        if draw.random() < 0.6:
            back = people[: int(len(people) * draw.choice([0.3, 0.5, 0.9]))]
            how = draw.choice(["session", "probe"])
            found += seen(back, "up", at + draw.uniform(100, 1200), how)
    for _ in range(draw.randint(0, 40)):
        found.append(
            Observation(
                NOON + draw.uniform(0, 1800),
                draw.choice([*EVERYBODY, *SWITCHES, *AGGREGATIONS]),
                draw.choice(list(Kind)),
                draw.choice([State.UP, State.DOWN]),
                draw.choice(["", "provider", "subscriber"]),
                draw.choice(["", "access"]),
            )
        )
    return sorted(found, key=lambda one: one.t)


def told(evidence: list[Observation], restarts: set[int]) -> list[Change]:
    """All that is told when judged every quarter of a minute, with restarts between."""
    watch, rest = Watch(TREE), iter(evidence)
    following = next(rest, None)
    changes: list[Change] = []
    for now in range(-600, 2400):
        while following is not None and following.t <= NOON + now:
            watch.observe(following)
            following = next(rest, None)
        if now % 15 == 0:
            changes += watch.tick(NOON + now)
        if now in restarts:
            state = json.loads(json.dumps(saved(watch)))
            watch = Watch(TREE)
            restore(watch, state)
    return changes


@pytest.mark.parametrize("seed", range(8))
def test_restarts_at_any_moments_tell_nothing_more_and_nothing_less(seed: int) -> None:
    evidence = story(seed)
    assert told(evidence, set(range(-593, 2400, 61))) == told(evidence, set())
