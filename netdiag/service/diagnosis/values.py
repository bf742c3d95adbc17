"""Values of facts as a person reads them: words and units in his language, times as spans."""

from __future__ import annotations

from datetime import datetime

from netdiag.locale.words import Translate, isolate, value_word
from netdiag.model.fact import Fact
from netdiag.model.vocabulary import ValueType, Vocabulary
from netdiag.service.diagnosis.wording import value_text

_LONG_S = 120
_SPANS = ((86_400, "d"), (3_600, "h"), (60, "min"))


def fact_text(fact: Fact, vocabulary: Vocabulary, language: str) -> str:
    """`Port link: down`, `Session uptime: 4 d 1 h`."""
    kind = vocabulary[fact.name]
    label = kind.label.get(language) or kind.label.get("en") or fact.name
    return f"{label}: {_value(fact, kind.type, kind.unit, language)}"


def _value(fact: Fact, kind: ValueType, unit: str | None, language: str) -> str:
    value = fact.value
    if value is None or isinstance(value, bool):
        return value_text(value, language)
    if kind is ValueType.ENUM:
        return value_word(str(value), language)
    if unit == "s" and isinstance(value, int | float) and abs(value) >= _LONG_S:
        return span(float(value), language)
    text = isolate(value_text(value, language), language)
    return f"{text} {value_word(unit, language)}" if unit else text


def span(seconds: float, language: str) -> str:
    """`4 d 1 h`, `12 min`: the two largest parts."""
    left, parts = abs(seconds), list[str]()
    for size, unit in _SPANS:
        count, left = divmod(left, size)
        if count and len(parts) < 2:
            parts.append(f"{count:.0f} {value_word(unit, language)}")
    sign = "-" if seconds < 0 else ""
    return sign + " ".join(parts)


def age(now: datetime, then: datetime, say: Translate) -> str:
    """`now`, `40 s ago`, `12 min ago`."""
    seconds = max(0.0, (now - then).total_seconds())
    if seconds < 10:
        return say("now")
    if seconds < _LONG_S:
        return f"{seconds:.0f} {say('s ago')}"
    return f"{seconds / 60:.0f} {say('min ago')}"


def percent(share: float) -> str:
    """A probability; never a promise of 100%."""
    return "> 99%" if share > 0.99 else f"{share:.0%}"
