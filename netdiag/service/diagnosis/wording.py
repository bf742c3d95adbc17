"""Words for a person: evidence lines, the sentence to say, times. In en, ru and fa."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from netdiag.locale.words import value_word
from netdiag.model.fact import Fact, Facts, Value
from netdiag.model.vocabulary import FactType, ValueType, Vocabulary

_SLOT = re.compile(r"\{([^}]*)\}")
_UNKNOWN = {"en": "(not known)", "ru": "(неизвестно)", "fa": "(نامشخص)"}
_YES_NO = {"en": ("yes", "no"), "ru": ("да", "нет"), "fa": ("بله", "خیر")}
_SAID_BY_LABEL = ("count", "VLAN id")
_SPAN_S = 120  # from here on seconds are read as minutes, hours, days
_WHOLE = 100.0  # from here on nobody reads digits behind the point
_NOTHING = {"en": "none", "ru": "нет", "fa": "هیچ"}


def evidence_text(fact: Fact, vocabulary: Vocabulary, language: str) -> str:
    """`Port link: down`, `FCS error rate: 512 errors/1e6 frames`, `Link changed: 16 days`."""
    kind = vocabulary[fact.name]
    label = kind.label.get(language) or kind.label.get("en") or fact.name
    return f"{label}: {_measure(fact.value, kind, language)}{_last_seen(fact, language)}"


def _measure(value: Value, kind: FactType, language: str) -> str:
    if isinstance(value, str) and kind.type is ValueType.ENUM:
        return value_word(value, language)
    if value is None or isinstance(value, bool) or not kind.unit:
        return value_text(value, language)
    if isinstance(value, int | float):
        if kind.unit == "s" and abs(value) >= _SPAN_S:
            return _span(int(value), language)
        value = round(value) if abs(value) >= _WHOLE else value
    unit = "" if kind.unit in _SAID_BY_LABEL else value_word(kind.unit, language)
    return f"{value_text(value, language)} {unit}".rstrip()


def _span(seconds: int, language: str) -> str:
    """`16 days` out of 1383202 s."""
    from babel.dates import format_timedelta

    return format_timedelta(seconds, granularity="minute", threshold=3, locale=language)


def _last_seen(fact: Fact, language: str) -> str:
    """Until which day the line's own history has seen it so."""
    if (fact.source.transport, fact.source.probe) != ("stored", "history"):
        return ""
    from babel.dates import format_date

    form = {"en": "EEEE d MMMM", "ru": "EEEE, d MMMM", "fa": "EEEE d MMMM"}.get(language, "medium")
    until = {"ru": "последний раз", "fa": "آخرین بار"}.get(language, "until")
    return f", {until} {format_date(fact.measured_at, form, locale=language)}"


def value_text(value: Value, language: str = "en") -> str:
    """A value as a person writes it."""
    if value is None:
        return _NOTHING.get(language, "none")
    if isinstance(value, bool):
        return _YES_NO.get(language, _YES_NO["en"])[0 if value else 1]
    if isinstance(value, tuple):
        return ", ".join(value) or _NOTHING.get(language, "none")
    if isinstance(value, float):
        return f"{value:g}" if abs(value) < 1e6 else f"{value:.0f}"
    return str(value)


def say(template: str, facts: Facts, *, due: datetime | None, language: str, timezone: str) -> str:
    """The sentence with `{due}` and `{fact.name}` filled in."""

    def fill(found: re.Match[str]) -> str:
        name = found[1]
        if name == "due":
            return when(due, language, timezone) if due else _UNKNOWN[language]
        fact = facts.fact(name)
        return _UNKNOWN[language] if fact is None else value_text(fact.value, language)

    return _SLOT.sub(fill, template)


def when(moment: datetime, language: str, timezone: str) -> str:
    """Date and time in the customer's language and zone."""
    from babel.dates import format_datetime

    form = {"en": "EEEE d MMMM, HH:mm", "ru": "d MMMM (EEEE), HH:mm", "fa": "EEEE d MMMM، HH:mm"}
    local = moment.astimezone(ZoneInfo(timezone))
    return format_datetime(local, form[language], tzinfo=local.tzinfo, locale=language)
