"""What the interface itself says, in en, ru and fa. Messages of faults stand in the rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

Translate = Callable[[str], str]

# Isolates keep a code or address in one piece inside right-to-left text; the mark at the start
# makes the whole line right-to-left, whatever its first letter is (Unicode TR9).
_LRI, _FSI, _PDI, _RLM = "\u2066", "\u2068", "\u2069", "\u200f"
_ENGLISH = {
    "not_reachable": "cannot be reached",
    "timed_out": "did not answer in time",
    "access_denied": "access denied",
    "not_supported": "not told by this device",
    "not_in_inventory": "not in the inventory",
    "not_asked": "not asked",
    "absent": "no answer",
    "subscribers|one": "subscriber",
    "open end": "open",
    "ticket open": "open",
}
_SLOT = re.compile(r"\\\{(\w+)\\\}")


@dataclass(frozen=True, slots=True)
class _Catalogue:
    texts: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    templates: tuple[tuple[re.Pattern[str], str], ...] = ()


def translator(language: str) -> Translate:
    """A function from the English text to the language's; English where it has none.

    A text of the catalogue may hold slots (`There is no device {name}.`): what stands there in the
    given text is carried over.
    """
    catalogue = _catalogue(language)

    def translate(text: str) -> str:
        known = catalogue.texts.get(text)
        if known is not None:
            return known
        for pattern, form in catalogue.templates:
            found = pattern.fullmatch(text)
            if found:
                slots = {name: _piece(value, language) for name, value in found.groupdict().items()}
                return form.format(**slots)
        return text

    return translate


def value_word(word: str, language: str) -> str:
    """A word that a fact has as its value (`up`, `no_cable`), or a unit."""
    return _catalogue(language).values.get(word, word.replace("_", " "))


def isolate(text: str, language: str) -> str:
    """A left-to-right piece, safe inside a right-to-left line."""
    return f"{_LRI}{text}{_PDI}" if language == "fa" and text else text


def foreign(text: str, language: str) -> str:
    """A piece in whichever language it is, safe inside a right-to-left line."""
    return f"{_FSI}{text}{_PDI}" if language == "fa" and text else text


def line(text: str, language: str) -> str:
    """A whole line, right-to-left where the language is."""
    return f"{_RLM}{text}" if language == "fa" and text else text


def listed(items: Iterable[str], language: str) -> str:
    """Several things in one line."""
    return ("، " if language == "fa" else ", ").join(items)


def _piece(text: str, language: str) -> str:
    return isolate(text, language) if text.isascii() else foreign(text, language)


@cache
def _catalogue(language: str) -> _Catalogue:
    if language == "en":
        return _Catalogue(texts=_ENGLISH)
    from babel.messages.pofile import read_po

    messages = []
    folder = files("netdiag.locale") / language / "LC_MESSAGES"
    for source in sorted(folder.iterdir(), key=lambda file: file.name):
        if source.name.endswith(".po"):
            with source.open("rb") as file:
                messages += [m for m in read_po(file, locale=language) if m.id and m.string]
    texts = {str(m.id): str(m.string) for m in messages if not m.context}
    return _Catalogue(
        texts=texts,
        values={str(m.id): str(m.string) for m in messages if m.context == "value"},
        templates=tuple((_pattern(text), form) for text, form in texts.items() if "{" in text),
    )


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(_SLOT.sub(r"(?P<\1>.+?)", re.escape(text)), re.DOTALL)
