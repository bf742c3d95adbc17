"""How often people switch their routers off: now, and usually at this hour behind this node.

Two parts. The rate of the moment is a mean over stretches of the network, the busiest tenth left
out, so that an outage does not teach itself. The profile is a factor per access node and half hour
of the day, drawn towards 1 by a gamma prior worth 1,000 subscriber-minutes.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from math import log

from netdiag.outages.model import BIN_S
from netdiag.outages.tree import AccessTree

USUAL = 4.5e-4  # drops per subscriber and minute, before anything is learned
_LOWEST, _HIGHEST = 1e-4, 0.2
_PRIOR_MINUTES = 5000.0
_KAPPA = 1000.0
_BACK = 20  # bins that the rate of the moment looks back
_HOME = 8  # subscribers that an access node has at least
_GROUPS = 24
_SLOTS = 48
_ONLINE = 0.6  # share of subscribers that have a session to lose
_TOGETHER = 0.25
_TOGETHER_MINUTES = 2.5  # most of them, so fast that hardly anybody is left
_MOST_FACTOR = 1500.0
_SLOT_BINS = int(1800 // BIN_S)
_STEP = 4  # rates are rounded to quarters of a nat, so that few tables are made


class Hazard:
    """Learns from session ends by bin; answers with ln of drops per subscriber and bin."""

    def __init__(self, tree: AccessTree) -> None:
        self._tree = tree
        self._home = _homes(tree)
        self._group = _groups(tree)
        self._group_nodes = sorted(set(self._group) - {-1})
        self._of_bin: dict[int, Counter[int]] = {}
        self.slots: dict[int, array[int]] = {}  # home node -> drops per half hour of the day
        self.minutes = array("d", bytes(8 * _SLOTS))  # watched per half hour of the day
        self.drops = array("d", bytes(8 * _SLOTS))  # all of them per half hour of the day
        self._known: dict[tuple[int, int], int] = {}
        self.ln_now = _rounded(log(USUAL * BIN_S / 60))
        self.by_bin: dict[int, float] = {}  # ln of drops per subscriber in that bin

    def ln_rate(self, at: int) -> float:
        """ln of drops per subscriber in that bin, profile left aside."""
        return self.by_bin.get(at, self.ln_now)

    def count(self, at: int, leaves: Iterable[int]) -> None:
        """Whose sessions ended in that bin; replaces what was counted for it."""
        group, node_of = self._group, self._tree.leaf_node
        self._of_bin[at] = Counter(group[node_of[leaf]] for leaf in leaves)

    def settle(self, now: int, eligible: Callable[[int], float]) -> None:
        """Work out the rate of the moment; `eligible` tells how many behind a node can drop."""
        for at in [b for b in self._of_bin if b < now - _BACK]:
            del self._of_bin[at]
        for at in [b for b in self.by_bin if b < now - 4 * _BACK]:
            del self.by_bin[at]
        drops: Counter[int] = Counter()
        for counted in self._of_bin.values():
            drops.update(counted)
        minutes = _BACK * BIN_S / 60
        rates = sorted(
            (drops[node] / max(1, people), drops[node], people * minutes)
            for node in self._group_nodes
            if (people := eligible(node)) or drops[node]
        )
        kept = rates[: len(rates) - max(1, len(rates) // 10)]
        ended = sum(entry[1] for entry in kept) + _PRIOR_MINUTES * USUAL
        rate = ended / (sum(entry[2] for entry in kept) + _PRIOR_MINUTES)
        self.ln_now = _rounded(log(min(_HIGHEST, max(_LOWEST, rate)) * BIN_S / 60))
        for at in range(now - _BACK, now + 1):
            self.by_bin[at] = max(self.ln_now, self.by_bin.get(at, self.ln_now))

    def learn(self, at: int, leaves: Iterable[int]) -> None:
        """Keep the drops of one bin, those of outages left out, for the profile."""
        self.minutes[slot_of(at)] += BIN_S / 60
        for leaf in leaves:
            self.learn_one(at, leaf)

    def learn_one(self, at: int, leaf: int) -> None:
        """One drop."""
        home = self._home[self._tree.leaf_node[leaf]]
        if home < 0:
            return
        kept = self.slots.get(home)
        if kept is None:
            kept = self.slots[home] = array("H", bytes(2 * _SLOTS))
        slot = slot_of(at)
        kept[slot] = min(65535, kept[slot] + 1)
        self.drops[slot] += 1

    def counted(self, ended: Iterable[tuple[float, str]]) -> dict[int, array[int]]:
        """Session ends (moment and subscriber) per half hour of the day, by access node. Changes
        nothing."""
        found: dict[int, array[int]] = {}
        for t, subject in ended:
            leaf = self._tree.leaf.get(subject)
            home = self._home[self._tree.leaf_node[leaf]] if leaf is not None else -1
            if home >= 0:
                kept = found.setdefault(home, array("H", bytes(2 * _SLOTS)))
                slot = slot_of(int(t // BIN_S))
                kept[slot] = min(65535, kept[slot] + 1)
        return found

    def take(self, home: int, kept: Iterable[int]) -> None:
        """Drops per half hour that were learned before a restart."""
        self.slots[home] = array("H", kept)
        for slot, count in enumerate(self.slots[home]):
            self.drops[slot] += count

    def replace(self, counted: Mapping[int, Iterable[int]], days: float) -> None:
        """Drops of so many whole days, in place of all that was learned before."""
        self.slots.clear()
        self.drops[:] = array("d", bytes(8 * _SLOTS))
        self.minutes[:] = array("d", [30 * days] * _SLOTS)
        for home, kept in counted.items():
            self.take(home, kept)
        self.turn()

    def steps(self, node: int, at: int) -> int:
        """The profile's factor for leaves of a node in that bin, in steps of half a nat; 0 where
        it is not above the usual. A neighbouring half hour counts too: people are not punctual."""
        home = self._home[node]
        kept = self.slots.get(home)
        if kept is None:
            return 0
        slot = slot_of(at)
        known = self._known.get((home, slot))
        if known is None:
            near = (slot - 1, slot, slot + 1)
            known = max(0, *(self._steps(home, kept, s % _SLOTS) for s in near))
            self._known[(home, slot)] = known
        return known

    def turn(self) -> None:
        """What was learned since the last half hour counts from now on."""
        self._known.clear()

    def home(self, node: int) -> int:
        """The access node whose profile counts for leaves of this node; -1 none."""
        return self._home[node]

    def _steps(self, home: int, kept: array[int], slot: int) -> int:
        if not kept[slot]:
            return 0
        watched = max(1.0, self.minutes[slot])
        everybody = max(1, self._tree.subscribers(0)) * _ONLINE
        usual = self.drops[slot] / (watched * everybody)
        usual = min(2 * USUAL, max(USUAL / 4, usual))
        people = self._tree.subscribers(home) * _ONLINE
        minutes = self.minutes[slot] * people
        factor = ((kept[slot] + _KAPPA * usual) / (minutes + _KAPPA)) / usual
        # An office: most of them leave, day after day, and within minutes of one another.
        days = self.minutes[slot] / 30
        share = kept[slot] / (people * max(1.0, days))
        if share >= _TOGETHER and days >= 2:
            factor = max(factor, share / _TOGETHER_MINUTES / usual)
        return round(2 * log(min(_MOST_FACTOR, max(1.0, factor))))


def slot_of(at: int) -> int:
    """Half hour of the day (UTC) of a bin."""
    return at // _SLOT_BINS % _SLOTS


def _rounded(x: float) -> float:
    return round(x * _STEP) / _STEP


def _homes(tree: AccessTree) -> array[int]:
    """Per node, the nearest at or above it with enough subscribers for a profile."""
    homes = array("i", [-1] * len(tree))
    for node in _downwards(tree):
        own = tree.subscribers(node) >= _HOME and not tree.is_group(node)
        below = node and tree.up[node] >= 0
        homes[node] = node if own and node else homes[tree.up[node]] if below else -1
    return homes


def _groups(tree: AccessTree) -> array[int]:
    """Per node, the stretch of the network in which it is counted."""
    limit = max(1, tree.subscribers(0) // _GROUPS)
    groups = array("i", [-1] * len(tree))
    for node in _downwards(tree):
        above = tree.up[node]
        if above >= 0 and groups[above] >= 0 and tree.subscribers(groups[above]) <= limit:
            groups[node] = groups[above]
        else:
            groups[node] = node
    return groups


def _downwards(tree: AccessTree) -> Iterable[int]:
    stack = [0]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(tree.below[node])
