"""The open outages: findings are matched to them, moved, merged, narrowed and let go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netdiag.model.outage import Cause, OutageState
from netdiag.outages import life
from netdiag.outages.change import Change, RedundancyLost
from netdiag.outages.choose import Finding, Standing
from netdiag.outages.claims import Claims
from netdiag.outages.confidence import Calibration
from netdiag.outages.incident import Incident
from netdiag.outages.leaves import LAST_WORD, Leaves
from netdiag.outages.life import Rules
from netdiag.outages.matching import Match, matched
from netdiag.outages.model import BIN_S, Family
from netdiag.outages.report import Reporter
from netdiag.outages.roots import frontier, incidents, only_redundancy
from netdiag.outages.tree import AccessTree


class Book:
    """Every outage that is not over; at most one per node."""

    def __init__(
        self, tree: AccessTree, leaves: Leaves, rules: Rules, calibration: Calibration
    ) -> None:
        self.incidents: dict[int, Incident] = {}
        self.rises: dict[int, list[float]] = {}
        self.lost: dict[int, float] = {}  # node -> since when only redundancy is gone
        self.serial = 0
        self._tree = tree
        self._leaves = leaves
        self._rules = rules
        self._claims = Claims(tree, leaves)
        self.reporter = Reporter(tree, leaves, calibration)
        self.checked = 0

    def standing(self) -> Standing:
        """What is named already, and since when."""
        theta = self._rules.theta
        young = [one for one in self.incidents.values() if not one.masked]
        return Standing(
            favour={
                n: theta / 2 if one.confirmed else theta / 4 for one in young for n in one.nodes
            },
            began={n: one.began for one in young if one.confirmed for n in one.nodes},
        )

    def plain_nodes(self) -> set[int]:
        """Nodes told of already for something plainer than lost packets."""
        return {
            node
            for one in self.incidents.values()
            if one.confirmed and one.family not in (Family.GREY, Family.PARTIAL)
            for node in one.nodes
        }

    def alone(self, group: int) -> bool:
        """Are all paths of a group but one known to be gone?"""
        members = self._tree.members[group]
        gone = sum(member in self.lost or self._holder(member) is not None for member in members)
        return len(members) - gone <= 1 if members else False

    def turn(self, now: float, here: int, findings: Sequence[Finding]) -> Iterator[Change]:
        """Take the findings of this moment in; yields what has changed."""
        self._account(now)
        self._mend_redundancy()
        new_bin = here != self.checked
        self.checked = here
        found: set[int] = set()
        for group in incidents(self._tree, findings):
            if len(group) == 1 and only_redundancy(self._tree, group[0].node):
                self.lost.setdefault(group[0].node, group[0].score.began * BIN_S)
                continue
            match = matched(self._tree, self.incidents.values(), group, found)
            if match.wait:
                found.update(one.serial for one in match.kept)
                for one in match.kept:
                    one.doubted += new_bin
                continue
            yield from self._strengthen(match, group, now, here, found)
        for one in list(self.incidents.values()):
            if new_bin and one.serial not in found:
                yield from self._weaken(one, now)
        for one in list(self.incidents.values()):
            yield from self._heal(one, now, here)

    def open(self) -> tuple[Change, ...]:
        """All of them as they stand."""
        return tuple(self.reporter.change(one, one.since) for one in self.incidents.values())

    def subscribers(self, outage: str) -> tuple[str, ...]:
        """Ids of those that an open outage cuts off."""
        for one in self.incidents.values():
            if one.id == outage:
                return self.reporter.subscriber_ids(one)
        return ()

    def redundancy_lost(self) -> tuple[RedundancyLost, ...]:
        """Paths that are gone while those on them have another, the path's node cut off or not."""
        tree = self._tree
        gone = {n: one.began * BIN_S for one in self.incidents.values() for n in one.nodes}
        found = []
        for node, since in sorted({**gone, **self.lost}.items()):
            inside = range(tree.lo[node], tree.hi[node])
            dependents = tuple(
                tree.ids[d] for d in tree.dependents[node] if tree.lo[d] not in inside
            )
            if dependents:
                found.append(
                    RedundancyLost(since=since, resource=tree.ids[node], dependents=dependents)
                )
        return tuple(found)

    def _account(self, now: float) -> None:
        """Who came back, and who else went down with an outage that is open."""
        leaves = self._leaves
        for leaf, serial in leaves.returned:
            one = self.incidents.get(serial)
            if one is not None:
                self._claims.returned(one, leaf, now)
                if one.family is not Family.PARTIAL:
                    leaves.excused[leaf] = int(now // BIN_S)
        leaves.returned.clear()
        by_node = {
            node: one
            for one in self.incidents.values()
            if one.confirmed and not one.masked
            for node in one.nodes
        }
        for leaf in sorted(leaves.turned) if by_node else ():
            node = self._tree.leaf_node[leaf]
            while node > 0 and node not in by_node:
                node = self._tree.up[node]
            if node > 0 and leaves.code[leaf] < 0 and not leaves.claim[leaf]:
                self._claims.take_one(by_node[node], leaf)
        leaves.turned.clear()

    def _mend_redundancy(self) -> None:
        for node in [n for n in self.lost if self._alive(n)]:
            del self.lost[node]

    def _alive(self, node: int) -> bool:
        leaf = self._tree.leaf.get(self._tree.ids[node])
        return leaf is not None and self._leaves.code[leaf] > LAST_WORD

    def _holder(self, node: int) -> Incident | None:
        return next((one for one in self.incidents.values() if node in one.nodes), None)

    def _strengthen(
        self, match: Match, group: Sequence[Finding], now: float, here: int, found: set[int]
    ) -> Iterator[Change]:
        best = max(group, key=lambda one: one.score.gain)
        one = match.incident
        if one is None:
            if best.score.sure < self._rules.theta / 2:
                return
            one = self._new(group, best, now)
        found.add(one.serial)
        one.missed = one.doubted = 0
        before = self._face(one)
        for other in match.absorbed:
            yield from self._merge(other, one, now)
        again = one.masked
        if again:
            self._again(one, now)
        one.began = best.score.began
        again = again or (one.confirmed and one.family is Family.GREY)
        one.family, one.gain = best.score.family, best.score.sure
        self._move(one, group)
        if again:
            self._claims.take(one)
        one.flickers = one.flickers or one.family is Family.GREY
        one.peak = max(one.peak, one.gain)
        one.seen = here
        lead = min(finding.lead for finding in group)
        self._decide(one, one.gain - best.score.hearsay, lead, here, now)
        if not one.masked and one.confirmed:
            self._look_closer(one, here)
        if self._face(one) != before or one.since == now:
            yield self.reporter.change(one, now)

    def _new(self, group: Sequence[Finding], best: Finding, now: float) -> Incident:
        self.serial += 1
        one = Incident(
            serial=self.serial,
            id=f"out-{int(now)}-{self.serial}",
            nodes=(),
            roots=(),
            began=best.score.began,
            opened_at=now,
            since=now,
        )
        self.incidents[one.serial] = one
        return one

    def _move(self, one: Incident, group: Sequence[Finding]) -> None:
        nodes = tuple(sorted(finding.node for finding in group))
        if nodes == one.nodes:
            return
        if one.confirmed:
            self._claims.drop(one)
        one.nodes = nodes
        one.roots = self._roots(one, group)
        if one.confirmed:
            self._claims.take(one)

    def _roots(self, one: Incident, group: Sequence[Finding]) -> tuple[str, ...]:
        """Names of the roots; what was gone before it began is not one of them."""
        roots = frontier(self._tree, one.nodes, self._alive)
        others = {n for o in self.incidents.values() if o is not one for n in o.nodes}
        inside = [n for n in others if any(self._within(n, node) for node in one.nodes)]
        one.apart = tuple(sorted(inside)) if any(map(self._tree.is_group, one.nodes)) else ()
        fresh = [n for n in roots if n not in self.lost and n not in others]
        return tuple(self._tree.ids[n] for n in fresh or roots)

    def _within(self, node: int, above: int) -> bool:
        return self._tree.lo[above] <= self._tree.lo[node] < self._tree.hi[above]

    def _again(self, one: Incident, now: float) -> None:
        """New evidence at a root whose old evidence was put aside: it is down once more."""
        one.flapping = life.rise(self.rises.setdefault(one.nodes[0], []), now, self._rules)
        one.state = OutageState.CONFIRMED
        self._claims.again(one)

    def _decide(self, one: Incident, sure: float, lead: float, here: int, now: float) -> None:
        if one.state is OutageState.CONFIRMED:
            return
        if life.confirms(one, sure, lead, here, self._rules):
            one.state = OutageState.CONFIRMED
            one.told = True
            one.since = now
            rises = self.rises.setdefault(one.nodes[0], [])
            one.flapping = life.rise(rises, now, self._rules)
            self._claims.take(one)

    def _look_closer(self, one: Incident, here: int) -> None:
        if here - one.began <= self._rules.settled_bins:
            # What was told once is not taken back for want of evidence.
            cause = self.reporter.cause(one)
            one.cause = one.cause if cause is Cause.UNKNOWN else cause

    def _face(self, one: Incident) -> tuple[object, ...]:
        return (one.state, one.roots, one.cause)

    def _merge(self, one: Incident, into: Incident, now: float) -> Iterator[Change]:
        if one.confirmed:
            self._claims.drop(one)
        del self.incidents[one.serial]
        one.state = OutageState.CLEARED
        yield self.reporter.change(one, now, merged_into=into.id)

    def _weaken(self, one: Incident, now: float) -> Iterator[Change]:
        """It is not among the findings any more."""
        one.missed += 1
        if one.missed < self._rules.give_up_bins:
            return
        if one.state is OutageState.SUSPECTED:
            yield from self._end(one, now)
        elif one.state is OutageState.CONFIRMED and one.flickers:
            yield self._clear(one, now)
        elif one.state is OutageState.CONFIRMED and not one.masked and one.share_back() < 0.15:
            yield from self._end(one, now)

    def _heal(self, one: Incident, now: float, here: int) -> Iterator[Change]:
        if one.state is OutageState.CONFIRMED:
            if life.healing(one, now, self._rules) or life.expired(one, now, self._rules):
                yield self._clear(one, now)
            elif here - one.began > self._rules.settled_bins or (
                one.back >= 2 and one.share_back() >= 0.15
            ):
                self._claims.mask(one)
        elif one.state is OutageState.CLEARING and (now - one.clearing_at >= self._rules.hold_s):
            yield from self._end(one, now)

    def _clear(self, one: Incident, now: float) -> Change:
        self._claims.mask(one)
        one.state, one.clearing_at = OutageState.CLEARING, now
        return self.reporter.change(one, now)

    def _end(self, one: Incident, now: float) -> Iterator[Change]:
        if one.state is OutageState.CLEARING:
            self._claims.leave_behind(one, int(one.clearing_at // BIN_S))
        elif one.confirmed:
            self._claims.drop(one)
        one.state = OutageState.CLEARED
        del self.incidents[one.serial]
        yield self.reporter.change(one, now)
