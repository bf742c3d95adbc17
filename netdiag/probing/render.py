"""Fill the placeholders of a question for one subscriber and one target."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from netdiag.content.placeholders import PLACEHOLDER
from netdiag.content.values import NotOfTypeError, mac
from netdiag.model.fact import Facts, Value
from netdiag.model.wire import Act, Question, SshCommand
from netdiag.probing.notations import serial

_LABEL = 12  # four letters of the maker and eight hex digits
_UNSAFE = re.compile(r"[;&|$`><\n\r\\\"'(){}*?!#]")


class NoValueError(Exception):
    """A placeholder has no value; `name` says which."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, slots=True)
class Params:
    """Values for placeholders: the scene's own, then facts by their names."""

    own: Mapping[str, str]
    facts: Facts
    typed: bool = False  # values go to a command line: they must mean nothing to a shell

    def get(self, name: str) -> str | None:
        """The text for a placeholder, or None when there is none."""
        if name in self.own:
            return self.own[name]
        fact = self.facts.fact(name)
        return None if fact is None or fact.value is None else as_text(fact.value)

    def each(self, text: str) -> tuple[str, ...]:
        """The text filled in; one for every member when it is nothing but a list."""
        whole = PLACEHOLDER.fullmatch(text)
        fact = self.facts.fact(whole["name"]) if whole and not whole["filter"] else None
        if fact is not None and isinstance(fact.value, tuple):
            return fact.value
        return (self.fill(text),)

    def fill(self, text: str) -> str:
        """The text with every placeholder filled in; NoValueError when one has no value."""

        def value(found: re.Match[str]) -> str:
            text = self.get(found["name"])
            if text is None or (self.typed and _UNSAFE.search(text)):
                raise NoValueError(found["name"])
            return _FILTERS[found["filter"]](text) if found["filter"] else text

        return PLACEHOLDER.sub(value, text)

    def pattern(self, text: str) -> str:
        """A regular expression filled in: what stands for a placeholder is taken literally."""

        def value(found: re.Match[str]) -> str:
            return re.escape(self.fill(found[0]))

        return PLACEHOLDER.sub(value, text)


Template = TypeVar("Template", bound=Question | Act)


def render(question: Template, params: Params) -> Template:
    """The question, or the act, with every text filled in. A TextFSM template is left as it is."""
    if isinstance(question, SshCommand):
        params = Params(params.own, params.facts, typed=True)
    changes: dict[str, Any] = {
        name: _filled(getattr(question, name), params)
        for name in question.__dataclass_fields__
        if name != "textfsm"
    }
    return replace(question, **changes)


def as_text(value: Value) -> str:
    """A fact's value as it is written into a question."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return value[0] if value else ""
    return str(value)


def _filled(value: object, params: Params) -> object:
    if isinstance(value, str):
        return params.fill(value)
    if isinstance(value, tuple):
        return tuple(_filled(item, params) for item in value)
    if isinstance(value, Question):
        return render(value, params)
    if isinstance(value, Mapping):
        return {params.fill(str(key)): _filled(item, params) for key, item in value.items()}
    return value


def _oid(text: str) -> str:
    return ".".join(str(int(part, 16)) for part in mac(text).split(":"))


def _dots(text: str) -> str:
    digits = mac(text).replace(":", "")
    return ".".join(digits[i : i + 4] for i in range(0, 12, 4))


def _number(text: str) -> str:
    found = re.findall(r"\d+", text)
    if not found:
        raise NoValueError("number")
    return str(int(found[-1]))


def _numbers(text: str) -> str:
    """`1/0/7` of `Gi1/0/7`."""
    found = re.search(r"\d+(?:[/.:]\d+)*$", text.strip())
    if not found:
        raise NoValueError("numbers")
    return found[0]


def _octets_of(label: str) -> str:
    """The eight octets of a serial number in decimal, dotted."""
    if len(label) != _LABEL:
        raise NoValueError("onu_sn")
    try:
        octets = label[:4].encode("ascii") + bytes.fromhex(label[4:])
    except ValueError:
        raise NoValueError("onu_sn") from None
    return ".".join(str(octet) for octet in octets)


def _checked(work: Callable[[str], str]) -> Callable[[str], str]:
    def apply(text: str) -> str:
        try:
            return work(text)
        except NotOfTypeError:
            raise NoValueError("mac") from None

    return apply


_FILTERS: dict[str, Callable[[str], str]] = {
    "oid": _checked(_oid),
    "upper": str.upper,
    "dashes": _checked(lambda text: mac(text).replace(":", "-")),
    "dots": _checked(_dots),
    "number": _number,
    "numbers": _numbers,
    # Names are cut short after two letters at the earliest: Gi, GigabitEthernet.
    "word": lambda text: re.split(r"[^A-Za-z]", text.strip())[0][:2],
    "ascii": lambda text: ".".join(str(octet) for octet in (len(text), *text.encode())),
    "serial": lambda text: _octets_of(serial(text)),
    "prefix": lambda text: text.rsplit(".", 1)[0] + ".",
}
