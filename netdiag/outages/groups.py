"""Shared fate: redundant resources get a node of their own above them, which fails when all do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Grouped:
    """A tree over real nodes and groups. `up[n]` is the node above; `members[g]` are the parents
    that all have to fail before group g is cut off, empty for one that only holds others."""

    up: list[int]
    members: dict[int, tuple[int, ...]] = field(default_factory=dict)
    by_parents: dict[tuple[int, ...], int] = field(default_factory=dict)

    def add(self, above: int, members: tuple[int, ...]) -> int:
        """A new group below `above`."""
        self.up.append(above)
        self.members[len(self.up) - 1] = members
        return len(self.up) - 1


def grouped(
    parents: Sequence[Sequence[int]],
    idom: Sequence[int],
    leaves: Mapping[tuple[int, ...], int],
) -> Grouped:
    """Put groups into the dominator tree.

    `leaves` are sets of parents that redundant subscribers have, with their common dominator. Who
    has the dominator itself among the parents depends on that alone: no group is needed.
    A group holds all that is tied together by redundancy below one dominator: a pair of
    aggregations and what hangs on both, a ring. Within it, those with the very same parents hang
    under a group of theirs.
    """
    tree = Grouped(up=list(idom))
    several = {
        here: tuple(sorted(some))
        for here, some in enumerate(parents)
        if len(some) > 1 and idom[here] not in some
    }
    ties = _Ties()
    for here, some in several.items():
        for head in _heads(some, idom[here], idom):
            ties.tie(here, head)
    for some, above in leaves.items():
        heads = _heads(some, above, idom)
        for head in heads[1:]:
            ties.tie(heads[0], head)
    _nest(tree, ties, idom)
    _same_parents(tree, several, leaves, idom)
    return tree


def _heads(some: Sequence[int], above: int, idom: Sequence[int]) -> list[int]:
    """For each parent, the node directly below the common dominator on its path."""
    heads = []
    for parent in some:
        here = parent
        while here != above and idom[here] != above:
            here = idom[here]
        if here != above:
            heads.append(here)
    return heads


class _Ties:
    """Union-find over nodes."""

    def __init__(self) -> None:
        self._above: dict[int, int] = {}

    def find(self, here: int) -> int:
        self._above.setdefault(here, here)
        while self._above[here] != here:
            self._above[here] = self._above[self._above[here]]
            here = self._above[here]
        return here

    def tie(self, a: int, b: int) -> None:
        a, b = sorted((self.find(a), self.find(b)))
        self._above[b] = a

    def sets(self) -> list[list[int]]:
        found: dict[int, list[int]] = {}
        for here in self._above:
            found.setdefault(self.find(here), []).append(here)
        return [sorted(some) for some in found.values() if len(some) > 1]


def _nest(tree: Grouped, ties: _Ties, idom: Sequence[int]) -> None:
    for some in ties.sets():
        group = tree.add(idom[some[0]], ())
        for here in some:
            tree.up[here] = group


def _same_parents(
    tree: Grouped,
    several: Mapping[int, tuple[int, ...]],
    leaves: Mapping[tuple[int, ...], int],
    idom: Sequence[int],
) -> None:
    alike: dict[tuple[int, ...], list[int]] = {}
    for here, some in several.items():
        alike.setdefault(some, []).append(here)
    for some, members in alike.items():
        if len(members) > 1 or some in leaves:
            group = tree.add(tree.up[members[0]], some)
            tree.by_parents[some] = group
            for here in members:
                tree.up[here] = group
    for some, above in leaves.items():
        if some not in tree.by_parents:
            heads = _heads(some, above, idom)
            tree.by_parents[some] = tree.add(tree.up[heads[0]], some)
