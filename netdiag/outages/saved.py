"""The state of a watch as plain data, and back: a restart forgets nothing.

Everything is by name, so the tree may have changed in between. Observations that came after the
state was saved may simply be told again: told twice, they change nothing.
"""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import fields
from typing import Any

from netdiag.model.outage import Cause, OutageState
from netdiag.outages.incident import Incident
from netdiag.outages.leaves import Leaves
from netdiag.outages.model import Down, Family
from netdiag.outages.terms import LEFT
from netdiag.outages.tree import AccessTree
from netdiag.outages.watch import Watch

VERSION = 2
_PLAIN = [
    one.name
    for one in fields(Incident)
    if one.name not in ("nodes", "apart", "roots", "state", "cause", "family", "returned", "strong")
]


def saved(watch: Watch) -> dict[str, Any]:
    """Dicts, lists, texts and numbers only; JSON can carry it."""
    book, hazard, label = watch.book, watch.hazard, watch.tree.label
    return {
        "version": VERSION,
        "bin": watch.bin,
        "leaves": _leaves(watch.leaves),
        "incidents": [_incident(watch.tree, one) for one in book.incidents.values()],
        "serial": book.serial,
        "rises": {label(node): list(at) for node, at in book.rises.items()},
        "lost": {label(node): since for node, since in book.lost.items()},
        "minutes": list(hazard.minutes),
        "rates": [[at, rate] for at, rate in sorted(hazard.by_bin.items())],
        "profile": {label(node): list(kept) for node, kept in hazard.slots.items()},
        "strangers": watch.strangers,
    }


def restore(watch: Watch, state: dict[str, Any]) -> None:
    """Put a saved state into a new watch. What the tree does not have any more is left out."""
    if state.get("version") != VERSION:
        return
    tree, book = watch.tree, watch.book
    node_of = {tree.label(node): node for node in range(1, len(tree))}
    book.serial = state["serial"]
    for entry in state["incidents"]:
        one = _read_incident(entry, node_of)
        if one is not None:
            book.incidents[one.serial] = one
    book.rises = {node_of[n]: list(at) for n, at in state["rises"].items() if n in node_of}
    book.lost = {node_of[n]: since for n, since in state["lost"].items() if n in node_of}
    watch.hazard.minutes[:] = array("d", state["minutes"])
    watch.hazard.by_bin.update((at, rate) for at, rate in state["rates"])
    for name, kept in state["profile"].items():
        if name in node_of:
            watch.hazard.take(node_of[name], kept)
    watch.strangers = state["strangers"]
    watch.resume(state["bin"])
    _read_leaves(watch.leaves, state["leaves"], set(book.incidents), state["bin"])
    watch.leaves.expire(state["bin"])
    watch.leaves.turned.clear()
    watch.leaves.returned.clear()


def _leaves(leaves: Leaves) -> dict[str, Any]:
    ids = leaves.tree.leaf_ids
    known = [
        leaf
        for leaf in range(len(ids))
        if leaves.alive[leaf] or leaves.started[leaf] or leaves.ended[leaf] or leaf in leaves.told
    ]
    return {
        "ids": [ids[leaf] for leaf in known],
        "alive": [leaves.alive[leaf] for leaf in known],
        "started": [leaves.started[leaf] for leaf in known],
        "ended": [leaves.ended[leaf] for leaf in known],
        "first": [leaves.first[leaf] for leaf in known],
        "answered": [
            [ids[leaf], at, leaves.answers.bits[leaf]]
            for leaf, at in enumerate(leaves.answers.newest)
            if at
        ],
        "called": [[ids[leaf], at] for leaf, at in leaves.contacts.called.items()],
        "found_well": [[ids[leaf], at] for leaf, at in leaves.contacts.well.items()],
        "excused": [[ids[leaf], at] for leaf, at in leaves.excused.items()],
        "told": {ids[leaf]: [list(entry) for entry in told] for leaf, told in leaves.told.items()},
        "polled": sorted(ids[leaf] for leaf in leaves.polled),
        "gasped": sorted(ids[leaf] for leaf in leaves.gaspers),
        "claims": {ids[leaf]: claim for leaf, claim in enumerate(leaves.claim) if claim},
        "left": {
            ids[leaf]: [leaves.downs[code].at, leaves.downs[code].bonus]
            for leaf, code in enumerate(leaves.code)
            if code < 0 and leaves.downs[code].how == LEFT
        },
        "ends": {str(at): sorted(ids[leaf] for leaf in who) for at, who in leaves.ends.items()},
        "lossy": {str(at): sorted(ids[leaf] for leaf in who) for at, who in leaves.lossy.items()},
    }


