"""Grey failures: packets are lost, sessions stay. Seen in answers that come and go."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from math import exp, log

from netdiag.outages.choose import Finding, Standing, most_probable
from netdiag.outages.flicker import LOSES, of_losses
from netdiag.outages.hazard import Hazard
from netdiag.outages.leaves import OLD, Leaves
from netdiag.outages.model import BIN_S, PING_LOSS, Family
from netdiag.outages.score import Score
from netdiag.outages.tree import AccessTree

_BACK = 20  # bins looked back
_FEWEST = 2  # lost answers that make it worth a look
_FLICKER = 2  # who answered again after a loss: a cut does not let them
_SOON_S = 1000.0  # so shortly after an answer, a missing one may be a lost packet
_LARGEST = 5000  # leaves; a wider loss shows at many narrower places
_PRIOR = -1.0
_ASKED = 0.3  # at least that share of those in session is asked within the time looked back
_OFF_BINS = 10  # in which somebody who lost an answer can have switched off
_RESTARTS_BINS = 4  # around the end of his session in which a lost answer says nothing more
_CURIOUS = -6.0  # nats from which on asking a few of them is worth it
_ANSWERED = log(LOSES / (1 - PING_LOSS))


@dataclass(slots=True)
class Losses:
    """What lost answers say: resources that lose packets, and those of which a few have to be
    asked before that can be told, the likeliest first."""

    findings: list[Finding] = field(default_factory=list)
    curious: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Lost:
    """Of one node: who lost answers, how many of them are alive, and what it is worth by age."""

    losers: int = 0
    alive: int = 0
    nats: list[float] = field(default_factory=lambda: [0.0] * _BACK)


class Grey:
    """Finds resources that lose packets."""

    def __init__(self, tree: AccessTree, leaves: Leaves, hazard: Hazard) -> None:
        self._tree = tree
        self._leaves = leaves
        self._hazard = hazard

    def look(self, now: int, taken: Collection[int], standing: Standing) -> Losses:
        """Resources behind which answers come and go; none on the path of a node of `taken`."""
        found, maybe = {}, {}
        for node, lost in sorted(self._behind(now).items()):
            if lost.losers < _FEWEST:
                continue
            score = self._score(node, lost.nats, now)
            if score.gain > 0 and lost.alive >= _FLICKER:
                found[node] = score
            elif score.gain > _CURIOUS:
                maybe[node] = score
        best = most_probable(self._tree, found, standing) if found else []
        findings = [one for one in best if not self._on_path(one.node, taken)]
        known = {*taken, *(one.node for one in findings)}
        curious: list[int] = []
        for node in sorted(maybe, key=lambda one: (-maybe[one].gain, one)):
            if not self._on_path(node, known):
                known.add(node)
                curious.append(node)
        return Losses(findings, curious)

    def _behind(self, now: int) -> dict[int, _Lost]:
        """What was lost behind each node, but very large ones."""
        found: dict[int, _Lost] = {}
        for leaf, lost in self._losing(now).items():
            alive = self._leaves.is_alive(leaf)
            home = self._tree.leaf_node[leaf]
            off = _OFF_BINS * exp(self._hazard.ln_now + self._hazard.steps(home, now) / 2)
            steps = of_losses(lost, self._leaves.answers.ages(leaf, now, _BACK), off)
            for node in self._tree.path(home):
                if not self._small(node):
                    break
                here = found.get(node)
                if here is None:
                    here = found[node] = _Lost()
                here.losers += 1
                here.alive += alive
                for age, worth in steps:
                    here.nats[age] += worth
        return found

    def beside(self, plain: Sequence[Finding], grey: Sequence[Finding]) -> list[Finding]:
        """Both kinds together; on one path the more certain story stands."""
        found = list(plain)
        for one in grey:
            rivals = [other for other in found if self._related(one.node, other.node)]
            if all(other.score.sure < one.score.sure for other in rivals):
                found = [other for other in found if other not in rivals]
                found.append(one)
        return sorted(found, key=lambda one: one.node)

    def _losing(self, now: int) -> dict[int, list[int]]:
        """Subscribers who lost answers lately, and how many bins ago: they answered afterwards, or
        had shortly before. Who is simply off, or whose session ended then, is none."""
        leaves = self._leaves
        found: dict[int, list[int]] = {}
        for leaf in [one for one, at in leaves.excused.items() if at < now - _BACK]:
            del leaves.excused[leaf]
        for at in [one for one in leaves.lossy if one <= now - _BACK]:
            del leaves.lossy[at]
        for at, some in leaves.lossy.items():
            for leaf in list(some) if at <= now else ():
                answered = int(leaves.alive[leaf] // BIN_S) >= at or self._new(leaf, now)
                if leaves.excused.get(leaf, at) > at or not answered:
                    some.discard(leaf)
                elif not self._ended(leaf, at):
                    found.setdefault(leaf, []).append(now - at)
        return found

    def _ended(self, leaf: int, at: int) -> bool:
        ended = int(self._leaves.ended[leaf] // BIN_S)
        return at - _BACK < ended < at + _RESTARTS_BINS

    def _new(self, leaf: int, now: int) -> bool:
        if self._leaves.code[leaf] == OLD:
            return False
        told = self._leaves.told.get(leaf, ())
        first = next((at for at, word in told if word == "P"), None)
        if first is None or int(first // BIN_S) < now - _BACK:
            return False
        return first - self._leaves.alive[leaf] <= _SOON_S

    def _small(self, node: int) -> bool:
        return self._tree.hi[node] - self._tree.lo[node] <= _LARGEST

    def _score(self, node: int, lost: Sequence[float], now: int) -> Score:
        """The node's score over all moments in which it can have begun to lose packets; `lost` are
        nats for what was lost so many bins ago."""
        prior = self._tree.log_rate[node] + _PRIOR
        told = self._leaves.in_session[node] * _ASKED / _BACK * _ANSWERED
        most = max(nats + age * told for age, nats in enumerate(accumulate(lost)))
        if prior + log(_BACK) + most < _CURIOUS:
            return Score(-1e9, now, Family.GREY, -1e9)
        each = list(lost)
        for age in self._answered(node, now):
            each[age] += _ANSWERED
        ages = list(accumulate(each))
        top = max(ages)
        gain = prior + top + log(sum(exp(x - top) for x in ages))
        return Score(gain, now - ages.index(top), Family.GREY, gain)

    def _answered(self, node: int, now: int) -> Iterator[int]:
        answers = self._leaves.answers
        for leaf in range(self._tree.lo[node], self._tree.hi[node]):
            if self._tree.is_person(leaf):
                yield from answers.ages(leaf, now, _BACK)

    def _on_path(self, node: int, taken: Collection[int]) -> bool:
        return any(self._related(node, other) for other in taken)

    def _related(self, a: int, b: int) -> bool:
        lo, hi = self._tree.lo, self._tree.hi
        return lo[a] <= lo[b] < hi[a] or lo[b] <= lo[a] < hi[b]
