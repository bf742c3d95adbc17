"""Reading the options of a Target. Values are text; errors are sentences that name the option."""

from __future__ import annotations

import codecs

from netdiag.model.wire import Target

_WORDS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


class OptionError(Exception):
    """An option cannot be used; the text is a sentence with the way out."""


def flag(target: Target, name: str, default: bool = False) -> bool:
    """true or false."""
    word = target.options.get(name)
    if word is None:
        return default
    if word.lower() not in _WORDS:
        raise OptionError(f"{name} of {target.device} must be true or false, not {word!r}.")
    return _WORDS[word.lower()]


def encoding(target: Target, name: str) -> str:
    """The normalised name of a text encoding; default utf-8."""
    word = target.options.get(name, "utf-8")
    try:
        return codecs.lookup(word).name
    except LookupError:
        raise OptionError(
            f"{name} of {target.device}, {word!r}, is not known. Use utf-8 or cp1251."
        ) from None


def missing(target: Target, name: str) -> OptionError:
    """The error for a credential that is not there."""
    return OptionError(f"The credentials of {target.device} have no {name}. Add it.")
