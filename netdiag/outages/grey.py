"""Grey failures: packets are lost, sessions stay. Seen in answers that come and go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from math import exp, log

from netdiag.outages.choose import Finding, Standing, most_probable
from netdiag.outages.flicker import LOSES, by_age, of_losses
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


class Grey:
    """Finds resources that lose packets."""

    def __init__(self, tree: AccessTree, leaves: Leaves, hazard: Hazard) -> None:
        self._tree = tree
        self._leaves = leaves
        self._hazard = hazard

    def look(self, now: int, taken: Collection[int], standing: Standing) -> Losses:
        """Resources behind which answers come and go; none on the path of a node of `taken`."""
        losing = self._losing(now)
        behind: dict[int, list[int]] = {}
        flicker: Counter[int] = Counter()
        for leaf in losing:
            alive = self._leaves.is_alive(leaf)
            for node in self._tree.path(self._tree.leaf_node[leaf]):
                behind.setdefault(node, []).append(leaf)
                flicker[node] += alive
        found, maybe = {}, {}
        for node in sorted(behind):
            if len(behind[node]) < _FEWEST or not self._small(node):
                continue
            score = self._score(node, {leaf: losing[leaf] for leaf in behind[node]}, now)
            if score.gain > 0 and flicker[node] >= _FLICKER:
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

    def _score(self, node: int, losing: dict[int, list[int]], now: int) -> Score:
        """The node's score over all moments in which it can have begun to lose packets."""
        off = _OFF_BINS * exp(self._hazard.ln_now + self._hazard.steps(node, now) / 2)
        answers = self._leaves.answers
        steps = [
            step
            for leaf, lost in losing.items()
            for step in of_losses(lost, answers.ages(leaf, now, _BACK), off)
        ]
        prior = self._tree.log_rate[node] + _PRIOR
        told = self._leaves.in_session[node] * _ASKED / _BACK * _ANSWERED
        most = max(lost + age * told for age, lost in enumerate(by_age(steps, _BACK)))
        if prior + log(_BACK) + most < _CURIOUS:
            return Score(-1e9, now, Family.GREY, -1e9)
        steps += [(age, _ANSWERED) for age in self._answered(node, now)]
        ages = by_age(steps, _BACK)
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
