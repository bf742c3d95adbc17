"""How likely one subscriber's lost and given answers are, if half of his packets were lost since a
bin T, against if all were well. Pure.

Answers lost one after another, without one between them, are one run: whoever is off or whose
router restarts loses all of them, and that is no rarer than his one drop.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from math import log

from netdiag.outages.model import CLIP, PING_LOSS

LOSES = 0.5  # share of packets that a grey failure loses


@lru_cache(maxsize=4096)
def lost_in_a_row(count: int, off: float) -> float:
    """nats for a run of that many losses; `off` is the probability that he was off in it."""
    return min(CLIP, count * log(LOSES) - log(PING_LOSS**count + off))


def of_losses(lost: Iterable[int], answered: Iterable[int], off: float) -> list[tuple[int, float]]:
    """Ages (bins ago) of somebody's lost and given answers → steps: (age, nats that are added once
    T is as old as that). Of answers in the bin of a loss, the loss is taken to be the earlier."""
    given = set(answered)
    steps: list[tuple[int, float]] = []
    run, before = 0, 0.0
    for age in sorted({*lost, *given}):  # from now back
        if age in given:
            run, before = 0, 0.0
        if age not in given or age in set(lost):
            run += 1
            worth = lost_in_a_row(run, off)
            steps.append((age, worth - before))
            before = worth
    return steps
