"""Which leaves an incident explains, and who of them is back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from netdiag.outages.incident import Incident
from netdiag.outages.leaves import OLD, Leaves
from netdiag.outages.life import telling
from netdiag.outages.model import Down, Family
from netdiag.outages.terms import CALLED, LEFT, TOLD
from netdiag.outages.tree import AccessTree

_BEFORE, _AFTER = 3, 24  # bins around its beginning in which who goes down is explained by it


class Claims:
    """Marks leaves as explained: a positive mark while they still count as evidence, a negative
    one once they do not."""

    def __init__(self, tree: AccessTree, leaves: Leaves) -> None:
        self._tree = tree
        self._leaves = leaves

    def take(self, incident: Incident) -> None:
        """Claim all behind its nodes that went down with it."""
        if incident.family is Family.GREY:
            return  # nobody is down for good
        for leaf in self._behind(incident):
            if self._leaves.code[leaf] < 0 and self._leaves.claim[leaf] != incident.serial:
                self.take_one(incident, leaf)

    def take_one(self, incident: Incident, leaf: int) -> None:
        """Claim one leaf, if it went down at that time."""
        down = self._leaves.downs.get(self._leaves.code[leaf])
        if down is None or down.at < incident.began - _BEFORE:
            return
        if down.low > incident.began + _AFTER:
            return
        self._leaves.claim[leaf] = incident.serial
        if down.how in (CALLED, TOLD):
            incident.heard.add(leaf)
        elif self._tree.is_person(leaf):
            incident.hit += 1
        else:
            incident.devices += 1
        if incident.masked:
            self._hide(incident, leaf)

    def drop(self, incident: Incident) -> None:
        """Let go of everybody; what is down still counts."""
        for leaf in self._behind(incident):
            if abs(self._leaves.claim[leaf]) == incident.serial:
                self._leaves.claim[leaf] = 0
        incident.hit = incident.back = incident.devices = incident.devices_back = 0
        incident.heard.clear()
        incident.returned.clear()

    def again(self, incident: Incident) -> None:
        """It is down once more: who had come back counts no longer."""
        incident.masked = False
        incident.hit = max(0, incident.hit - incident.back)
        incident.devices = max(0, incident.devices - incident.devices_back)
        incident.back = incident.devices_back = 0
        incident.back_at = 0.0
        incident.returned.clear()

    def mask(self, incident: Incident) -> None:
        """Those explained count for nothing else until they come back."""
        if incident.masked:
            return
        incident.masked = True
        for leaf in self._behind(incident):
            if self._leaves.claim[leaf] == incident.serial:
                self._hide(incident, leaf)

    def leave_behind(self, incident: Incident, at: int) -> None:
        """Those who did not come back with the others become evidence of their own, as of bin
        `at`, when the others did."""
        hit: Counter[int] = Counter(incident.returned)
        left: Counter[int] = Counter()
        those = []
        for leaf in self._behind(incident):
            if abs(self._leaves.claim[leaf]) != incident.serial:
                continue
            self._leaves.claim[leaf] = 0
            if self._leaves.code[leaf] == OLD and leaf not in incident.heard:
                branch = self._branch(incident, leaf)
                hit[branch] += 1
                left[branch] += 1
                those.append(leaf)
        bonus = telling((count, left[branch]) for branch, count in hit.items()) if those else 0.0
        for leaf in those:
            self._leaves.set_down(leaf, Down(how=LEFT, low=at, at=at, bonus=bonus, seen=False))

    def returned(self, incident: Incident, leaf: int, t: float) -> None:
        """One of them is back."""
        if leaf in incident.heard:
            incident.heard.discard(leaf)
            return
        incident.back_at = t
        incident.returned[self._branch(incident, leaf)] += 1
        if self._tree.is_person(leaf):
            incident.back += 1
        else:
            incident.devices_back += 1

    def _branch(self, incident: Incident, leaf: int) -> int:
        """The node directly below the incident's on the leaf's path, or the incident's own."""
        node = self._tree.leaf_node[leaf]
        while self._tree.up[node] > 0 and node not in incident.nodes:
            if self._tree.up[node] in incident.nodes:
                return node
            node = self._tree.up[node]
        return node

    def _hide(self, incident: Incident, leaf: int) -> None:
        self._leaves.claim[leaf] = -incident.serial
        self._leaves.silence(leaf)

    def _behind(self, incident: Incident) -> Iterable[int]:
        for node in incident.nodes:
            yield from range(self._tree.lo[node], self._tree.hi[node])
