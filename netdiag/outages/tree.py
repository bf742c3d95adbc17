"""The access tree that inference walks: resources, groups of redundant ones, and their leaves.

A leaf is whatever can be observed: each subscriber, and each resource as it is seen itself. Leaves
are numbered in the order of the tree, so that those behind a node are one stretch of numbers.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from math import log

from netdiag.outages.dominators import TOP, children_of, common_dominator, dominators, rooted
from netdiag.outages.groups import Grouped, grouped
from netdiag.outages.resource import (
    FAILURES_A_YEAR,
    OTHER_FAILURES_A_YEAR,
    SHARED_FATE_FAILURES_A_YEAR,
    SUBSCRIBER,
    Resource,
)

_BINS_A_YEAR = 365 * 24 * 120


class AccessTree:
    """Immutable. Node 0 is above everything and cannot fail."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        draft = _Draft(resources)
        self.ids: list[str] = draft.ids
        self.kinds: list[str] = draft.kinds
        self.parents: list[tuple[int, ...]] = draft.parents
        self.number: dict[str, int] = draft.number
        idom, order = dominators(self.parents)
        rank = [0] * len(order)
        for place, here in enumerate(order):
            rank[here] = place
        redundant = {
            some: common_dominator(some, idom, rank) for some in draft.leaf_parents if len(some) > 1
        }
        certain = {some: above for some, above in redundant.items() if above in some}
        shape = grouped(
            self.parents, idom, {s: a for s, a in redundant.items() if s not in certain}
        )
        self.members = shape.members
        self._name_groups(shape)
        self.up = array("i", shape.up)
        self.up[TOP] = -1
        self.below = children_of([() if here == TOP else (p,) for here, p in enumerate(self.up)])
        self.dependents = children_of(self.parents)
        self._lay_leaves(draft, {**certain, **shape.by_parents})
        self.log_rate = [self._log_rate(here) for here in range(len(self.ids))]

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, subject: object) -> bool:
        return subject in self.leaf

    def is_group(self, node: int) -> bool:
        """Does the node stand for several redundant ones?"""
        return node in self.members

    def label(self, node: int) -> str:
        """A name for every node: its id, or what a group is made of."""
        if not self.is_group(node):
            return self.ids[node]
        parts = self.members[node] or tuple(self.below[node])
        return f"({'+'.join(sorted(self.label(part) for part in parts))})"

    def subscribers(self, node: int) -> int:
        """How many subscribers are behind a node."""
        return self.people[self.hi[node]] - self.people[self.lo[node]]

    def subscriber_ids(self, node: int) -> list[str]:
        """Their ids, in the order of the tree."""
        return [self.leaf_ids[i] for i in range(self.lo[node], self.hi[node]) if self.is_person(i)]

    def is_person(self, leaf: int) -> bool:
        """Is the leaf a subscriber, and not a resource seen itself?"""
        return self.people[leaf + 1] > self.people[leaf]

    def path(self, node: int) -> list[int]:
        """The node and all above it but TOP."""
        found = []
        while node > TOP:
            found.append(node)
            node = self.up[node]
        return found

    def _name_groups(self, shape: Grouped) -> None:
        for _ in range(len(shape.up) - len(self.ids)):
            self.ids.append("")
            self.kinds.append("group")
            self.parents.append(())

    def _log_rate(self, node: int) -> float:
        """ln of failures per node and half minute."""
        if node == TOP:
            return -1e9
        rate = FAILURES_A_YEAR.get(self.kinds[node], OTHER_FAILURES_A_YEAR)
        if self.is_group(node):
            rate = SHARED_FATE_FAILURES_A_YEAR
        return log(rate / _BINS_A_YEAR)

    def _lay_leaves(self, draft: _Draft, several: Mapping[tuple[int, ...], int]) -> None:
        hanging: list[list[str]] = [[] for _ in self.ids]
        for subject, some in draft.leaves:
            hanging[several[some] if len(some) > 1 else some[0]].append(subject)
        self.leaf: dict[str, int] = {}
        self.leaf_ids: list[str] = []
        self.leaf_node = array("i")
        self.people = array("i", [0])
        self.lo, self.hi = array("i", [0] * len(self.ids)), array("i", [0] * len(self.ids))
        self.depth = array("i", [0] * len(self.ids))
        stack = [(TOP, 0)]
        while stack:
            node, begun = stack.pop()
            if begun:
                self.hi[node] = len(self.leaf_ids)
                continue
            self.lo[node] = len(self.leaf_ids)
            self.depth[node] = self.depth[self.up[node]] + 1 if node else 0
            self._lay(node, hanging[node])
            stack.append((node, 1))
            stack.extend((child, 0) for child in reversed(self.below[node]))

    def _lay(self, node: int, subjects: Sequence[str]) -> None:
        own = self.ids[node]
        alone = self.kinds[node] == "port" and len(subjects) == 1 and not self.below[node]
        if own and not alone:
            self._lay_one(node, own, self.kinds[node] == SUBSCRIBER)
        for subject in subjects:
            self._lay_one(node, subject, True)
        if alone:  # a port of one subscriber tells of him
            self.leaf[own] = self.leaf[subjects[0]]

    def _lay_one(self, node: int, subject: str, person: bool) -> None:
        self.leaf[subject] = len(self.leaf_ids)
        self.leaf_ids.append(subject)
        self.leaf_node.append(node)
        self.people.append(self.people[-1] + person)


class _Draft:
    """Resources by number, before the tree. One that is named twice has the parents of both, for
    it is not known which holds; a parent that nobody lists is there all the same."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        kinds: dict[str, str] = {}
        above: dict[str, tuple[str, ...]] = {}
        inner: set[str] = set()
        for one in resources:
            kinds[one.id] = kinds.get(one.id) or one.kind
            above[one.id] = tuple(dict.fromkeys((*above.get(one.id, ()), *one.parents)))
            inner.update(one.parents)
        nodes = [n for n in kinds if kinds[n] != SUBSCRIBER or n in inner]
        nodes += sorted(n for n in inner if n not in kinds)
        self.ids = ["", *nodes]
        self.kinds = ["", *(kinds.get(n, "") for n in nodes)]
        self.number = {name: number for number, name in enumerate(self.ids) if number}
        given = [tuple(self.number[p] for p in above.get(n, ())) for n in self.ids]
        self.parents = rooted(given)
        self.leaves = [
            (name, tuple(sorted({self.number[p] for p in above[name]})) or (TOP,))
            for name, kind in kinds.items()
            if kind == SUBSCRIBER and name not in inner
        ]
        self.leaf_parents = {some for _, some in self.leaves}
