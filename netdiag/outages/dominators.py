"""Immediate dominators of the access graph: on whom a resource depends, whatever its paths.

Cooper, Harvey, Kennedy, "A Simple, Fast Dominance Algorithm" (2001): linear in practice on graphs
that are nearly trees. Nodes are numbers; 0 is above everything.
"""

from __future__ import annotations

from collections.abc import Sequence

TOP = 0


def rooted(parents: Sequence[Sequence[int]]) -> list[tuple[int, ...]]:
    """The same graph with everything hanging below TOP.

    What names no parents hangs directly below it, and so does each member of a circle that nothing
    leads into: what is above it is not known.
    """
    known = [
        tuple(dict.fromkeys(p for p in some if p != here)) for here, some in enumerate(parents)
    ]
    whole = [some or ((TOP,) if here != TOP else ()) for here, some in enumerate(known)]
    whole[TOP] = ()
    lost = set(range(len(whole))) - set(_order(children_of(whole)))
    for here in _on_circles(whole, lost):
        whole[here] = (TOP, *whole[here])
    return whole


def children_of(parents: Sequence[Sequence[int]]) -> list[list[int]]:
    """The edges the other way round."""
    below: list[list[int]] = [[] for _ in parents]
    for here, some in enumerate(parents):
        for parent in some:
            below[parent].append(here)
    return below


def dominators(parents: Sequence[Sequence[int]]) -> tuple[list[int], list[int]]:
    """Immediate dominator of each node (TOP's is TOP), and an order with every dominator before
    what it dominates."""
    order = _order(children_of(parents))
    rank = [0] * len(parents)
    for number, here in enumerate(order):
        rank[here] = number
    idom = [-1] * len(parents)
    idom[TOP] = TOP
    moving = True
    while moving:
        moving = False
        for here in order[1:]:
            found = _common([p for p in parents[here] if idom[p] >= 0], idom, rank)
            if idom[here] != found:
                idom[here] = found
                moving = True
        moving = moving and any(len(some) > 1 for some in parents)
    return idom, order


def common_dominator(nodes: Sequence[int], idom: Sequence[int], rank: Sequence[int]) -> int:
    """The nearest node on which all of them depend; one of them, if it is above the others."""
    return _common(nodes, idom, rank)


def _common(nodes: Sequence[int], idom: Sequence[int], rank: Sequence[int]) -> int:
    found = nodes[0]
    for other in nodes[1:]:
        a, b = found, other
        while a != b:
            while rank[a] > rank[b]:
                a = idom[a]
            while rank[b] > rank[a]:
                b = idom[b]
        found = a
    return found


def _order(below: Sequence[Sequence[int]]) -> list[int]:
    """Reverse postorder from TOP, what cannot be reached left out."""
    seen = bytearray(len(below))
    seen[TOP] = 1
    done: list[int] = []
    stack = [(TOP, iter(below[TOP]))]
    while stack:
        here, rest = stack[-1]
        following = next((c for c in rest if not seen[c]), None)
        if following is None:
            done.append(here)
            stack.pop()
        else:
            seen[following] = 1
            stack.append((following, iter(below[following])))
    return done[::-1]


def _on_circles(parents: Sequence[Sequence[int]], lost: set[int]) -> set[int]:
    """Of nodes that nothing known leads to, those that are above themselves."""
    left = set(lost)
    below = children_of(parents)
    open_children = {here: sum(c in left for c in below[here]) for here in left}
    free = [here for here, count in open_children.items() if not count]
    while free:
        here = free.pop()
        left.discard(here)
        for parent in parents[here]:
            if parent in left:
                open_children[parent] -= 1
                if not open_children[parent]:
                    free.append(parent)
    return left
