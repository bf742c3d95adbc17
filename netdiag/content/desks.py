"""rules/thresholds.yaml, desks.yaml, scale.yaml."""

from __future__ import annotations

from netdiag.content.reader import Reader
from netdiag.content.yaml import Tree
from netdiag.model.rule import RouteTo, Scale, Threshold
from netdiag.model.words import Side

_DECIDED = (Side.PROVIDER, Side.SUBSCRIBER, Side.ACCOUNT)


def read_thresholds(tree: Tree) -> dict[str, Threshold]:
    """Numbers that rules name by `$name`."""
    top = Reader(tree, "the thresholds file")
    inner = Reader(top.need("thresholds"), "'thresholds'")
    top.done()
    found: dict[str, Threshold] = {}
    for name in inner.keys():  # noqa: SIM118
        reader = Reader(inner.need(name), name)
        found[name] = Threshold(
            name=name,
            value=reader.number("value"),
            unit=reader.text("unit", ""),
            basis=reader.text("basis", ""),
            source=reader.text("source", ""),
        )
        reader.done()
    return found


def read_desks(tree: Tree) -> dict[str, RouteTo]:
    """Routes of the catalogue: desk, priority, clock."""
    top = Reader(tree, "the desks file")
    inner = Reader(top.need("routes"), "'routes'")
    top.tree("sla")
    top.done()
    found: dict[str, RouteTo] = {}
    for name in inner.keys():  # noqa: SIM118
        reader = Reader(inner.need(name), name)
        found[name] = RouteTo(
            id=name,
            desk=reader.text("desk"),
            priority=reader.text("priority"),
            hours=reader.number("hours"),
            business=reader.flag("business"),
            paid=reader.flag("paid"),
            text=reader.texts_by_key("text"),
        )
        reader.done()
    return found


def read_scale(tree: Tree) -> Scale:
    """The points of the judgement."""
    reader = Reader(tree, "the scale file")
    cost = Reader(reader.need("cost"), "'cost'")
    rows = {side: Reader(cost.need(side), side) for side in _DECIDED}
    hand_over = Reader(reader.need("hand_over"), "'hand_over'")
    scale = Scale(
        lead_db=reader.number("lead_db"),
        clip_db=reader.number("clip_db"),
        excluded_db=reader.number("excluded_db"),
        unasked_db=reader.number("unasked_db", 0.0),
        unasked_gate_db=reader.number("unasked_gate_db", 0.0),
        cost={truth: {side: row.number(side) for side in _DECIDED} for truth, row in rows.items()},
        hand_over={side: hand_over.number(side) for side in _DECIDED},
    )
    for one in (*rows.values(), cost, hand_over, reader):
        one.done()
    return scale
