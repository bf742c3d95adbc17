"""Whom to ask next to settle an outage: parents first, then those who would tell most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netdiag.model.outage import OutageState
from netdiag.outages.change import Suspicion
from netdiag.outages.incident import Incident
from netdiag.outages.leaves import Leaves
from netdiag.outages.tree import AccessTree

MOST = 8
_ENOUGH = 40  # leaves looked at per node below the root


def asks(tree: AccessTree, leaves: Leaves, incidents: Iterable[Incident]) -> Iterator[Suspicion]:
    """One entry per outage that is suspected, healing, or young and not beyond doubt."""
    for one in incidents:
        if one.state is OutageState.CONFIRMED and one.peak >= 20 and one.masked:
            continue
        devices = list(_devices(tree, one))[: MOST // 2]
        people = list(_people(tree, leaves, one))[: MOST - len(devices)]
        if devices or people:
            yield Suspicion(outage=one.id, roots=one.roots, ask=(*devices, *people))


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
