"""An open outage as a change that can be told."""

from __future__ import annotations

from netdiag.model.outage import Cause
from netdiag.outages.cause import cause_of, signs
from netdiag.outages.change import Change, Planned
from netdiag.outages.confidence import Calibration
from netdiag.outages.incident import Incident
from netdiag.outages.leaves import Leaves
from netdiag.outages.model import BIN_S, Family
from netdiag.outages.tree import AccessTree

_WHOLE = (Family.CUT, Family.POWER)


class Reporter:
    """Reads incidents, writes nothing."""

    def __init__(self, tree: AccessTree, leaves: Leaves, calibration: Calibration) -> None:
        self._tree = tree
        self._leaves = leaves
        self.calibration = calibration
        self.planned: tuple[Planned, ...] = ()

    def change(self, one: Incident, now: float, merged_into: str = "") -> Change:
        """What there is to tell of it at `now`."""
        return Change(
            t=now,
            outage=one.id,
            state=one.state,
            roots=one.roots,
            cause=one.cause,
            subscribers=self.subscribers(one),
            confidence=self.calibration(one.peak if one.told else one.gain),
            since=one.began * BIN_S,
            gain=one.gain,
            partial=one.family not in _WHOLE,
            flapping=one.flapping,
            planned=self._is_planned(one),
            merged_into=merged_into,
            evidence={"hit": one.hit, "back": one.back, "devices": one.devices},
        )

    def subscribers(self, one: Incident) -> int:
        """All behind a root that failed as a whole; of a partial failure those it hit."""
        if one.family in _WHOLE or not one.known:
            behind = sum(self._tree.subscribers(node) for node in one.nodes)
            return behind - sum(self._tree.subscribers(node) for node in one.apart)
        return one.known

    def subscriber_ids(self, one: Incident) -> tuple[str, ...]:
        """Their ids."""
        tree, claim = self._tree, self._leaves.claim
        if one.family in _WHOLE or not one.known:
            apart = {ident for node in one.apart for ident in tree.subscriber_ids(node)}
            behind = (ident for node in one.nodes for ident in tree.subscriber_ids(node))
            return tuple(ident for ident in behind if ident not in apart)
        return tuple(
            tree.leaf_ids[leaf]
            for node in one.nodes
            for leaf in range(tree.lo[node], tree.hi[node])
            if tree.is_person(leaf) and abs(claim[leaf]) == one.serial
        )

    def cause(self, one: Incident) -> Cause:
        """Why it failed, as far as the evidence tells now."""
        found = signs(self._tree, self._leaves, one.nodes, one.began)
        roots = [self._tree.number[name] for name in one.roots if name in self._tree.number]
        return cause_of(self._tree, roots, found, one.family)

    def _is_planned(self, one: Incident) -> bool:
        """Did all of it begin inside a maintenance window on it or above it?"""
        began = one.began * BIN_S
        known = {p.resource for p in self.planned if p.begins - BIN_S <= began <= p.ends}
        names = [{self._tree.ids[n] for n in self._tree.path(node)} for node in one.nodes]
        return bool(known) and bool(names) and all(known & some for some in names)
