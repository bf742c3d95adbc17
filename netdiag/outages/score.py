"""How likely it is that one resource has failed: its log-odds, summed over what is behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import exp, log

from netdiag.outages.leaves import LAST_WORD, UNKNOWN, UP
from netdiag.outages.model import ALIVE, MANAGEMENT, PRIOR, SURVIVAL, WINDOW, Down, Family
from netdiag.outages.terms import CALLED, DEVICE, Terms

_IN_SESSION_BINS = 8  # after that a session that is still up outweighs a ping that is not answered


Silence = Sequence[tuple[float, float, float]]


@dataclass(frozen=True, slots=True)
class Score:
    """`gain`: ln of the odds that it failed, against that all behind it is well. `began`: the
    most likely bin. `family`: the way in which it failed. `sure`: the odds against that merely the
    way on which its devices are asked has failed. `hearsay`: nats that have to be left out of that
    while something else may merely make people call."""

    gain: float
    began: int
    family: Family
    sure: float
    hearsay: float = 0.0


@dataclass(slots=True)
class Pile:
    """What is behind one node, counted."""

    in_session: int = 0
    unheard: int = 0  # subscribers never heard of
    alive: dict[int, int] = field(default_factory=dict)  # bin of the last sign of life -> how many
    downs: list[tuple[Down, Terms, int]] = field(default_factory=list)


def pile(codes: Mapping[int, int], terms: Mapping[int, tuple[Down, Terms]], now: int) -> Pile:
    """Sort counted codes; `terms` has those of every negative code."""
    found = Pile()
    for code, count in codes.items():
        if code == UP:
            found.in_session += count
        elif code == UNKNOWN:
            found.unheard += count
        elif code > LAST_WORD:
            found.alive[code] = found.alive.get(code, 0) + count
        elif code < 0:
            _add(found, *terms[code], count, now)
    return found


def _add(found: Pile, down: Down, terms: Terms, count: int, now: int) -> None:
    if down.in_session:
        found.in_session += count
        if now - down.at > _IN_SESSION_BINS:
            return
    if down.seen:
        found.alive[down.low - 1] = found.alive.get(down.low - 1, 0) + count
    found.downs.append((down, terms, count))


def bound(found: Pile, now: int) -> float:
    """No moment and no family can make the evidence weigh more. Much cheaper than the score."""
    steps: dict[int, float] = {now + 1: 0.0}
    for down, terms, count in found.downs:
        most = count * max(max(x) for x in terms.values())
        steps[down.low] = steps.get(down.low, 0.0) + most
        steps[down.at + 1] = steps.get(down.at + 1, 0.0) - most
    best = held = 0.0
    places = sorted(steps)
    for place, following in pairwise(places):
        held += steps[place]
        if held > best:  # the last moment before the next step is the kindest one
            age = min(WINDOW, max(0, now - following + 1))
            best = max(best, held + found.in_session * SURVIVAL[age][Family.PARTIAL])
    return best + max(PRIOR)


def score(
    found: Pile, log_rate: float, now: int, unheard: Silence, elsewhere: float = -1e9
) -> Score:
    """The node's score over all moments T and families. `unheard`: what the silence of one who was
    never heard of tells, by age of the failure; `elsewhere`: ln of the probability that calls from
    behind it have a reason that is not the network."""
    sums = _sums(found.downs)
    devices = _sums(entry for entry in found.downs if entry[0].how == DEVICE)
    alive = sorted(found.alive.items(), reverse=True)
    known: list[tuple[int, float, float, float]] = []
    later = 0
    place = 0
    for began in sorted(sums, reverse=True):
        while place < len(alive) and alive[place][0] >= began:
            later += alive[place][1]
            place += 1
        age = now - began
        if not -1 <= age <= WINDOW:
            continue
        up, still = SURVIVAL[max(0, age)], unheard[max(0, age)]
        cut, partial, power = sums[began]
        known.append(
            (
                began,
                cut + found.in_session * up[0] + later * ALIVE[0] + found.unheard * still[0],
                partial + found.in_session * up[1] + later * ALIVE[1] + found.unheard * still[1],
                power + found.in_session * up[2] + later * ALIVE[2] + found.unheard * still[2],
            )
        )
    best = _best(known, devices, log_rate)
    calls = _sums(entry for entry in found.downs if entry[0].how == CALLED)
    told = calls[best.began][best.family] if best.began in calls else 0.0
    return replace(best, hearsay=max(0.0, told + elsewhere)) if told else best


def _sums(downs: Iterable[tuple[Down, Terms, int]]) -> dict[int, list[float]]:
    sums: dict[int, list[float]] = {}
    for _, terms, count in downs:
        for began, (cut, partial, power) in terms.items():
            here = sums.get(began)
            if here is None:
                sums[began] = [count * cut, count * partial, count * power]
            else:
                here[0] += count * cut
                here[1] += count * partial
                here[2] += count * power
    return sums


def _best(
    known: list[tuple[int, float, float, float]], devices: dict[int, list[float]], log_rate: float
) -> Score:
    if not known:
        return Score(-1e9, 0, Family.CUT, -1e9)
    gains = []
    begun = []
    for family, prior in enumerate(PRIOR):
        values = [entry[family + 1] for entry in known]
        top = max(values)
        gains.append(log_rate + prior + top + log(sum(exp(v - top) for v in values)))
        begun.append(known[values.index(top)][0])
    top = max(gains)
    family = gains.index(top)
    gain = top + log(sum(exp(g - top) for g in gains))
    told = devices[begun[family]][family] if begun[family] in devices else 0.0
    return Score(gain, begun[family], Family(family), gain - max(0.0, told + MANAGEMENT))
