"""Whom to ask next to settle an outage: parents first, then those who would tell most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import nsmallest

from netdiag.model.outage import OutageState
from netdiag.outages.change import Suspicion
from netdiag.outages.incident import Incident
from netdiag.outages.leaves import OLD, Leaves
from netdiag.outages.model import BIN_S
from netdiag.outages.tree import AccessTree

MOST = 8
_NEAR = 2000  # leaves; beside a node with more of them nobody is asked
_ENOUGH = 40  # leaves looked at per node below the root


def asks(tree: AccessTree, leaves: Leaves, incidents: Iterable[Incident]) -> Iterator[Suspicion]:
    """One entry per outage that is suspected, healing, or young and not beyond doubt."""
    for one in incidents:
        if one.state is OutageState.CONFIRMED and one.peak >= 20 and one.masked:
            continue
        if one.flickers:
            asked = [ident for node in one.nodes for ident in _losers(tree, leaves, node)]
            yield Suspicion(outage=one.id, roots=one.roots, ask=tuple(asked[:MOST]))
            continue
        devices = list(_devices(tree, one))[: MOST // 2]
        people = list(_people(tree, leaves, one))[: MOST - len(devices)]
        if devices or people:
            yield Suspicion(outage=one.id, roots=one.roots, ask=(*devices, *people))


def curious(tree: AccessTree, leaves: Leaves, nodes: Iterable[int]) -> Iterator[Suspicion]:
    """One entry per resource that may be losing packets: a suspicion of no outage yet."""
    for node in nodes:
        asked = tuple(_losers(tree, leaves, node))
        if asked:
            yield Suspicion(outage="", roots=(tree.label(node),), ask=asked)


def _losers(tree: AccessTree, leaves: Leaves, node: int) -> list[str]:
    """Subscribers behind a node, and some behind its neighbours: is it the node, or what is above
    it?"""
    own, above = range(tree.lo[node], tree.hi[node]), tree.up[node]
    beside = [*range(tree.lo[above], own.start), *range(own.stop, tree.hi[above])]
    few = _unheard(tree, leaves, beside, MOST // 3) if above > 0 and len(beside) < _NEAR else []
    return [*_unheard(tree, leaves, own, MOST - len(few)), *few]


def _unheard(tree: AccessTree, leaves: Leaves, some: Iterable[int], most: int) -> list[str]:
    """Those who answer questions at other times, of whom nothing was heard for longest: whether
    packets are lost shows in new answers alone."""
    heard: list[tuple[float, int]] = []
    for leaf in some:
        answered = leaves.answers.newest[leaf]
        if answered and tree.is_person(leaf) and leaves.code[leaf] != OLD:
            told = leaves.told.get(leaf)
            heard.append((max((answered + 1) * BIN_S, told[-1][0] if told else 0.0), leaf))
    return [tree.leaf_ids[leaf] for _, leaf in nsmallest(most, heard)]


def _devices(tree: AccessTree, incident: Incident) -> Iterator[str]:
    """The roots' parents, the roots, and what hangs directly below."""
    roots = [tree.number[name] for name in incident.roots if name in tree.number]
    above = [parent for root in roots for parent in tree.parents[root] if parent]
    below = [child for root in roots for child in tree.dependents[root]]
    asked = dict.fromkeys(tree.ids[node] for node in (*above, *roots, *below))
    yield from (name for name in asked if name)


def _people(tree: AccessTree, leaves: Leaves, incident: Incident) -> Iterator[str]:
    """Of each part below, one who is not known to be down: an answer of his tells most. While it
    heals, those who are not back."""
    healing = incident.state is OutageState.CLEARING
    for node in incident.nodes:
        for part in tree.below[node] or [node]:
            lo = tree.lo[part]
            for leaf in range(lo, min(tree.hi[part], lo + _ENOUGH)):
                down = leaves.code[leaf] < 0 or leaves.claim[leaf] != 0
                if tree.is_person(leaf) and down == healing:
                    yield tree.leaf_ids[leaf]
                    break
