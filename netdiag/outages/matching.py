"""Which open outage a finding belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from netdiag.outages.choose import SAME_MOMENT, Finding
from netdiag.outages.incident import Incident
from netdiag.outages.tree import AccessTree

_PATIENCE = 2  # bins in which the wider root was not found, before it gives way
_CLEAR = 4.0  # nats by which a wider root is beyond doubt
_DOUBT = 2  # bins in which a wider root that is not has to stand


@dataclass(frozen=True, slots=True)
class Match:
    """The outage that a finding continues (None: a new one), those that it takes over, and
    whether to wait because a wider outage may still be right, or `kept` ones below it."""

    incident: Incident | None = None
    absorbed: tuple[Incident, ...] = ()
    wait: bool = False
    kept: tuple[Incident, ...] = ()


def matched(
    tree: AccessTree,
    known: Iterable[Incident],
    group: Sequence[Finding],
    taken: set[int],
) -> Match:
    """Match by place and moment; `taken` are serials that another finding continues already."""
    nodes = {one.node for one in group}
    began = max(group, key=lambda one: one.score.gain).score.began
    free = [one for one in known if one.serial not in taken]
    same = [one for one in free if nodes & set(one.nodes)]
    under = [
        one
        for one in free
        if one not in same
        and not one.masked
        and abs(one.began - began) <= SAME_MOMENT
        and all(_inside(tree, node, nodes) for node in one.nodes)
    ]
    told = any(one.confirmed and one.doubted < _DOUBT for one in under)
    if told and not same and min(one.lead for one in group) < _CLEAR:
        return Match(wait=True, kept=tuple(under))
    if same or under:
        first, *others = sorted((*same, *under), key=lambda one: (not one.confirmed, one.serial))
        return Match(first, tuple(others))
    return _narrowed(tree, free, nodes)


def _narrowed(tree: AccessTree, free: Iterable[Incident], nodes: set[int]) -> Match:
    for one in free:
        if one.masked or not all(_inside(tree, node, set(one.nodes)) for node in nodes):
            continue
        if one.confirmed and one.missed < _PATIENCE:
            return Match(wait=True)
        return Match(one)
    return Match()


def _inside(tree: AccessTree, node: int, above: set[int]) -> bool:
    while node > 0 and node not in above:
        node = tree.up[node]
    return node in above
