"""How many people a desk needs (Erlang C: random arrivals, nobody hangs up, waiting in turn)."""

from __future__ import annotations

import math

from netdiag.model.errors import ContentError

_MOST = 10_000


def waiting_probability(people: int, load: float) -> float:
    """The probability that a contact has to wait. `load` in erlangs: contacts per second times
    seconds each takes. With no more people than load the queue only grows: 1.

    By the recursion of Erlang B, which does not overflow.
    """
    if load <= 0:
        return 0.0
    if people <= load:
        return 1.0
    blocked = 1.0
    for count in range(1, people + 1):
        blocked = load * blocked / (count + load * blocked)
    return people * blocked / (people - load * (1 - blocked))


def answered_within(people: int, load: float, handling_s: float, within_s: float) -> float:
    """The share of contacts answered within so many seconds."""
    if load > 0 and people <= load:
        return 0.0
    waits = waiting_probability(people, load)
    return 1 - waits * math.exp(-(people - load) * within_s / handling_s)


def mean_wait_s(people: int, load: float, handling_s: float) -> float:
    """Seconds that a contact waits on average; infinite when the queue only grows."""
    if load > 0 and people <= load:
        return math.inf
    return waiting_probability(people, load) * handling_s / (people - load)


def people_needed(
    per_hour: float, handling_s: float, *, within_s: float, share: float, most_busy: float = 1.0
) -> int:
    """The fewest people who answer that share of contacts within so many seconds and are busy no
    more than `most_busy` of their time. Raises ContentError above 10,000 people."""
    load = per_hour * handling_s / 3600
    if load <= 0:
        return 0
    people = max(1, math.ceil(load / most_busy))
    while answered_within(people, load, handling_s, within_s) < share:
        people += 1
        if people > _MOST:
            raise ContentError(
                f"{per_hour:g} contacts an hour of {handling_s:g} s are more than one desk "
                "answers. Mend handling_s under 'kpi' in netdiag.yaml."
            )
    return people
