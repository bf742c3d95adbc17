"""What is known of every leaf as plain data, and back."""

from __future__ import annotations

from typing import Any

from netdiag.outages.leaves import Leaves
from netdiag.outages.model import Down
from netdiag.outages.terms import LEFT


def leaves_saved(leaves: Leaves) -> dict[str, Any]:
    """By name; JSON can carry it."""
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
        "turned": sorted(ids[leaf] for leaf in leaves.turned),
        "returned": [[ids[leaf], serial] for leaf, serial in leaves.returned],
        "lossy": {str(at): sorted(ids[leaf] for leaf in who) for at, who in leaves.lossy.items()},
    }


def restore_leaves(leaves: Leaves, state: dict[str, Any], serials: set[int], at_bin: int) -> None:
    """Put it into fresh leaves; `serials` are the outages that are still known."""
    leaf_of = leaves.tree.leaf
    claims = {n: c for n, c in state["claims"].items() if n in leaf_of and abs(c) in serials}
    for name, claim in claims.items():
        leaves.claim[leaf_of[name]] = claim
    leaves.told = {
        leaf_of[name]: [(float(at), str(word)) for at, word in told]
        for name, told in state["told"].items()
        if name in leaf_of
    }
    leaves.polled = {leaf_of[name] for name in state["polled"] if name in leaf_of}
    for name in state["gasped"]:
        if name in leaf_of:
            leaves.has_gasped(leaf_of[name])
    _read_moments(leaves, state)
    leaves.contacts.turn(at_bin)
    columns = ("ids", "alive", "started", "ended", "first")
    for name, *moments in zip(*(state[column] for column in columns), strict=True):
        if name in leaf_of:
            leaves.put(leaf_of[name], *moments)
    for name, (at, bonus) in state["left"].items():
        if name in leaf_of:
            down = Down(how=LEFT, low=at, at=at, bonus=bonus, seen=False)
            leaves.set_down(leaf_of[name], down)
    leaves.expire(at_bin)
    _read_pending(leaves, state)


def _read_moments(leaves: Leaves, state: dict[str, Any]) -> None:
    leaf_of, answers = leaves.tree.leaf, leaves.answers
    for name, at, bits in state.get("answered", ()):
        if name in leaf_of:
            answers.newest[leaf_of[name]], answers.bits[leaf_of[name]] = at, bits
    for key, kept in (
        ("excused", leaves.excused),
        ("called", leaves.contacts.called),
        ("found_well", leaves.contacts.well),
    ):
        kept.update((leaf_of[n], at) for n, at in state.get(key, ()) if n in leaf_of)
    for part, into in ((state["ends"], leaves.ends), (state["lossy"], leaves.lossy)):
        into.update(
            {int(at): {leaf_of[n] for n in who if n in leaf_of} for at, who in part.items()}
        )
    leaves.ends_moved = set(leaves.ends)


def _read_pending(leaves: Leaves, state: dict[str, Any]) -> None:
    """What had come in since the last judgement."""
    leaf_of = leaves.tree.leaf
    leaves.turned = {leaf_of[name] for name in state.get("turned", ()) if name in leaf_of}
    leaves.returned = [
        (leaf_of[name], serial) for name, serial in state.get("returned", ()) if name in leaf_of
    ]
