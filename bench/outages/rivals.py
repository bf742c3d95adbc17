"""Three usual ways to find outages, on the same transitions that netdiag's inference sees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from netdiag.outages.leaves import LAST_WORD, UP, Leaves
from netdiag.outages.model import BIN_S
from netdiag.outages.observation import Observation
from netdiag.outages.tree import AccessTree

_FRESH_BINS = 20  # a silence counts for ten minutes
_ALIVE_BINS = 40  # a sign of life for twenty


class Rivals:
    """Each is asked once a minute for its roots; the same tracker opens and closes for all."""

    def __init__(self, tree: AccessTree) -> None:
        self._tree = tree
        self._leaves = Leaves(tree)
        self._ways: dict[str, Callable[[int], set[int]]] = {
            "threshold, 5 and half down": self._threshold,
            "parent reachability, 3 tries": self._parents,
            "greedy cover, 5 and half": self._greedy,
        }
        self.open: dict[str, dict[int, list[int]]] = {name: {} for name in self._ways}

    def observe(self, arrived: Iterable[Observation]) -> None:
        """What everybody sees."""
        for one in arrived:
            self._leaves.observe(one)

    def tick(self, now: float) -> dict[str, list[str]]:
        """Ids of the roots that each way has just opened."""
        here = int(now // BIN_S)
        self._leaves.expire(here)
        return {name: self._turn(name, way(here), here) for name, way in self._ways.items()}

    def roots(self, name: str) -> set[str]:
        """What one of them holds open."""
        return {self._tree.ids[node] for node in self.open[name]}

    def _turn(self, name: str, found: set[int], here: int) -> list[str]:
        known = self.open[name]
        for node in [n for n in known if n not in found]:
            hit = known[node]
            back = sum(self._alive(leaf, here) for leaf in hit)
            if back >= 0.7 * len(hit):
                del known[node]
        fresh = []
        for node in sorted(found):
            if node not in known and not set(self._tree.path(node)) & set(known):
                known[node] = self._bad(node, here)
                fresh.append(self._tree.ids[node])
        return fresh

    def _alive(self, leaf: int, here: int) -> bool:
        code = self._leaves.code[leaf]
        return code == UP or code > max(LAST_WORD, here - _ALIVE_BINS)

    def _bad(self, node: int, here: int) -> list[int]:
        tree, code = self._tree, self._leaves.code
        return [leaf for leaf in range(tree.lo[node], tree.hi[node]) if code[leaf] < 0]

    def _counts(self, here: int) -> dict[int, tuple[int, int]]:
        """Node -> freshly bad and alive subscribers, where at least five are bad."""
        found = {}
        leaves, tree = self._leaves, self._tree
        for node, fresh in leaves.fresh.items():
            if fresh < 5 or not node:
                continue
            codes = Counter(leaves.code[tree.lo[node] : tree.hi[node]])
            bad = sum(
                count
                for code, count in codes.items()
                if code < 0
                and leaves.downs[code].at >= here - _FRESH_BINS
                and leaves.downs[code].how != "device"
            )
            alive = sum(
                count
                for code, count in codes.items()
                if code == UP or code > max(LAST_WORD, here - _ALIVE_BINS)
            )
            if bad >= 5:
                found[node] = (bad, alive)
        return found

    def _threshold(self, here: int) -> set[int]:
        """At least five and at least half are bad: the topmost such, but the part below it that
        holds nearly all of them where there is one."""
        counts = self._counts(here)
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

    def _greedy(self, here: int) -> set[int]:
        """SCORE (Kompella and others, 2005): again and again the node that explains most of what is
        left, among those with at least half of their subscribers bad."""
        counts = self._counts(here)
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

    def _parents(self, here: int) -> set[int]:
        """Devices that failed three questions in a row, while what is above answered since."""
        leaves, tree = self._leaves, self._tree
        found = set()
        for leaf in leaves.down_devices:
            node = tree.leaf_node[leaf]
            first = min(at for at, _ in leaves.told[leaf])
            above = tree.leaf.get(tree.ids[tree.up[node]])
            answered = above is None or leaves.alive[above] > first
            if leaves.downs[leaves.code[leaf]].fails >= 3 and answered:
                found.add(node)
        return found
