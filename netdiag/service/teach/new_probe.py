"""A probe file, and a platform file, from answers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProbe:
    """`asks` are the keys of `ask` (get, columns, path, proplist, command, lines); `facts` name the
    column each is read from; `maps` raw values and what they mean."""

    probe: str
    title: str
    transport: str
    asks: Mapping[str, object]
    facts: Mapping[str, str]
    maps: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    target: str = "access"
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlatform:
    """How a family of devices is known."""

    platform: str
    title: str
    transports: tuple[str, ...]
    sys_object_ids: tuple[str, ...] = ()
    sys_descr: str = ""


def probe_yaml(new: NewProbe) -> str:
    """The file of one probe."""
    return "\n".join(_probe(new)) + "\n"


def _probe(new: NewProbe) -> Iterator[str]:
    yield f"probe: {new.probe}"
    yield f"title: {_text(new.title)}"
    yield f"transport: {new.transport}"
    yield f"target: {new.target}"
    yield "stage: 3                 # S0..S7: what comes before what"
    yield "cost: 2                  # 1 stored, 2 one question, 3 a short walk, 4 heavy"
    yield f"source: {_text(new.source or 'say which manual or MIB this is from')}"
    yield "ask:"
    for key, value in new.asks.items():
        yield f"  {key}: {json.dumps(value, ensure_ascii=False)}"
    yield "facts:"
    for fact, column in new.facts.items():
        told = {"read": column}
        words = ", ".join(f"{name}: {_text(text)}" for name, text in told.items())
        mapped = new.maps.get(fact)
        if mapped:
            words += f", map: {json.dumps(mapped, ensure_ascii=False)}"
        yield f"  {fact}: {{{words}}}"


def platform_yaml(new: NewPlatform) -> str:
    """The file of one platform; it inherits what any managed switch can be asked."""
    return "\n".join(_platform(new)) + "\n"


def _platform(new: NewPlatform) -> Iterator[str]:
    yield f"platform: {new.platform}"
    yield f"title: {_text(new.title)}"
    yield "inherits: [generic]"
    known: dict[str, object] = {}
    if new.sys_object_ids:
        known["sys_object_ids"] = list(new.sys_object_ids)
    if new.sys_descr:
        known["sys_descr"] = new.sys_descr
    if known:
        yield f"identify: {json.dumps(known, ensure_ascii=False)}"
    yield f"transports: [{', '.join(new.transports)}]"
    yield "options: {snmp.version: 2c}"


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
