"""Placeholders of questions: `{port.if_index}`, `{mac|oid}`. Found and checked at load."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from netdiag.content.reader import fail, suggest
from netdiag.content.yaml import Place
from netdiag.model.vocabulary import Vocabulary
from netdiag.model.wire import Act, Question

PLACEHOLDER = re.compile(r"\{(?P<name>[A-Za-z_][A-Za-z0-9_.]*)(\|(?P<filter>[a-z]+))?\}")

_PEOPLE = ("subscriber", "login", "ip", "mac", "phone")
_PLACES = ("port", "vlan", "circuit_id", "onu_sn", "radio_mac", "device", "bng", "uplink_port")
_SETTINGS = ("host", "dns_name", "anchor", "resolver")
NAMES = frozenset((*_PEOPLE, *_PLACES, *_SETTINGS))
FILTERS = frozenset(
    ("oid", "upper", "dashes", "dots", "number", "numbers", "word", "prefix", "ascii", "serial")
)


def names_in(text: str) -> Iterator[tuple[str, str | None]]:
    """Every placeholder of a text, with its filter."""
    for found in PLACEHOLDER.finditer(text):
        yield found["name"], found["filter"]


def texts_of(value: object) -> Iterator[str]:
    """Every text inside a question or a reading, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from texts_of(key)
            yield from texts_of(item)
    elif isinstance(value, tuple):
        for item in value:
            yield from texts_of(item)
    elif isinstance(value, Question):
        for name in value.__dataclass_fields__:
            yield from texts_of(getattr(value, name))


def of_question(question: Question | Act) -> tuple[str, ...]:
    """Names of all placeholders of a question, each once."""
    seen: dict[str, None] = {}
    for field in question.__dataclass_fields__:
        if field == "textfsm":
            continue
        for text in texts_of(getattr(question, field)):
            seen.update((name, None) for name, _ in names_in(text))
    return tuple(seen)


def check(text: str, vocabulary: Vocabulary, place: Place) -> None:
    """Refuse placeholders and filters that nobody knows."""
    for name, flt in names_in(text):
        if name not in NAMES and name not in vocabulary and not name.startswith(("db.", "option.")):
            known = [*NAMES, *vocabulary.types]
            raise fail(place, f"there is no placeholder {{{name}}}. {suggest(name, known)[:200]}")
        if flt is not None and flt not in FILTERS:
            raise fail(place, f"there is no filter |{flt}. Known: {', '.join(sorted(FILTERS))}.")
