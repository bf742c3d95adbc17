"""Find the route of a case: depth first, the first that fits wins, unless it says `continue`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from netdiag.model.route import Case, Node, Options, RouteTree


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where the search ended, what holds there, and whose desks get a copy."""

    options: Options
    places: tuple[str, ...]  # of every route on the way down, the root first
    copies: tuple[Options, ...] = ()


def find(tree: RouteTree, case: Case, now: datetime, zone: tzinfo) -> Found:
    """The route that owns the case. `zone` is the customer's.

    A route with `continue` gets a copy, and its next brothers are tried; when none of them fits,
    the route above owns the case.
    """
    owner, copies = _descend(tree.root, Options(), (), _Question(tree, case, now, zone))
    return Found(options=owner.options, places=owner.places, copies=tuple(copies))


def fits(node: Node, case: Case, now: datetime, zone: tzinfo, tree: RouteTree) -> bool:
    """Does the route's every matcher have a word for the case?"""
    return _Question(tree, case, now, zone).fits(node)


def word_fits(matcher: str, word: str, value: str | None) -> bool:
    """Does a route's word fit the case's? Only a fault's may end in `*`."""
    if value is None:
        return False
    if matcher == "fault" and word.endswith("*"):
        return value.startswith(word[:-1])
    if matcher in ("site", "tariff"):
        return word.casefold() == value.casefold()
    return word == value


def under(above: Options, own: Options) -> Options:
    """Options of a route below another. A new desk does not keep the old one's queue."""
    queue = own.queue if own.desk is not None else own.queue or above.queue
    fields: Mapping[str, str] = {**above.fields, **own.fields}
    given = {
        name: getattr(own, name)
        for name in ("desk", "priority", "sla", "visit", "paid")
        if getattr(own, name) is not None
    }
    return replace(above, **given, queue=queue, fields=fields)


@dataclass(frozen=True, slots=True)
class _Question:
    tree: RouteTree
    case: Case
    now: datetime
    zone: tzinfo

    def fits(self, node: Node) -> bool:
        return all(self._asks(matcher, words) for matcher, words in node.asks.items())

    def _asks(self, matcher: str, words: tuple[str, ...]) -> bool:
        if matcher == "hours":
            return any(self._open(word) for word in words)
        value = self.case.value(matcher)
        return any(word_fits(matcher, word, value) for word in words)

    def _open(self, word: str) -> bool:
        name = word.removeprefix("not ")
        inside = self.tree.hours[name].contains(self.now, self.zone)
        return inside is (name == word)


def _descend(
    node: Node, above: Options, path: tuple[str, ...], question: _Question
) -> tuple[Found, list[Options]]:
    """The owner below a route that fits, and copies met on the way."""
    own = Found(options=under(above, node.options), places=(*path, node.place))
    copies: list[Options] = []
    for below in node.below:
        if not question.fits(below):
            continue
        found, further = _descend(below, own.options, own.places, question)
        copies += further
        if not below.go_on:
            return found, copies
        copies.append(found.options)
    return own, copies


def nodes(node: Node) -> Iterator[Node]:
    """A route and all below it, in the order of the file."""
    yield node
    for below in node.below:
        yield from nodes(below)
