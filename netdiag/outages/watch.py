"""Observations in, changes of outages out.

Pure: no clock, no randomness, no network. Time is what `tick` is told. Observations may come late,
twice and in any order.
"""

from __future__ import annotations

from collections.abc import Iterable

from netdiag.outages.asks import asks, curious
from netdiag.outages.book import Book
from netdiag.outages.change import Change, Planned, RedundancyLost, Suspicion
from netdiag.outages.confidence import Calibration
from netdiag.outages.grey import Grey, Losses
from netdiag.outages.hazard import Hazard, slot_of
from netdiag.outages.leaves import Leaves
from netdiag.outages.life import Rules
from netdiag.outages.model import BIN_S
from netdiag.outages.observation import Observation
from netdiag.outages.scoring import Scoring
from netdiag.outages.tree import AccessTree

_LEARN_AFTER = 24  # bins after which the drops of one are settled enough to learn from


class Watch:
    """Watches one access tree. Not thread-safe."""

    def __init__(
        self,
        tree: AccessTree,
        *,
        rules: Rules | None = None,
        calibration: Calibration | None = None,
        planned: Iterable[Planned] = (),
    ) -> None:
        self.tree = tree
        self.leaves = Leaves(tree)
        self.hazard = Hazard(tree)
        self.leaves.rate = self.hazard.steps
        self.scoring = Scoring(tree, self.leaves, self.hazard)
        self.grey = Grey(tree, self.leaves, self.hazard)
        self.book = Book(tree, self.leaves, rules or Rules(), calibration or Calibration())
        self.book.reporter.planned = tuple(planned)
        self.strangers = 0  # observations of nobody in the tree
        self.bin = 0
        self._learned = 0  # bin up to which the profile was taught
        self.losses = Losses()

    def observe(self, one: Observation) -> bool:
        """Take one observation in; False when its subject is not in the tree."""
        known = self.leaves.observe(one)
        self.strangers += not known
        return known

    def tick(self, now: float) -> tuple[Change, ...]:
        """Judge what is known at `now` (Unix seconds, never going back). What has changed."""
        here = int(now // BIN_S)
        fresh = here != self.bin
        if fresh:
            self._next_bin(here)
        standing = self.book.standing()
        findings = self.scoring.findings(here, standing, self.book.alone)
        if fresh:
            self.losses = self.grey.look(here, self.book.plain_nodes(), standing)
        findings = self.grey.beside(findings, self.losses.findings)
        return tuple(self.book.turn(now, here, findings))

    @property
    def idle(self) -> bool:
        """Is nothing down and no outage open, so that time alone can change nothing?"""
        return not self.leaves.fresh and not self.book.incidents

    def open(self) -> tuple[Change, ...]:
        """Every outage that is not over, as its last change told it."""
        return self.book.open()

    def subscribers(self, outage: str) -> tuple[str, ...]:
        """Ids of those an open outage cuts off; empty when there is no such outage."""
        return self.book.subscribers(outage)

    def redundancy_lost(self) -> tuple[RedundancyLost, ...]:
        """Resources that are gone while all that hangs on them has another path."""
        return self.book.redundancy_lost()

    def suspicions(self) -> tuple[Suspicion, ...]:
        """Whom to ask next, for outages that are not certain or that are healing, and where a few
        lost answers may become one."""
        known = asks(self.tree, self.leaves, self.book.incidents.values())
        return (*known, *curious(self.tree, self.leaves, self.losses.curious))

    def learn(self, ended: Iterable[tuple[float, str]], days: float) -> None:
        """Take the session ends of `days` before in (moment and subscriber, from accounting): what
        is usual at which hour behind which node. It replaces what was learned before."""
        self.hazard.replace(self.hazard.counted(ended), days)

    def plan(self, planned: Iterable[Planned]) -> None:
        """Maintenance windows from now on; replaces those known before."""
        self.book.reporter.planned = tuple(planned)

    def resume(self, here: int) -> None:
        """Go on from that bin (half minutes since 1970) after a restart."""
        self.bin = here
        self._learned = here - _LEARN_AFTER - 1

    def _next_bin(self, here: int) -> None:
        leaves, hazard = self.leaves, self.hazard
        for at in leaves.moved_ends():
            hazard.count(at, leaves.ended_in(at))
        for at in sorted(b for b in leaves.ends if self._learned < b < here - _LEARN_AFTER):
            hazard.learn(at, (leaf for leaf in leaves.ended_in(at) if not leaves.claim[leaf]))
        self._learned = here - _LEARN_AFTER - 1
        leaves.forget_ends(here - _LEARN_AFTER)
        hazard.settle(here, leaves.can_drop)
        if slot_of(here) != slot_of(self.bin):
            hazard.turn()
        leaves.weigh_calls(here)
        leaves.expire(here)
        self.scoring.tables.forget(here - 70)
        self.bin = here
