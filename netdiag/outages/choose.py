"""The most probable set of failed resources: exact on the tree, in one pass up and one down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from math import log

from netdiag.outages.score import Score
from netdiag.outages.tree import AccessTree

SAME_MOMENT = 10  # bins within which a failure above is the same failure
_AT_ONCE = 3  # bins within which two failures of neighbours can have one reason
_TOGETHER = log(0.05 / 30)  # of failures, those that take a given neighbour along, per T and family


@dataclass(frozen=True, slots=True)
class Finding:
    """A node of the most probable set. `lead`: how much likelier it is than the best story made of
    nodes below it."""

    node: int
    score: Score
    lead: float


@dataclass(slots=True)
class Standing:
    """What is known already: `favour` are nats for nodes that are named, so that the root of an
    open outage moves for a good reason only; `began` the bins in which outages began that are told
    of: one that is older than a failure above it stays an outage of its own."""

    favour: Mapping[int, float] = field(default_factory=dict)
    began: Mapping[int, int] = field(default_factory=dict)


def most_probable(
    tree: AccessTree, scores: Mapping[int, Score], standing: Standing | None = None
) -> list[Finding]:
    """Nodes that explain the evidence best."""
    return _Choice(tree, scores, standing or Standing()).findings()


class _Choice:
    """Best stories bottom up, then the nodes they are made of, top down."""

    def __init__(self, tree: AccessTree, scores: Mapping[int, Score], standing: Standing) -> None:
        self._tree = tree
        self._scores = scores
        self._favour = standing.favour
        self._began = standing.began
        self._older: dict[int, list[int]] = {}  # node -> nodes below it with an outage of their own
        for node in sorted(standing.began):
            for above in tree.path(node)[1:]:
                self._older.setdefault(above, []).append(node)
        self._best: dict[int, float] = {}
        self._rest: dict[int, float] = {}  # of stories made of nodes below
        self._moments: dict[int, list[int]] = {}  # node -> when nodes just below it failed

    def findings(self) -> list[Finding]:
        """The set, by number."""
        self._upwards()
        found: list[Finding] = []
        stack = [node for node in (0,) if self._best.get(node, 0.0) > 0]
        while stack:
            node = stack.pop()
            gain, beside = self._own(node), self._beside(node)
            rest = self._rest.get(node, 0.0)
            if gain > 0 and gain + self._sum(beside) >= rest:
                lead = gain + self._sum(beside) - rest
                found.append(Finding(node, self._scores[node], lead))
                stack.extend(beside)
            else:
                stack.extend(c for c in self._tree.below[node] if self._best.get(c, 0.0) > 0)
        return sorted(found, key=lambda one: one.node)

    def _upwards(self) -> None:
        waiting: list[tuple[int, int]] = []
        depth, up = self._tree.depth, self._tree.up
        for node in self._scores:
            if self._own(node) > 0:
                heappush(waiting, (-depth[node], node))
        queued = {node for _, node in waiting}
        while waiting:
            _, node = heappop(waiting)
            own = self._own(node)
            whole = own + self._sum(self._beside(node)) if own > 0 else 0.0
            self._best[node] = max(whole, self._rest.get(node, 0.0))
            above = up[node]
            if above >= 0:
                rest = self._rest.get(above, 0.0) + self._best[node]
                self._rest[above] = rest + self._with_neighbour(node, above)
                if above not in queued:
                    heappush(waiting, (-depth[above], above))
                    queued.add(above)

    def _with_neighbour(self, node: int, above: int) -> float:
        """Nats that a failure is likelier for one beside it at the same moment: neighbours share
        more than the inventory knows (a street's power, a duct, the man at work)."""
        if self._best[node] <= self._rest.get(node, 0.0):
            return 0.0  # a story of several below it
        began = self._scores[node].began
        beside = self._moments.setdefault(above, [])
        near = any(abs(other - began) <= _AT_ONCE for other in beside)
        beside.append(began)
        return max(0.0, _TOGETHER - self._tree.log_rate[node]) if near else 0.0

    def _own(self, node: int) -> float:
        score = self._scores.get(node)
        return score.gain + self._favour.get(node, 0.0) if score else -1e9

    def _beside(self, node: int) -> list[int]:
        """Outages below the node that are older than its failure: it does not explain them."""
        older = self._older.get(node)
        if not older:
            return []
        before = self._scores[node].began - SAME_MOMENT if node in self._scores else 0
        found = [c for c in older if self._began[c] < before and self._own(c) > 0]
        return [c for c in found if not any(other in found for other in self._tree.path(c)[1:])]

    def _sum(self, nodes: Iterable[int]) -> float:
        return sum(self._best.get(node, 0.0) for node in nodes)
