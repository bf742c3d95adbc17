"""From nodes of the tree to the resources that a person would name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from netdiag.outages.choose import Finding
from netdiag.outages.tree import AccessTree

TOGETHER = 8  # bins within which neighbours that fail are one incident


def frontier(
    tree: AccessTree, nodes: Iterable[int], alive: Callable[[int], bool]
) -> tuple[int, ...]:
    """The resources of `nodes` that did not fail merely because all above them did.

    A group stands for the redundant paths that all have to be gone, unless one of them is `alive`:
    then for what hangs on them.
    """
    failed: dict[int, None] = {}
    for node in nodes:
        failed.update(dict.fromkeys(_real(tree, node, alive)))
    first = [n for n in failed if any(p not in failed for p in tree.parents[n])]
    return tuple(first or failed)


def _real(tree: AccessTree, node: int, alive: Callable[[int], bool]) -> list[int]:
    if not tree.is_group(node):
        return [node]
    members = tree.members[node]
    if members and not any(alive(member) for member in members):
        return list(members)
    return [found for child in tree.below[node] for found in _real(tree, child, alive)]


def incidents(tree: AccessTree, findings: Sequence[Finding]) -> list[list[Finding]]:
    """Findings that are one incident: redundant neighbours that failed at about the same time."""
    left = list(findings)
    groups: list[list[Finding]] = []
    while left:
        group = [left.pop(0)]
        for one in group:
            near = [other for other in left if _near(tree, one, other)]
            group.extend(near)
            left = [other for other in left if other not in near]
        groups.append(group)
    return groups


def _near(tree: AccessTree, a: Finding, b: Finding) -> bool:
    if abs(a.score.began - b.score.began) > TOGETHER:
        return False
    if not tree.is_group(tree.up[a.node]) and not tree.is_group(tree.up[b.node]):
        return False
    return any(
        one in tree.parents[other] or one in tree.members.get(other, ())
        for one, other in ((a.node, b.node), (b.node, a.node))
    )


def only_redundancy(tree: AccessTree, node: int) -> bool:
    """Does the node's failure cut off nobody but itself, while others lose one of their paths?"""
    if tree.is_group(node) or not tree.dependents[node]:
        return False
    return tree.hi[node] - tree.lo[node] <= 1 and not tree.below[node]
