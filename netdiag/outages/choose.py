"""The most probable set of failed resources: exact on the tree, in one pass up and one down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from heapq import heappop, heappush

from netdiag.outages.score import Score
from netdiag.outages.tree import AccessTree


@dataclass(frozen=True, slots=True)
class Finding:
    """A node of the most probable set. `lead`: how much likelier it is than the best story made of
    nodes below it."""

    node: int
    score: Score
    lead: float


def most_probable(
    tree: AccessTree, scores: Mapping[int, Score], favour: Mapping[int, float]
) -> list[Finding]:
    """Nodes that explain the evidence best; `favour` are nats for nodes already named, so that
    the root of an open outage moves for a good reason only."""
    best, rest = _upwards(tree, scores, favour)
    found: list[Finding] = []
    stack = [node for node in (0,) if best.get(node, 0.0) > 0]
    while stack:
        node = stack.pop()
        own = scores.get(node)
        gain = own.gain + favour.get(node, 0.0) if own else -1e9
        if own is not None and gain > 0 and gain >= rest.get(node, 0.0):
            found.append(Finding(node, own, gain - rest.get(node, 0.0)))
        else:
            stack.extend(c for c in tree.below[node] if best.get(c, 0.0) > 0)
    return sorted(found, key=lambda one: one.node)


def _upwards(
    tree: AccessTree, scores: Mapping[int, Score], favour: Mapping[int, float]
) -> tuple[dict[int, float], dict[int, float]]:
    """Best story per node, and the best one made of nodes below it."""
    best: dict[int, float] = {}
    rest: dict[int, float] = {}
    waiting: list[tuple[int, int]] = []
    queued = set()
    for node, own in scores.items():
        if own.gain + favour.get(node, 0.0) > 0:
            heappush(waiting, (-tree.depth[node], node))
            queued.add(node)
    while waiting:
        _, node = heappop(waiting)
        own_score = scores.get(node)
        own_gain = own_score.gain + favour.get(node, 0.0) if own_score else -1e9
        best[node] = max(own_gain, rest.get(node, 0.0), 0.0)
        above = tree.up[node]
        if above >= 0:
            rest[above] = rest.get(above, 0.0) + best[node]
            if above not in queued:
                heappush(waiting, (-tree.depth[above], above))
                queued.add(above)
    return best, rest
