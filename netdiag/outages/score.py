"""How likely it is that one resource has failed: its log-odds, summed over what is behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import exp, log

from netdiag.outages.leaves import LAST_WORD, UP
from netdiag.outages.model import ALIVE, CLIP, PRIOR, SURVIVAL, WINDOW, Down, Family
from netdiag.outages.terms import Terms

_IN_SESSION_BINS = 8  # after that a session that is still up outweighs a ping that is not answered


@dataclass(frozen=True, slots=True)
class Score:
    """`gain`: ln of the odds that it failed, against that all behind it is well. `began`: the
    most likely bin. `family`: the way in which it failed."""

    gain: float
    began: int
    family: Family


@dataclass(slots=True)
class Pile:
    """What is behind one node, counted."""

    in_session: int = 0
    alive: dict[int, int] = field(default_factory=dict)  # bin of the last sign of life -> how many
    downs: list[tuple[Down, Terms, int]] = field(default_factory=list)
    most: int = 0  # down at most in any stretch of time in which one failure shows


def pile(codes: Mapping[int, int], terms: Mapping[int, tuple[Down, Terms]], now: int) -> Pile:
    """Sort counted codes; `terms` has those of every negative code."""
    found = Pile()
    for code, count in codes.items():
        if code == UP:
            found.in_session += count
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


def hopeless(found: Pile, now: int) -> bool:
    """Can nothing make this node likely to have failed? Cheap, and never wrong about it."""
    best = sum(count * (CLIP if down.how != "device" else 21.0) for down, _, count in found.downs)
    return best + found.in_session * SURVIVAL[0][Family.PARTIAL] < 4.0


def score(found: Pile, log_rate: float, now: int) -> Score:
    """The node's score over all moments T and families."""
    sums = _sums(found.downs)
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
        up = SURVIVAL[max(0, age)]
        cut, partial, power = sums[began]
        known.append(
            (
                began,
                cut + found.in_session * up[0] + later * ALIVE[0],
                partial + found.in_session * up[1] + later * ALIVE[1],
                power + found.in_session * up[2] + later * ALIVE[2],
            )
        )
    return _best(known, log_rate)


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


def _best(known: list[tuple[int, float, float, float]], log_rate: float) -> Score:
    best = Score(-1e9, 0, Family.CUT)
    if not known:
        return best
    gains = []
    for family, prior in enumerate(PRIOR):
        values = [entry[family + 1] for entry in known]
        top = max(values)
        gain = log_rate + prior + top + log(sum(exp(v - top) for v in values))
        gains.append(gain)
        if gain > best.gain:
            best = Score(gain, known[values.index(top)][0], Family(family))
    top = max(gains)
    return Score(top + log(sum(exp(g - top) for g in gains)), best.began, best.family)