def _read_leaves(leaves: Leaves, state: dict[str, Any], serials: set[int], at_bin: int) -> None:
    leaf_of = leaves.tree.leaf
    for name, claim in state["claims"].items():
        if name in leaf_of and abs(claim) in serials:
            leaves.claim[leaf_of[name]] = claim
    leaves.told = {
        leaf_of[name]: [(float(at), str(word)) for at, word in told]
        for name, told in state["told"].items()
        if name in leaf_of
    }
    leaves.polled = {leaf_of[name] for name in state["polled"] if name in leaf_of}
    for name, at, bits in state.get("answered", ()):
        if name in leaf_of:
            leaves.answers.newest[leaf_of[name]] = at
            leaves.answers.bits[leaf_of[name]] = bits
    for key, kept in (
        ("excused", leaves.excused),
        ("called", leaves.contacts.called),
        ("found_well", leaves.contacts.well),
    ):
        kept.update((leaf_of[n], at) for n, at in state.get(key, ()) if n in leaf_of)
    leaves.contacts.turn(at_bin)
    for name in state["gasped"]:
        if name in leaf_of:
            leaves.has_gasped(leaf_of[name])
    for part, into in ((state["ends"], leaves.ends), (state["lossy"], leaves.lossy)):
        into.update(
            {int(at): {leaf_of[n] for n in who if n in leaf_of} for at, who in part.items()}
        )
    leaves.ends_moved = set(leaves.ends)
    columns = ("ids", "alive", "started", "ended", "first")
    for name, *moments in zip(*(state[column] for column in columns), strict=True):
        if name in leaf_of:
            leaves.put(leaf_of[name], *moments)
    for name, (at, bonus) in state["left"].items():
        if name in leaf_of:
            down = Down(how=LEFT, low=at, at=at, bonus=bonus, seen=False)
            leaves.set_down(leaf_of[name], down)


def _incident(tree: AccessTree, one: Incident) -> dict[str, Any]:
    return {
        **{name: getattr(one, name) for name in _PLAIN},
        "nodes": [tree.label(node) for node in one.nodes],
        "apart": [tree.label(node) for node in one.apart],
        "roots": list(one.roots),
        "state": str(one.state),
        "cause": str(one.cause),
        "family": int(one.family),
        "returned": {tree.label(node): count for node, count in one.returned.items()},
        "strong": list(one.strong),
    }


def _read_incident(entry: dict[str, Any], node_of: dict[str, int]) -> Incident | None:
    """None when nothing of it is in the tree any more."""
    nodes = [node_of[name] for name in entry["nodes"] if name in node_of]
    nodes = nodes or [node_of[name] for name in entry["roots"] if name in node_of]
    if not nodes:
        return None
    returned = {node_of[n]: count for n, count in entry["returned"].items() if n in node_of}
    return Incident(
        **{name: entry[name] for name in _PLAIN},
        nodes=tuple(sorted(nodes)),
        apart=tuple(node_of[name] for name in entry["apart"] if name in node_of),
        roots=tuple(entry["roots"]),
        state=OutageState(entry["state"]),
        cause=Cause(entry["cause"]),
        family=Family(entry["family"]),
        returned=Counter(returned),
        strong=list(entry["strong"]),
    )
