"""`addresses` of a platform: facts that follow from how a port or a serial number is written."""

from __future__ import annotations

import re

from netdiag.content.asks import pattern
from netdiag.content.placeholders import NAMES
from netdiag.content.reader import Reader, fail, suggest
from netdiag.content.yaml import Place, Table, Tree
from netdiag.model.probe import Address
from netdiag.model.vocabulary import Vocabulary

_PLUS = "plus"


def read_address(tree: Tree, vocabulary: Vocabulary) -> Address:
    """One entry: `of`, `match`, `facts`. Errors name file and line."""
    reader = Reader(tree, "an address")
    of = reader.text("of", "port")
    if of not in NAMES:
        raise fail(reader.where("of"), f"there is no {{{of}}}. {suggest(of, sorted(NAMES))}")
    text = pattern(reader.text("match"), reader.where("match"))
    groups = (*re.compile(text).groupindex, _PLUS)
    facts = Reader(reader.need("facts"), "'facts'")
    numbers: dict[str, dict[str, int]] = {}
    texts: dict[str, str] = {}
    for name in facts.keys():  # noqa: SIM118 (a Reader is no mapping)
        if name not in vocabulary:
            raise fail(facts.where(name), f"there is no fact {name!r}.")
        if isinstance(facts.tree(name), Table):
            inner = Reader(facts.need(name), name)
            numbers[name] = {group: inner.integer(group) for group in inner.keys()}  # noqa: SIM118
            _known(numbers[name], groups, facts.where(name))
        else:
            texts[name] = facts.text(name)
            _known(re.findall(r"\{(\w+)\}", texts[name]), groups[:-1], facts.where(name))
    reader.done()
    return Address(of=of, pattern=text, numbers=numbers, texts=texts)


def _known(names: object, groups: tuple[str, ...], place: Place) -> None:
    for name in names if isinstance(names, list | dict) else ():
        if name not in groups:
            raise fail(place, f"'match' has no group {name!r}. {suggest(name, list(groups))}")
