"""Scores over a restart: what is old keeps the weight it had, so that nothing moves by it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zlib import crc32

from netdiag.outages.model import Family
from netdiag.outages.score import Score
from netdiag.outages.tree import AccessTree
from netdiag.outages.watch import Watch


def scores_saved(watch: Watch) -> dict[str, Any]:
    """By name; JSON can carry it."""
    label, scoring, leaves = watch.tree.label, watch.scoring, watch.leaves
    return {
        "tree": _fingerprint(watch.tree),
        "bin": scoring.bin,
        "moved": [[label(node), at] for node, at in scoring.moved.items()],
        "touched": sorted(leaves.tree.leaf_ids[leaf] for leaf in leaves.touched),
        "scores": [
            [label(node), one.gain, one.began, int(one.family), one.sure, one.hearsay]
            for node, one in scoring.scores.items()
        ],
    }


def restore_scores(watch: Watch, state: Mapping[str, Any], node_of: Mapping[str, int]) -> None:
    """Only where the tree is the same: over another one everything is scored anew."""
    if state.get("tree") != _fingerprint(watch.tree):
        return
    scoring, leaf_of = watch.scoring, watch.tree.leaf
    scoring.bin = state["bin"]
    scoring.moved = {node_of[name]: at for name, at in state["moved"]}
    scoring.scores = {
        node_of[name]: Score(gain, began, Family(family), sure, hearsay)
        for name, gain, began, family, sure, hearsay in state["scores"]
    }
    watch.leaves.touched = {leaf_of[name] for name in state["touched"]}


def _fingerprint(tree: AccessTree) -> int:
    shape = tree.up.tobytes() + tree.leaf_node.tobytes()
    return crc32("\n".join((*tree.ids, *tree.leaf_ids)).encode("utf-8", "replace"), crc32(shape))
