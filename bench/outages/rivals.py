"""Three usual ways to find outages, on the same transitions that netdiag's inference sees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from netdiag.outages.leaves import Leaves
from netdiag.outages.tree import AccessTree

_FRESH_S = 600.0  # a silence counts for ten minutes
_ALIVE_S = 1200.0  # a sign of life for twenty


class Rivals:
    """Each is asked once a minute for its roots; the same tracker opens and closes for all. They
    read what was observed, nothing of what netdiag makes of it."""

    def __init__(self, tree: AccessTree, leaves: Leaves) -> None:
        self._tree = tree
        self._leaves = leaves
        self._ways: dict[str, Callable[[], set[int]]] = {
            "threshold, 5 and half down": self._threshold,
            "parent reachability, 3 tries": self._parents,
            "greedy cover, 5 and half": self._greedy,
        }
        self._now = 0.0
        self._counted: dict[int, tuple[int, int]] = {}
        self.open: dict[str, dict[int, list[int]]] = {name: {} for name in self._ways}

    def tick(self, now: float) -> dict[str, list[str]]:
        """Ids of the roots that each way has just opened."""
        self._now = now
        self._counted = self._counts()
        return {name: self._turn(name, way()) for name, way in self._ways.items()}

    def roots(self, name: str) -> set[str]:
        """What one of them holds open."""
        return {self._tree.ids[node] for node in self.open[name]}

    def _turn(self, name: str, found: set[int]) -> list[str]:
        known = self.open[name]
        for node in [n for n in known if n not in found]:
            hit = known[node]
            back = sum(self._alive(leaf) for leaf in hit)
            if back >= 0.7 * len(hit):
                del known[node]
        fresh = []
        for node in sorted(found):
            if node not in known and not set(self._tree.path(node)) & set(known):
                known[node] = self._bad_behind(node)
                fresh.append(self._tree.ids[node])
        return fresh

    def _alive(self, leaf: int) -> bool:
        leaves = self._leaves
        if leaf in leaves.told:
            return False
        in_session = leaves.started[leaf] > 0 and leaves.started[leaf] >= leaves.ended[leaf]
        return in_session or leaves.alive[leaf] > self._now - _ALIVE_S

    def _bad(self, leaf: int) -> bool:
        """Silent since the last ten minutes."""
        first = next((at for at, word in self._leaves.told[leaf] if word in "SP"), None)
        return first is not None and first >= self._now - _FRESH_S

    def _bad_behind(self, node: int) -> list[int]:
        tree = self._tree
        behind = range(tree.lo[node], tree.hi[node])
        return [leaf for leaf in behind if leaf in self._leaves.told and self._bad(leaf)]

    def _counts(self) -> dict[int, tuple[int, int]]:
        """Node -> freshly bad and alive subscribers, where at least five are bad."""
        tree = self._tree
        bad: Counter[int] = Counter()
        for leaf in self._leaves.told:
            if tree.is_person(leaf) and self._bad(leaf):
                bad.update(tree.path(tree.leaf_node[leaf]))
        found = {}
        for node, count in bad.items():
            if count < 5:
                continue
            in_session = self._leaves.in_session[node]
            if count < 0.4 * in_session:  # not half of all, whoever else is alive
                continue
            alive = sum(map(self._alive, range(tree.lo[node], tree.hi[node])))
            found[node] = (count, alive)
        return found

    def _threshold(self) -> set[int]:
        """At least five and at least half are bad: the topmost such, but the part below it that
        holds nearly all of them where there is one."""
        counts = self._counted
        half = {node for node, (bad, alive) in counts.items() if bad >= alive}
        found = set()
        for node in half:
            if any(above in half for above in self._tree.path(node)[1:]):
                continue
            found.add(self._narrowed(node, counts))
        return found

    def _narrowed(self, node: int, counts: dict[int, tuple[int, int]]) -> int:
        while True:
            parts = [c for c in self._tree.below[node] if c in counts]
            heavy = [c for c in parts if counts[c][0] >= 0.9 * counts[node][0]]
            if not heavy:
                return node
            node = heavy[0]

    def _greedy(self) -> set[int]:
        """SCORE (Kompella and others, 2005): again and again the node that explains most of what is
        left, among those with at least half of their subscribers bad."""
        counts = self._counted
        ratio = {n: (bad, bad / (bad + alive)) for n, (bad, alive) in counts.items()}
        left = {n: entry for n, entry in ratio.items() if entry[1] >= 0.5}
        found: set[int] = set()
        while left:
            best = max(left, key=lambda n: (left[n][0], left[n][1], self._tree.depth[n]))
            found.add(best)
            near = set(self._tree.path(best))
            left = {
                n: entry
                for n, entry in left.items()
                if n not in near and best not in self._tree.path(n)
            }
        return found

    def _parents(self) -> set[int]:
        """Devices that failed three questions in a row, while what is above answered since."""
        leaves, tree = self._leaves, self._tree
        found = set()
        for leaf in leaves.told:
            if tree.is_person(leaf):
                continue
            node = tree.leaf_node[leaf]
            first = min(at for at, _ in leaves.told[leaf])
            above = tree.leaf.get(tree.ids[tree.up[node]])
            answered = above is None or leaves.alive[above] > first
            fails = sum(word == "P" for _, word in leaves.told[leaf])
            if fails >= 3 and answered:
                found.add(node)
        return found
