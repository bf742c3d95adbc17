"""What the interface itself says, in en, ru and fa. Messages of faults stand in the rules."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files

Translate = Callable[[str], str]

# Isolates keep a code or address in one piece inside right-to-left text (Unicode TR9).
_LRI, _PDI = "\u2066", "\u2069"


def translator(language: str) -> Translate:
    """A function from the English text to the language's; English where it has none."""
    catalogue = _catalogue(language)
    return lambda text: catalogue.get(text, text)


def isolate(text: str, language: str) -> str:
    """A left-to-right piece, safe inside a right-to-left line."""
    return f"{_LRI}{text}{_PDI}" if language == "fa" else text


@cache
def _catalogue(language: str) -> dict[str, str]:
    if language == "en":
        return {}
    from babel.messages.pofile import read_po

    source = files("netdiag.locale") / language / "LC_MESSAGES" / "netdiag.po"
    with source.open("rb") as file:
        messages = read_po(file, locale=language)
    return {
        str(message.id): str(message.string)
        for message in messages
        if message.id and message.string
    }
