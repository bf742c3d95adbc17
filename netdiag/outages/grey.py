"""Grey failures: packets are lost, sessions stay. Seen in answers that come and go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from math import exp, log

from netdiag.outages.choose import Finding, most_probable
from netdiag.outages.hazard import Hazard
from netdiag.outages.leaves import OLD, Leaves
from netdiag.outages.model import BIN_S, PING_LOSS, Family
from netdiag.outages.score import Score
from netdiag.outages.tree import AccessTree

_BACK = 20  # bins looked back
_FEWEST = 4  # lost answers that make it worth a look
_FLICKER = 2  # who answered again after a loss: a cut does not let them
_SOON_S = 1000.0  # so shortly after an answer, a missing one may be a lost packet
_LARGEST = 5000  # leaves; a wider loss shows at many narrower places
_LOSES = 0.5  # share of packets that a grey failure loses
_PRIOR = -1.0
_ASKED = 0.3  # at least that share of those in session is asked within the time looked back


class Grey:
    """Finds resources that lose packets."""

    def __init__(self, tree: AccessTree, leaves: Leaves, hazard: Hazard) -> None:
        self._tree = tree
        self._leaves = leaves
        self._hazard = hazard

    def findings(self, now: int, taken: Collection[int]) -> list[Finding]:
        """Resources behind which answers come and go; none on the path of a node of `taken`."""
        nodes: Counter[int] = Counter()
        flicker: Counter[int] = Counter()
        for leaf in self._losing(now):
            alive = self._leaves.is_alive(leaf)
            for node in self._tree.path(self._tree.leaf_node[leaf]):
                nodes[node] += 1
                flicker[node] += alive
        scores = {}
        for node in sorted(nodes):
            if nodes[node] >= _FEWEST and flicker[node] >= _FLICKER and self._small(node):
                score = self._score(node, nodes[node], now)
                if score.gain > 0:
                    scores[node] = score
        found = most_probable(self._tree, scores) if scores else []
        return [one for one in found if not self._on_path(one.node, taken)]

    def beside(self, plain: Sequence[Finding], grey: Sequence[Finding]) -> list[Finding]:
        """Both kinds together; on one path the more certain story stands."""
        found = list(plain)
        for one in grey:
            rivals = [other for other in found if self._related(one.node, other.node)]
            if all(other.score.sure < one.score.sure for other in rivals):
                found = [other for other in found if other not in rivals]
                found.append(one)
        return sorted(found, key=lambda one: one.node)

    def _losing(self, now: int) -> set[int]:
        """Subscribers who lost an answer lately: they answered afterwards, or had shortly before.

        Whoever is simply off would be asked again and again: he counts once.
        """
        leaves, found = self._leaves, set()
        old = [leaf for leaf, at in leaves.excused.items() if at < now - _BACK]
        for leaf in old:
            del leaves.excused[leaf]
        for at, some in list(leaves.lossy.items()):
            if at < now - _BACK:
                del leaves.lossy[at]
                continue
            for leaf in list(some):
                if leaves.excused.get(leaf, at) > at:
                    some.discard(leaf)
                elif int(leaves.alive[leaf] // BIN_S) >= at or self._new(leaf, now):
                    found.add(leaf)
                else:
                    some.discard(leaf)
        return found

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

    def _score(self, node: int, lost: int, now: int) -> Score:
        tree, alive = self._tree, self._leaves.alive
        usual = PING_LOSS + 10 * exp(self._hazard.ln_now)
        gain = tree.log_rate[node] + _PRIOR + log(_BACK) + lost * log(_LOSES / usual)
        answered = log(_LOSES / (1 - usual))
        if gain + _ASKED * self._leaves.in_session[node] * answered > 0:
            since = (now - _BACK) * BIN_S
            good = sum(map(since.__le__, alive[tree.lo[node] : tree.hi[node]]))
            gain += good * answered
        else:
            gain = -1.0
        return Score(gain, now - _BACK // 2, Family.GREY, gain)

    def _on_path(self, node: int, taken: Collection[int]) -> bool:
        return any(self._related(node, other) for other in taken)

    def _related(self, a: int, b: int) -> bool:
        lo, hi = self._tree.lo, self._tree.hi
        return lo[a] <= lo[b] < hi[a] or lo[b] <= lo[a] < hi[b]
