"""Facts as plain JSON, typed through the vocabulary; forgiving about form, never about the word.

`{"port.oper_status": "up", "onu.rx_dbm": "-26.5 dBm", "cable.pair[].state": ["open", "ok"]}`
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from netdiag.content.values import NotOfTypeError, typed
from netdiag.model.fact import Fact, Facts, Source, Value
from netdiag.model.vocabulary import FactType, ValueType, Vocabulary

_SOURCE = Source(transport="case", probe="case", query="facts of a labelled case")
_THEN = datetime(2026, 1, 1, tzinfo=UTC)
_NUMBERS = (ValueType.INT, ValueType.FLOAT, ValueType.COUNTER32, ValueType.COUNTER64)
_INDEXED = re.compile(r"^(?P<head>[a-z_.]+?)\.?\[?(?P<index>[A-Da-d1-9])?\]?(?P<tail>\.[a-z_]+)$")
_NUMBER = re.compile(r"^\s*(?P<number>[-+]?\d+(\.\d+)?([eE][-+]?\d+)?)\s*[^\d\s]*\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a case says: the facts, and what nobody here has a word for."""

    facts: Facts
    strange: tuple[str, ...]  # sentences


def read_plain(values: Mapping[str, Any], vocabulary: Vocabulary) -> Told:
    """The facts of one case. A value of null is "not known" unless the vocabulary allows null."""
    facts: list[Fact] = []
    strange: list[str] = []
    for given, raw in values.items():
        for name, value in _spread(given, raw, vocabulary):
            if name not in vocabulary:
                strange.append(f"{given}: no such fact")
                continue
            try:
                known, read = _read(value, vocabulary[name])
            except NotOfTypeError as error:
                strange.append(f"{given}: {error}")
                continue
            if known:
                facts.append(Fact(name=name, value=read, source=_SOURCE, measured_at=_THEN))
    return Told(facts=Facts(facts), strange=tuple(strange))


def _spread(name: str, raw: Any, vocabulary: Vocabulary) -> Iterator[tuple[str, Any]]:
    """`cable.pair[].state` with a list, `cable.pair[2].state`, `cable.pair.B.state`: by number."""
    if name in vocabulary:
        yield name, raw
        return
    found = _INDEXED.match(name)
    if not found:
        yield name, raw
        return
    head, index, tail = found["head"], found["index"], found["tail"]
    if index:
        yield f"{head}{_number_of(index)}{tail}", raw
        return
    for number, one in enumerate(raw if isinstance(raw, list) else [raw], 1):
        yield f"{head}{number}{tail}", one


def _number_of(index: str) -> int:
    return int(index) if index.isdecimal() else "abcd".index(index.lower()) + 1


def _read(raw: Any, kind: FactType) -> tuple[bool, Value]:
    """Is it known, and what is it. Raises NotOfTypeError."""
    if isinstance(raw, dict) and "value" in raw:
        raw = raw["value"]
    if raw is None or (raw in ("null", "none") and kind.type is not ValueType.ENUM):
        return kind.nullable, None
    if isinstance(raw, list | tuple):
        return True, typed(", ".join(str(one) for one in raw), kind)
    text = str(raw).lower() if isinstance(raw, bool) else str(raw)
    if kind.type is ValueType.ENUM:
        return True, _member(text, kind)
    if kind.type in _NUMBERS:
        return True, _number(text, kind)
    return True, typed(text, kind)


def _member(text: str, kind: FactType) -> Value:
    """`Lost-Carrier` for lost_carrier, `lower_layer_down` for lowerLayerDown."""

    def bare(word: str) -> str:
        return re.sub(r"[\s_-]", "", word.rpartition(":")[2]).casefold()

    by_bare = {bare(option): option for option in kind.options}
    return typed(by_bare.get(bare(text), text), kind)


def _number(text: str, kind: FactType) -> Value:
    """A unit behind the number is left out; a whole number may come with decimals."""
    found = _NUMBER.match(text)
    text = found["number"] if found else text
    try:
        return typed(text, kind)
    except NotOfTypeError:
        if kind.type is ValueType.FLOAT:
            raise
        return round(float(str(typed(text, _as_float(kind)))))


def _as_float(kind: FactType) -> FactType:
    return FactType(
        name=kind.name, type=ValueType.FLOAT, kind=kind.kind, meaning="", label=kind.label
    )
