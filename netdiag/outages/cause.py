"""Why a root failed, as far as the evidence tells."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from netdiag.model.outage import Cause
from netdiag.outages.leaves import LAST_WORD, Leaves
from netdiag.outages.model import BIN_S, Family
from netdiag.outages.tree import AccessTree

_MOST = 20_000  # leaves looked at; of more every n-th
_PASSIVE = {"pon", "splitter"}  # nothing in them can fail but glass
_PARTS = {"card", "port_group", "sector"}
_BOXES = {"access", "aggregation", "core"}
_AROUND_S = 600.0


@dataclass(slots=True)
class Signs:
    """What was seen behind the roots since shortly before the failure."""

    down: int = 0
    gasps: int = 0
    alive: int = 0
    devices_down: int = 0
    devices_alive: int = 0
    batteries: int = 0
    complaints: int = 0

    def counts(self) -> dict[str, int]:
        """For the record of an outage."""
        return {name: getattr(self, name) for name in self.__slots__ if getattr(self, name)}


def signs(tree: AccessTree, leaves: Leaves, nodes: Iterable[int], began: int) -> Signs:
    """Count what is behind the nodes."""
    found = Signs()
    since = began * BIN_S - _AROUND_S
    for node in nodes:
        lo, hi = tree.lo[node], tree.hi[node]
        for leaf in range(lo, hi, max(1, (hi - lo) // _MOST)):
            code = leaves.code[leaf]
            if code == 0 and leaf not in leaves.told:
                continue
            words = {word for at, word in leaves.told.get(leaf, ()) if at >= since}
            (_person if tree.is_person(leaf) else _device)(found, words, code, began)
    return found


def _person(found: Signs, words: set[str], code: int, began: int) -> None:
    found.down += bool(words & set("SPT"))
    found.gasps += "G" in words
    found.complaints += "C" in words
    found.alive += code == 1 or code >= max(began, LAST_WORD + 1)


def _device(found: Signs, words: set[str], code: int, began: int) -> None:
    found.devices_down += bool(words & set("PST"))
    found.batteries += "G" in words
    found.devices_alive += code >= max(began, LAST_WORD + 1)


def cause_of(tree: AccessTree, roots: Collection[int], found: Signs, family: Family) -> Cause:
    """Power when the dying said so; else by what kind of thing the root is and how it behaves."""
    kinds = {tree.kinds[root] for root in roots}
    if found.batteries or (found.gasps >= 2 and found.gasps >= 0.4 * found.down):
        return Cause.POWER
    if family is Family.POWER and found.gasps:
        return Cause.POWER
    if kinds & _PASSIVE:
        return Cause.FIBRE
    if found.devices_alive and not found.devices_down:
        # It answers, and nobody behind it gets through: at the top what it leads to is gone.
        at_top = any(not any(tree.parents[root]) for root in roots)
        return Cause.UPSTREAM if at_top else Cause.DEVICE
    if kinds & _PARTS or (found.devices_down and kinds & _BOXES):
        return Cause.DEVICE
    return Cause.UNKNOWN
