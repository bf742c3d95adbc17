"""Late, doubled and out-of-order observations change nothing; no outage without evidence."""

from __future__ import annotations

import json
from random import Random

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

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
    told,
)

PHASES = (Phase.explicit, Phase.reuse, Phase.generate)  # to shrink takes minutes
TREE = AccessTree(resources())
SUBJECTS = [*EVERYBODY, *SWITCHES, *AGGREGATIONS, "core", "nobody"]
observations = st.builds(
    Observation,
    st.integers(0, 300).map(lambda s: NOON + s),
    st.sampled_from(SUBJECTS),
    st.sampled_from(list(Kind)),
    st.sampled_from(list(State)),
    st.sampled_from(["", "provider", "subscriber"]),
    st.sampled_from(["", "access", "drop"]),
)
faults = st.tuples(
    st.sampled_from([*SWITCHES, *AGGREGATIONS]),
    st.sampled_from(["session", "probe"]),
    st.integers(0, 200),
    st.integers(0, 200),
)


def judged(evidence: list[Observation], first: float = 300) -> list[tuple[str, tuple[str, ...]]]:
    """Everything told first, then judged for ten minutes."""
    watch = Watch(TREE)
    for one in [*all_up(), *evidence]:
        watch.observe(one)
    changes = [c for k in range(20) for c in watch.tick(NOON + first + 30 * k)]
    return told(changes)


def of_fault(root: str, kind: str, at: float, healed: float) -> list[Observation]:
    people = mixed(on(root))
    fall = seen(people, "down", at, kind, apart=60 / len(people))
    return fall + (seen(people[: len(people) // 2], "up", at + healed, kind) if healed > 90 else [])


@settings(max_examples=60, deadline=None, phases=PHASES)
@given(
    st.lists(faults, max_size=3),
    st.lists(observations, max_size=30),
    st.integers(0, 2**32),
)
def test_the_same_evidence_in_any_order_and_twice_makes_the_same_outages(faulty, noise, seed):
    evidence = [one for fault in faulty for one in of_fault(*fault)] + noise
    rng = Random(seed)
    other = evidence + rng.sample(evidence, len(evidence) // 2)
    rng.shuffle(other)
    assert judged(other) == judged(evidence)


@settings(max_examples=60, deadline=None, phases=PHASES)
@given(st.lists(observations, max_size=60))
def test_without_trouble_of_several_there_is_no_outage(noise):
    well = [one for one in noise if one.state is not State.DOWN]
    alone = [o for o in noise if o.state is State.DOWN and o.subject == EVERYBODY[0]]
    assert judged(well + alone) == []


@settings(max_examples=40, deadline=None, phases=PHASES)
@given(st.lists(faults, min_size=1, max_size=2), st.integers(1, 60), st.integers(0, 2**32))
def test_late_arrivals_lead_to_the_same_roots(faulty, late, seed):
    """Judged all the while: on the way it may differ, in the end it does not."""
    evidence = sorted(
        [one for fault in faulty for one in of_fault(*fault[:3], 0)], key=lambda one: one.t
    )
    rng = Random(seed)

    def left_open(arrivals: list[tuple[float, Observation]]) -> set[tuple[str, ...]]:
        watch = Watch(TREE)
        for one in all_up():
            watch.observe(one)
        rest = sorted(arrivals, key=lambda entry: entry[0])
        for now in range(0, 900, 30):
            while rest and rest[0][0] <= NOON + now:
                watch.observe(rest.pop(0)[1])
            watch.tick(NOON + now)
        return {one.roots for one in watch.open() if one.state == "confirmed"}

    in_time = [(one.t, one) for one in evidence]
    delayed = [(one.t + rng.uniform(0, late), one) for one in evidence]
    assert left_open(delayed) == left_open(in_time)


@settings(max_examples=25, deadline=None, phases=PHASES)
@given(st.lists(faults, min_size=1, max_size=2), st.integers(1, 110))
def test_a_restart_at_any_moment_changes_nothing(faulty, broken_at):
    evidence = all_up() + [one for fault in faulty for one in of_fault(*fault)]
    evidence += seen(EVERYBODY, "up", 1200)

    def run(restart: int | None) -> list[tuple[float, str, str, tuple[str, ...], int]]:
        watch = Watch(TREE)
        rest = sorted(evidence, key=lambda one: one.t)
        changes = []
        for step in range(-20, 90):
            now = NOON + 30 * step
            while rest and rest[0].t <= now:
                watch.observe(rest.pop(0))
            changes += watch.tick(now)
            if step == restart:
                state = json.loads(json.dumps(saved(watch)))
                watch = Watch(AccessTree(resources()))
                restore(watch, state)
        return [(c.t, c.outage, str(c.state), c.roots, c.subscribers) for c in changes]

    assert run(broken_at - 20) == run(None)


@settings(max_examples=40, deadline=None, phases=PHASES)
@given(
    st.lists(faults, min_size=1, max_size=2),
    st.lists(observations, max_size=20),
    st.integers(-600, 1300),
)
def test_a_restart_between_two_judgements_tells_nothing_more(faulty, noise, broken_at):
    evidence = all_up() + [one for fault in faulty for one in of_fault(*fault)] + noise
    evidence += seen(EVERYBODY, "up", 900, apart=5)

    def run(restart: float | None) -> list[Change]:
        watch = Watch(TREE)
        rest = sorted(evidence, key=lambda one: one.t)
        found = []
        for now in range(-600, 1500):
            while rest and rest[0].t <= NOON + now:
                watch.observe(rest.pop(0))
            if now % 15 == 0:
                found += watch.tick(NOON + now)
            if now == restart:
                state = json.loads(json.dumps(saved(watch)))
                watch = Watch(TREE)
                restore(watch, state)
        return [(c.t, c.outage, str(c.state), c.roots, str(c.cause), c.subscribers) for c in found]

    assert run(broken_at) == run(None)
