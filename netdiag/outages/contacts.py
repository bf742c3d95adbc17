"""What complaints are worth: little while many who called were found well.

A complaint says that somebody is unhappy, and most days that is rare enough to tell of a cut. When
a site of the world is down, people call whose lines are well. Three things keep them from being
an outage: who was found well (or whose trouble was found at home) within an hour of his call tells
nothing by it; each of those makes calls around him and in the whole network tell less; and against
calls that come from everywhere alike stands the story that something else makes them call.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from math import log

from netdiag.outages.model import BIN_S, WINDOW
from netdiag.outages.observation import Kind, Observation, State
from netdiag.outages.tree import AccessTree

_WORTH = 4.0  # nats of one complaint at most
_CALLS = 0.1  # of those cut off, who call within minutes
_USUAL = 2e-4  # of those who are well, who call within the same time
_BEFORE_S, _AFTER_S = 600.0, 3600.0  # around a call, a diagnosis is about it
_NETWORK, _AROUND = 1000, 20  # subscribers that what is usual counts for, in all and around one
_SURGE = log(12 / (365 * 24 * 120))  # something that is not the network makes people call, per bin
_OWN_SIDES = ("subscriber", "account")


class Contacts:
    """Who called, who was found well. Maxima only: order and repetition change nothing."""

    def __init__(self, tree: AccessTree) -> None:
        self._tree = tree
        self.called: dict[int, float] = {}
        self.well: dict[int, float] = {}
        self._callers: list[int] = []
        self._usual = _USUAL
        self._innocent: Counter[int] = Counter()  # node -> callers behind it who were found well

    def observe(self, leaf: int, one: Observation) -> None:
        """Take a call or a verdict in."""
        if one.kind is Kind.CONTACT and one.state is State.DOWN:
            self.called[leaf] = max(one.t, self.called.get(leaf, 0.0))
        elif one.kind is Kind.VERDICT and (one.state is State.UP or one.side in _OWN_SIDES):
            self.well[leaf] = max(one.t, self.well.get(leaf, 0.0))

    def turn(self, now: int) -> list[int]:
        """Count anew at bin `now`; the callers whose calls may be worth something else now."""
        since = (now - 2 * WINDOW) * BIN_S
        for kept in (self.called, self.well):
            for leaf in [leaf for leaf, at in kept.items() if at < since - _BEFORE_S]:
                del kept[leaf]
        before = self._innocent
        self._callers = sorted(self.called)
        self._innocent = Counter(
            node
            for leaf in self._callers
            if self.answered(leaf)
            for node in (0, *self._tree.path(self._tree.leaf_node[leaf]))
        )
        everybody = self._tree.subscribers(0) + _NETWORK
        self._usual = (self._innocent[0] + _NETWORK * _USUAL) / everybody
        return [] if self._innocent == before else self._callers

    def answered(self, leaf: int) -> bool:
        """Was he found well, or his trouble at home, about when he called?"""
        called, well = self.called.get(leaf), self.well.get(leaf)
        return called is not None and well is not None and (
            called - _BEFORE_S <= well <= called + _AFTER_S
        )  # fmt: skip

    def worth(self, leaf: int) -> float:
        """nats of his call."""
        if self.answered(leaf):
            return 0.0
        node = self._tree.leaf_node[leaf]
        while node > 0 and self._tree.subscribers(node) < _AROUND:
            node = self._tree.up[node]
        innocent = self._innocent[node] + _AROUND * self._usual
        usual = innocent / (self._tree.subscribers(node) + _AROUND)
        return round(2 * min(_WORTH, max(0.0, log(_CALLS / usual)))) / 2

    def elsewhere(self, node: int) -> float:
        """ln of the probability that something else makes people call and that as many of them are
        behind this node (Chernoff's bound for a binomial)."""
        all_of_them = len(self._callers)
        lo, hi = self._tree.lo[node], self._tree.hi[node]
        here = bisect_left(self._callers, hi) - bisect_left(self._callers, lo)
        share = self._tree.subscribers(node) / max(1, self._tree.subscribers(0))
        if not all_of_them or not 0 < share < here / all_of_them:
            return _SURGE
        seen = here / all_of_them
        odds = seen * log(seen / share)
        if seen < 1:
            odds += (1 - seen) * log((1 - seen) / (1 - share))
        return _SURGE - all_of_them * odds
