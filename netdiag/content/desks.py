"""rules/thresholds.yaml, desks.yaml, scale.yaml."""

from __future__ import annotations

from collections.abc import Collection

from netdiag.content.reader import Reader, fail
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


def read_lessons(tree: Tree, faults: Collection[str], most_db: float) -> dict[str, float]:
    """What findings taught: fault → decibans added to its score. Written by `rules learn`."""
    top = Reader(tree, "the file of lessons")
    inner = Reader(top.need("learned"), "'learned'")
    top.done()
    found: dict[str, float] = {}
    for fault in inner.keys():  # noqa: SIM118
        reader = Reader(inner.need(fault), fault)
        shift = reader.number("shift_db")
        for name in ("cases", "confirmed", "stated", "share"):
            reader.number(name, 0.0)
        reader.done()
        if fault not in faults:
            raise fail(
                inner.where(fault),
                f"there is no fault {fault!r} any more. Run `netdiag rules learn --write` again.",
            )
        if not abs(shift) <= most_db:
            raise fail(reader.where("shift_db"), f"'shift_db' is at most {most_db:g} dB.")
        found[fault] = shift
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
        wrong_codes=reader.number("wrong_codes", 0.125),
        pseudo_cases=reader.number("pseudo_cases", 20.0),
        cost={truth: {side: row.number(side) for side in _DECIDED} for truth, row in rows.items()},
        hand_over={side: hand_over.number(side) for side in _DECIDED},
    )
    for one in (*rows.values(), cost, hand_over, reader):
        one.done()
    return scale
