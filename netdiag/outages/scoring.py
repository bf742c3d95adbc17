"""Scores of all nodes that have anything against them, and the set that explains it best."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from math import log

from netdiag.outages.choose import Finding, Standing, most_probable
from netdiag.outages.hazard import Hazard
from netdiag.outages.leaves import Leaves
from netdiag.outages.model import CLIP, PRIOR, SURVIVAL, WINDOW, Down, Family, silence
from netdiag.outages.resource import OTHER_FAILURES_A_YEAR, SHARED_FATE_FAILURES_A_YEAR
from netdiag.outages.score import Score, Silence, bound, pile, score
from netdiag.outages.terms import Tables, Terms
from netdiag.outages.tree import AccessTree

_YOUNG = 6  # bins in which most of the sessions that are cut are noticed
_SETTLES = 12  # bins after which time alone changes no score
_MOST_UP = 0.7  # of those never heard of, as many are up at most
_CHANGES_ONLY = 0.5
# Nats by which a score can be above what its best moment tells, the prior of its kind left aside.
_MOST_ABOVE = log(WINDOW) + log(len(PRIOR)) + max(PRIOR)
_ALONE = log(OTHER_FAILURES_A_YEAR / SHARED_FATE_FAILURES_A_YEAR)


class Scoring:
    """Reads leaves, writes nothing."""

    def __init__(self, tree: AccessTree, leaves: Leaves, hazard: Hazard) -> None:
        self._tree = tree
        self._leaves = leaves
        self._hazard = hazard
        self.tables = Tables()
        self.bin = -1
        self._share = -1.0
        self._unheard: Silence = ()
        self.scores: dict[int, Score] = {}
        self.moved: dict[int, int] = {}  # node -> bin in which something behind it changed

    def findings(self, now: int, standing: Standing, alone: Callable[[int], bool]) -> list[Finding]:
        """The most probable set of failed nodes now. `alone` says of a group whether all of its
        paths but one are known to be gone already.

        Only paths that were touched in the last minutes are scored anew: what is older weighs the
        same as before.
        """
        devices = self._above(self._leaves.down_devices)
        suspects = self._suspects(now, devices)
        touched = self._touched()
        self._leaves.touched.clear()
        wanted = touched
        if now != self.bin:
            self.bin = now
            self.moved.update(dict.fromkeys(touched, now))
            self.moved = {n: at for n, at in self.moved.items() if at > now - _SETTLES}
            wanted = set(self.moved)
        else:
            self.moved.update(dict.fromkeys(touched, now))
        for node in [n for n in self.scores if n not in suspects]:
            del self.scores[node]
        wanted = wanted & suspects
        self._listen()
        terms: dict[tuple[int, bool], tuple[Down, Terms]] = {}
        for node in sorted(wanted):
            found = self._score(node, now, terms, alone)
            if found is not None and found.gain > 0:
                self.scores[node] = found
                continue
            self.scores.pop(node, None)
            if node not in devices and not self._tree.is_group(node):
                del self.moved[node]  # of people alone, time makes nothing more likely
        return most_probable(self._tree, self.scores, standing)

    def _listen(self) -> None:
        """Do the sources tell changes only? Then who was never heard of is probably well."""
        share = round(min(_MOST_UP, self._leaves.changes_only()), 1)
        if share != self._share:
            self._share = share
            self._unheard = silence(share)
            self.tables.changes_only = share >= _CHANGES_ONLY

    def _touched(self) -> set[int]:
        found: set[int] = set()
        up, node_of = self._tree.up, self._tree.leaf_node
        for leaf in self._leaves.touched:
            node = node_of[leaf]
            while node > 0 and node not in found:
                found.add(node)
                node = up[node]
        return found

    def _suspects(self, now: int, devices: Iterable[int]) -> set[int]:
        """Nodes behind which two are down, or one that is a resource; those left out that are too
        seldom broken, or have too many sessions that speak for them, at an early moment and at a
        late one, for as much as those who are down can tell."""
        leaves = self._leaves
        recent = self._above(
            leaf
            for at in range(now - _YOUNG, now + 1)
            for leaf in leaves.of_bin.get(at, ())
            if leaves.code[leaf] < 0
        )
        first, last = SURVIVAL[0][Family.PARTIAL], SURVIVAL[_YOUNG][Family.PARTIAL]
        found = set(devices)
        for node, count in leaves.fresh.items():
            if count > 1:
                up, prior = leaves.in_session[node], self._tree.log_rate[node] + _MOST_ABOVE
                early, late = CLIP * recent[node] + first * up, CLIP * count + last * up
                if max(early, late) + prior > 0 or self._tree.is_group(node):
                    found.add(node)
        found.discard(0)
        return found

    def _above(self, some: Iterable[int]) -> Counter[int]:
        """Node -> how many of some leaves are behind it."""
        found: Counter[int] = Counter()
        up, node_of = self._tree.up, self._tree.leaf_node
        for leaf in some:
            node = node_of[leaf]
            while node > 0:
                found[node] += 1
                node = up[node]
        return found

    def _score(
        self,
        node: int,
        now: int,
        terms: dict[tuple[int, bool], tuple[Down, Terms]],
        alone: Callable[[int], bool],
    ) -> Score | None:
        leaves, tree = self._leaves, self._tree
        codes = Counter(leaves.code[tree.lo[node] : tree.hi[node]])
        gasps = self._gasps(node)
        known: dict[int, tuple[Down, Terms]] = {}
        for code in codes:
            if code < 0:
                entry = terms.get((code, gasps))
                if entry is None:
                    down = leaves.downs[code]
                    rate = self._hazard.ln_rate(down.at)
                    entry = (down, self.tables.of(down, gasps, now, rate))
                    terms[(code, gasps)] = entry
                known[code] = entry
        found = pile(codes, known, now)
        prior = tree.log_rate[node]
        if tree.is_group(node) and alone(node):
            prior += _ALONE
        if bound(found, now) + log(WINDOW) + prior < 0:
            return None
        elsewhere = leaves.contacts.elsewhere(node)
        return score(found, prior, now, self._unheard, elsewhere)

    def _gasps(self, node: int) -> bool:
        """Do ONUs around there say so when they lose power?"""
        home = self._hazard.home(node)
        return self._leaves.gasped[home if home >= 0 else node] > 0
