"""A watch as JSON, by names, and back: over a restart, and onto a changed tree.

What a new tree does not have is left out; what it has more is not known yet. Scores are not kept:
they follow from the rest.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from netdiag.model.outage import Cause, OutageState
from netdiag.outages.incident import Incident
from netdiag.outages.model import Down, Family
from netdiag.outages.terms import LEFT
from netdiag.outages.tree import AccessTree
from netdiag.outages.watch import Watch

Json = dict[str, Any]
FORMAT = 1  # raise it when an older snapshot would be misread


def saved(watch: Watch) -> Json:
    """Everything that is known, as JSON."""
    return {
        "format": FORMAT,
        "bin": watch._bin,
        "leaves": dict(_leaves(watch)),
        "ends": {
            str(at): [watch.tree.leaf_ids[i] for i in w] for at, w in watch.leaves.ends.items()
        },
        "gasped": dict(_by_node(watch.tree, watch.leaves.gasped)),
        "hazard": _hazard(watch),
        "serial": watch.book.serial,
        "checked": watch.book._checked,
        "incidents": [_incident(watch.tree, one) for one in watch.book.incidents.values()],
        "rises": {name_of(watch.tree, node): at for node, at in watch.book.rises.items()},
        "lost": {name_of(watch.tree, node): at for node, at in watch.book.lost.items()},
    }


def restore(watch: Watch, kept: Mapping[str, Any]) -> bool:
    """Put what was saved into a fresh watch, perhaps over another tree; False when it is of
    another format, and nothing was done."""
    if kept.get("format") != FORMAT:
        return False
    tree, leaves = watch.tree, watch.leaves
    nodes = {name_of(tree, node): node for node in range(1, len(tree.ids))}
    watch._bin = kept["bin"]
    _put_hazard(watch, kept["hazard"], nodes)
    leaves.factors = watch.hazard.factors(watch._bin)
    serials = _put_incidents(watch, kept, nodes)
    for name, count in kept["gasped"].items():
        if name in nodes:
            leaves.gasped[nodes[name]] = count
    _put_leaves(watch, kept["leaves"], serials)
    for at, names in kept["ends"].items():
        leaves.ends[int(at)] = {tree.leaf[name] for name in names if name in tree.leaf}
    leaves.turned.clear()
    leaves.returned.clear()
    watch.book.rises = {nodes[n]: list(at) for n, at in kept["rises"].items() if n in nodes}
    watch.book.lost = {nodes[n]: at for n, at in kept["lost"].items() if n in nodes}
    watch.book._checked = kept["checked"]
    return True


def name_of(tree: AccessTree, node: int) -> str:
    """A node's id; a group's are those of its members."""
    if tree.is_group(node):
        return "&".join(sorted(name_of(tree, member) for member in tree.members[node]))
    return tree.ids[node]


def _leaves(watch: Watch) -> Iterator[tuple[str, list[Any]]]:
    """alive, started, ended; then what was told, claim, polled, Down: only as far as needed."""
    leaves = watch.leaves
    for leaf, name in enumerate(watch.tree.leaf_ids):
        alive, started, ended = leaves.alive[leaf], leaves.started[leaf], leaves.ended[leaf]
        told, claim = leaves.told.get(leaf), leaves.claim[leaf]
        if not (alive or started or ended or told or claim):
            continue
        row: list[Any] = [round(alive, 3), round(started, 3), round(ended, 3)]
        down = leaves.downs.get(leaves.code[leaf])
        left = asdict(down) if down is not None and down.how == LEFT else None
        if told or claim or left or leaf in leaves.polled:
            row += [told or [], claim, leaf in leaves.polled, left]
        yield name, row


def _put_leaves(watch: Watch, kept: Mapping[str, list[Any]], serials: set[int]) -> None:
    leaves, tree = watch.leaves, watch.tree
    for name, row in kept.items():
        leaf = tree.leaf.get(name)
        if leaf is None:
            continue
        leaves.alive[leaf], leaves.started[leaf], leaves.ended[leaf] = row[:3]
        if leaves.alive[leaf]:
            leaves._count(leaves.seen, leaf, 1)
        left = None
        if len(row) > 3:
            told, claim, polled, left = row[3:]
            if told:
                leaves.told[leaf] = [(at, word) for at, word in told]
            if polled:
                leaves.polled.add(leaf)
            leaves.claim[leaf] = claim if abs(claim) in serials else 0
        if left:
            leaves.set_down(leaf, Down(**left))
        else:
            leaves.recode(leaf)


def _hazard(watch: Watch) -> Json:
    hazard = watch.hazard
    return {
        "ln_now": hazard.ln_now,
        "minutes": list(hazard.minutes),
        "slots": {name_of(watch.tree, home): list(kept) for home, kept in hazard.slots.items()},
        "by_bin": {str(at): rate for at, rate in hazard._by_bin.items()},
        "of_bin": {
            str(at): {name_of(watch.tree, n): c for n, c in counted.items() if n > 0}
            for at, counted in hazard._of_bin.items()
        },
    }


def _put_hazard(watch: Watch, kept: Json, nodes: Mapping[str, int]) -> None:
    hazard = watch.hazard
    hazard.ln_now = kept["ln_now"]
    hazard.minutes = array("d", kept["minutes"])
    hazard.slots = {nodes[n]: array("H", s) for n, s in kept["slots"].items() if n in nodes}
    hazard._by_bin = {int(at): rate for at, rate in kept["by_bin"].items()}
    hazard._of_bin = {
        int(at): Counter({nodes[n]: c for n, c in counted.items() if n in nodes})
        for at, counted in kept["of_bin"].items()
    }


def _incident(tree: AccessTree, one: Incident) -> Json:
    row = {name: getattr(one, name) for name in one.__dataclass_fields__}
    return row | {
        "nodes": [name_of(tree, node) for node in one.nodes],
        "state": str(one.state),
        "cause": str(one.cause),
        "family": int(one.family),
        "returned": {name_of(tree, node): n for node, n in one.returned.items()},
    }


def _put_incidents(watch: Watch, kept: Mapping[str, Any], nodes: Mapping[str, int]) -> set[int]:
    """Those whose nodes are there still; their serial numbers."""
    watch.book.serial = kept["serial"]
    for row in kept["incidents"]:
        found = tuple(nodes[name] for name in row["nodes"] if name in nodes)
        if not found:
            continue
        returned = {nodes[n]: count for n, count in row["returned"].items() if n in nodes}
        one = Incident(
            **row
            | {
                "nodes": found,
                "roots": tuple(row["roots"]),
                "state": OutageState(row["state"]),
                "cause": Cause(row["cause"]),
                "family": Family(row["family"]),
                "returned": Counter(returned),
                "strong": list(row["strong"]),
            }
        )
        watch.book.incidents[one.serial] = one
    return set(watch.book.incidents)


def _by_node(tree: AccessTree, counts: array[int]) -> Iterator[tuple[str, int]]:
    for node in range(1, len(tree.ids)):
        if counts[node]:
            yield name_of(tree, node), counts[node]
