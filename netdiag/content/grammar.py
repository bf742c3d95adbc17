"""The grammar of conditions: `fact op value`, `{any: […]}`, `{all: […]}`. Checked while read."""

from __future__ import annotations

import re
from collections.abc import Mapping

from netdiag.content.reader import fail, suggest
from netdiag.content.values import NotOfTypeError, split_list, typed
from netdiag.content.yaml import Items, Place, Scalar, Table, Tree
from netdiag.model.condition import All, Any, Compare, Condition, FactRef, Literal, Op
from netdiag.model.rule import Threshold
from netdiag.model.vocabulary import FactType, ValueType, Vocabulary

_LINE = re.compile(
    r"^\s*(?P<fact>[a-z][a-z0-9_.]*)\s+(?P<op>==|!=|<=|>=|<|>|not\s+in|in)\s+(?P<value>\S.*?)\s*$"
)
_ORDER = (Op.LT, Op.LE, Op.GT, Op.GE)
_NUMBERS = (ValueType.INT, ValueType.FLOAT, ValueType.COUNTER32, ValueType.COUNTER64)


class Grammar:
    """Parses conditions against one vocabulary and one set of thresholds."""

    def __init__(self, vocabulary: Vocabulary, thresholds: Mapping[str, Threshold]) -> None:
        self.vocabulary = vocabulary
        self._thresholds = thresholds

    def fact(self, name: str, place: Place) -> FactType:
        """The type of a fact; ContentError with a suggestion when there is no such fact."""
        if name not in self.vocabulary:
            known = list(self.vocabulary.types)
            near = suggest(name, known) if len(name) > 2 else ""
            hint = near if near.startswith("Did") else "See `netdiag probes list` for all facts."
            raise fail(place, f"there is no fact {name!r}. {hint}")
        return self.vocabulary[name]

    def condition(self, tree: Tree) -> Condition:
        """One condition: a line of text or a group."""
        if isinstance(tree, Scalar):
            return self.line(tree.text, tree.place)
        if isinstance(tree, Table) and len(tree.entries) == 1:
            key, items = next(iter(tree.entries.items()))
            if key in ("any", "all") and isinstance(items, Items) and items.items:
                members = tuple(self.condition(item) for item in items)
                return Any(members) if key == "any" else All(members)
        raise fail(
            tree.place,
            "a condition is `fact op value`, or {any: [...]} or {all: [...]} with members.",
        )

    def line(self, text: str, place: Place) -> Compare:
        """`fact op value` into a comparison of the right types."""
        found = _LINE.match(text)
        if not found:
            raise fail(
                place,
                f"{text!r} is not a condition. Write `fact op value`, "
                "with one of == != < <= > >= in 'not in' between spaces.",
            )
        kind = self.fact(found["fact"], place)
        op = Op(re.sub(r"\s+", " ", found["op"]))
        return Compare(kind.name, op, self._operand(found["value"], kind, op, place), kind.access)

    def _operand(self, text: str, kind: FactType, op: Op, place: Place) -> Literal | FactRef:
        if text.startswith("$"):
            return self._threshold(text[1:], kind, place)
        if text.startswith("@"):
            return FactRef(self.fact(text[1:], place).name)
        if text == "null":
            if not kind.nullable or op not in (Op.EQ, Op.NE):
                raise fail(
                    place,
                    f"{kind.name} is never null: not knowing it is unknown by itself. "
                    "Only nullable facts compare with null, by == or !=.",
                )
            return Literal(None)
        return self._literal(text, kind, op, place)

    def _literal(self, text: str, kind: FactType, op: Op, place: Place) -> Literal:
        if op in _ORDER and kind.type not in _NUMBERS:
            raise fail(place, f"{kind.name} is no number: it has no order. Use == or in.")
        try:
            if op in (Op.IN, Op.NOT_IN):
                if not (text.startswith("[") and text.endswith("]")):
                    raise fail(place, f"after {op} comes a list: [a, b].")
                if kind.type in _NUMBERS:
                    raise fail(place, f"{kind.name} is a number: compare it with < or >=.")
                return Literal(tuple(str(typed(part, kind)) for part in split_list(text)))
            return Literal(typed(text, kind))
        except NotOfTypeError as error:
            raise fail(place, f"{kind.name}: {error}.") from None

    def _threshold(self, name: str, kind: FactType, place: Place) -> Literal:
        if name not in self._thresholds:
            raise fail(
                place,
                f"there is no threshold ${name}. {suggest(name, list(self._thresholds))}",
            )
        if kind.type not in _NUMBERS:
            raise fail(place, f"{kind.name} is no number and cannot meet a threshold.")
        return Literal(self._thresholds[name].value, threshold=name)
