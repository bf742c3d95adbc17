"""Facts that follow from how a place is written on a platform: an index of packed numbers. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from netdiag.content.values import NotOfTypeError, typed
from netdiag.model.content import Content
from netdiag.model.fact import Facts, Value
from netdiag.model.probe import Address
from netdiag.probing.render import NoValueError, Params


def follows(platform: str, own: Mapping[str, str], content: Content) -> dict[str, Value]:
    """Facts that the platform's `addresses` and `params` give for these placeholders.

    The nearest in the platform's lineage wins. What does not fit is left out.
    """
    found: dict[str, str] = {}
    for name in reversed(content.lineage(platform)):
        one = content.platforms[name]
        for address in _fitting(one.addresses, own):
            found.update(packed(address, own[address.of]))
        filler = Params({**own, **found}, Facts())
        for fact, template in one.params.items():
            try:
                found[fact] = filler.fill(template)
            except NoValueError:
                continue
    return dict(_typed(found, content))


def packed(address: Address, text: str) -> dict[str, str]:
    """The facts of one address as texts; none when the text is not written so."""
    match = re.search(address.pattern, text)
    if match is None:
        return {}
    groups = match.groupdict()
    found = {
        fact: str(sum(_part(groups, name, factor) for name, factor in parts.items()))
        for fact, parts in address.numbers.items()
    }
    for fact, template in address.texts.items():
        names = re.findall(r"\{(\w+)\}", template)
        if all(groups[name] is not None for name in names):
            found[fact] = template.format_map(groups)
    return found


def _fitting(addresses: tuple[Address, ...], own: Mapping[str, str]) -> Iterator[Address]:
    """Of each placeholder, the first address that fits."""
    done: set[str] = set()
    for address in addresses:
        if address.of not in done and re.search(address.pattern, own.get(address.of, "")):
            done.add(address.of)
            yield address


def _part(groups: Mapping[str, str | None], name: str, factor: int) -> int:
    return factor if name == "plus" else int(groups[name] or 0) * factor


def _typed(found: Mapping[str, str], content: Content) -> Iterator[tuple[str, Value]]:
    for fact, text in found.items():
        try:
            yield fact, typed(text, content.vocabulary[fact])
        except NotOfTypeError:
            continue
