"""Routes that no case can ever reach: a mistake to be told when the file is read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from netdiag.model.route import Node
from netdiag.model.rule import Rule
from netdiag.model.words import Side
from netdiag.routing.tree import word_fits

_OF_THE_RULE = ("side", "fault", "segment", "category", "severity")
_FREE = ("grade", "tariff", "site", "access", "hours")

Facets = Mapping[str, Collection[str]]


def facets_of(rules: Iterable[Rule]) -> tuple[Facets, ...]:
    """What the verdicts of these rules may look like to a route."""
    return tuple(
        {
            "side": _sides(rule),
            "fault": (rule.fault,),
            "segment": (str(rule.segment),) if rule.segment else (),
            "category": (str(rule.category),),
            "severity": (str(rule.severity),),
            "access": tuple(map(str, rule.access)),
        }
        for rule in rules
    )


def unreachable(root: Node, facets: Iterable[Facets]) -> Iterator[str]:
    """A sentence with file and line for every route that nothing reaches."""
    cases = tuple(_Case(one, side) for one in facets for side in one["side"])
    yield from _below(root, cases, {}, ())


@dataclass(frozen=True, slots=True)
class _Case:
    facets: Facets
    side: str

    def fits(self, asks: Mapping[str, tuple[str, ...]]) -> bool:
        return all(self._fits(m, asks[m]) for m in (*_OF_THE_RULE, "access") if m in asks)

    def _fits(self, matcher: str, words: tuple[str, ...]) -> bool:
        values = (self.side,) if matcher == "side" else self.facets[matcher]
        return any(word_fits(matcher, word, value) for word in words for value in values)


def _below(
    node: Node,
    cases: tuple[_Case, ...],
    free: Mapping[str, frozenset[str]],
    earlier: tuple[Node, ...],
) -> Iterator[str]:
    for number, child in enumerate(node.below):
        taken = earlier + tuple(one for one in node.below[:number] if not one.go_on)
        fitting = tuple(case for case in cases if case.fits(child.asks))
        narrowed = _narrow(free, child)
        if not fitting:
            yield f"{child.place}: no fault of the catalogue fits this route. Mend what it asks."
        elif any(not words for words in narrowed.values()):
            yield f"{child.place}: this route asks for what the one above it excludes. Mend either."
        else:
            left = tuple(c for c in fitting if not _taken(c, narrowed, taken))
            if not left:
                first = next(one for one in taken if _taken(fitting[0], narrowed, (one,)))
                yield (
                    f"{child.place}: this route is never reached: {first.place} takes the same "
                    "before. Move it up, or give that one `continue: true`."
                )
            yield from _below(child, left or fitting, narrowed, taken if left else ())


def _narrow(free: Mapping[str, frozenset[str]], node: Node) -> dict[str, frozenset[str]]:
    """What remains of tariffs, sites, access kinds and hours below a route."""
    found = dict(free)
    for matcher in _FREE:
        if matcher in node.asks:
            own = frozenset(word.casefold() for word in node.asks[matcher])
            # Two different hours can hold at once; of the others one excludes the other.
            both = own if matcher == "hours" or matcher not in found else found[matcher] & own
            found[matcher] = both
    return found


def _taken(case: _Case, free: Mapping[str, frozenset[str]], earlier: Iterable[Node]) -> bool:
    """Does an earlier route take all of these cases?"""
    return any(_takes(one, case, free) for one in earlier)


def _takes(node: Node, case: _Case, free: Mapping[str, frozenset[str]]) -> bool:
    if not case.fits(node.asks):
        return False
    for matcher in _FREE:
        if matcher not in node.asks:
            continue
        own = {word.casefold() for word in node.asks[matcher]}
        wanted = free.get(matcher)
        if matcher == "access" and wanted is None:
            wanted = frozenset(case.facets["access"])
        if wanted is None or not wanted <= own:
            return False
    return True


def _sides(rule: Rule) -> tuple[str, ...]:
    """Whose the drop is, is the operator's choice."""
    own = (str(rule.side),)
    both = (*own, str(Side.PROVIDER), str(Side.SUBSCRIBER))
    return tuple(dict.fromkeys(both)) if rule.by_demarcation else own
