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
from netdiag.outages.choose import Finding
from netdiag.outages.grey import Losses
from netdiag.outages.incident import Incident
from netdiag.outages.model import Family
from netdiag.outages.saved_leaves import leaves_saved, restore_leaves
from netdiag.outages.saved_scores import restore_scores, scores_saved
from netdiag.outages.score import Score
from netdiag.outages.tree import AccessTree
from netdiag.outages.watch import Watch

VERSION = 2
_PLAIN = [
    one.name
    for one in fields(Incident)
    if one.name
    not in ("nodes", "apart", "roots", "state", "cause", "family", "heard", "returned", "strong")
]


def saved(watch: Watch) -> dict[str, Any]:
    """Dicts, lists, texts and numbers only; JSON can carry it."""
    book, hazard, label = watch.book, watch.hazard, watch.tree.label
    return {
        "version": VERSION,
        "bin": watch.bin,
        "leaves": leaves_saved(watch.leaves),
        "incidents": [_incident(watch.tree, one) for one in book.incidents.values()],
        "serial": book.serial,
        "checked": book.checked,
        "lossy": _losses(watch),
        "scores": scores_saved(watch),
        "rate": hazard.ln_now,
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
        one = _read_incident(tree, entry, node_of)
        if one is not None:
            book.incidents[one.serial] = one
    book.rises = {node_of[n]: list(at) for n, at in state["rises"].items() if n in node_of}
    book.lost = {node_of[n]: since for n, since in state["lost"].items() if n in node_of}
    book.checked = state.get("checked", 0)
    watch.losses = _read_losses(state.get("lossy", {}), node_of)
    watch.hazard.ln_now = state.get("rate", watch.hazard.ln_now)
    watch.hazard.minutes[:] = array("d", state["minutes"])
    watch.hazard.by_bin.update((at, rate) for at, rate in state["rates"])
    for name, kept in state["profile"].items():
        if name in node_of:
            watch.hazard.take(node_of[name], kept)
    watch.strangers = state["strangers"]
    watch.resume(state["bin"])
    restore_leaves(watch.leaves, state["leaves"], set(book.incidents), state["bin"])
    restore_scores(watch, state.get("scores", {}), node_of)


def _losses(watch: Watch) -> dict[str, Any]:
    """What the last look at lost answers found: it holds until the next bin."""
    label, found = watch.tree.label, watch.losses.findings
    return {
        "findings": [[label(f.node), f.score.gain, f.score.began, f.lead] for f in found],
        "curious": [label(node) for node in watch.losses.curious],
    }


def _read_losses(state: dict[str, Any], node_of: dict[str, int]) -> Losses:
    found = [
        Finding(node_of[name], Score(gain, began, Family.GREY, gain), lead)
        for name, gain, began, lead in state.get("findings", ())
        if name in node_of
    ]
    return Losses(found, [node_of[name] for name in state.get("curious", ()) if name in node_of])


def _incident(tree: AccessTree, one: Incident) -> dict[str, Any]:
    return {
        **{name: getattr(one, name) for name in _PLAIN},
        "nodes": [tree.label(node) for node in one.nodes],
        "apart": [tree.label(node) for node in one.apart],
        "roots": list(one.roots),
        "state": str(one.state),
        "cause": str(one.cause),
        "family": int(one.family),
        "heard": sorted(tree.leaf_ids[leaf] for leaf in one.heard),
        "returned": {tree.label(node): count for node, count in one.returned.items()},
        "strong": list(one.strong),
    }


def _read_incident(
    tree: AccessTree, entry: dict[str, Any], node_of: dict[str, int]
) -> Incident | None:
    """None when nothing of it is in the tree any more."""
    nodes = [node_of[name] for name in entry["nodes"] if name in node_of]
    nodes = nodes or [node_of[name] for name in entry["roots"] if name in node_of]
    if not nodes:
        return None
    returned = {node_of[n]: count for n, count in entry["returned"].items() if n in node_of}
    return Incident(
        **{name: entry[name] for name in _PLAIN if name in entry},
        nodes=tuple(sorted(nodes)),
        apart=tuple(node_of[name] for name in entry["apart"] if name in node_of),
        roots=tuple(entry["roots"]),
        state=OutageState(entry["state"]),
        cause=Cause(entry["cause"]),
        family=Family(entry["family"]),
        heard={tree.leaf[name] for name in entry.get("heard", ()) if name in tree.leaf},
        returned=Counter(returned),
        strong=list(entry["strong"]),
    )
