"""The table fault × platform, as docs/reference/coverage.md holds it.

python -m bench.coverage > docs/reference/coverage.md
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from netdiag.content.load import load
from netdiag.model.content import Content
from netdiag.model.rule import Rule
from netdiag.model.words import AccessKind
from netdiag.probing.reach import Reach, access_kinds, access_platforms, known, lacking

_HEAD = """# What can be decided where

For each fault and each platform of the access device: can netdiag ever confirm it there? A fault
is decided when everything that its rule requires can be read by some probe of that platform, of the
router, of RADIUS, billing, resolvers, or is told by the inventory, a person, or netdiag's own
history. That it *can* be confirmed says nothing of how well a probe was proven:
[platforms](platforms.md) does.

| sign | means |
|---|---|
| yes | everything required can be read there |
| – | something required, or the value that would prove it, cannot be read there: see below |

This page is made of the rules and probe files:
`python -m bench.coverage > docs/reference/coverage.md`. A rule that nothing at all can confirm is
refused by `netdiag check`.
"""


def page(content: Content) -> str:
    """The whole page."""
    beside = known(content, None)
    reach = {name: known(content, name) for name in access_platforms(content)}
    rules = [rule for rule in content.rules if not rule.fallback]
    anywhere = [rule for rule in rules if not lacking(rule, beside)]
    there = [rule for rule in rules if rule not in anywhere]
    parts = [_HEAD, _anywhere(anywhere)]
    for kind in AccessKind:
        names = [name for name in reach if kind in access_kinds(content, name)]
        of_kind = [rule for rule in there if kind in rule.access]
        if names and of_kind:
            parts.append(_table(kind, names, of_kind, reach))
    parts.append(_missing(content, there, reach))
    return "\n".join(parts)


def _anywhere(rules: list[Rule]) -> str:
    lines = [
        "## Decided without the access device",
        "",
        "By billing, RADIUS, the router and other sources, whatever device the line ends on.",
        "",
        *(f"- `{rule.fault}`: {rule.title['en']}" for rule in rules),
    ]
    return "\n".join(lines) + "\n"


def _table(
    kind: AccessKind, names: list[str], rules: list[Rule], reach: Mapping[str, Reach]
) -> str:
    lines = [
        f"## Lines of kind {kind}",
        "",
        f"| fault | {' | '.join(names)} |",
        f"|---|{'---|' * len(names)}",
    ]
    for rule in rules:
        cells = ("–" if lacking(rule, reach[name]) else "yes" for name in names)
        lines.append(f"| `{rule.fault}` | {' | '.join(cells)} |")
    decided = [sum(not lacking(rule, reach[name]) for rule in rules) for name in names]
    lines.append(f"| **decided of {len(rules)}** | {' | '.join(map(str, decided))} |")
    return "\n".join(lines) + "\n"


def _missing(content: Content, rules: list[Rule], reach: Mapping[str, Reach]) -> str:
    lines = [
        "## What is missing where",
        "",
        "Facts that no probe reads there (or never with the value that would prove the fault), and",
        "the faults that wait for them.",
        "",
        "| fact | what it is | faults | platforms |",
        "|---|---|---|---|",
    ]
    everywhere = len(reach)
    waiting: dict[str, dict[str, list[str]]] = {}
    for name, facts in reach.items():
        kinds = access_kinds(content, name)
        for rule in (rule for rule in rules if kinds & rule.access):
            for fact in lacking(rule, facts):
                waiting.setdefault(fact, {}).setdefault(name, []).append(f"`{rule.fault}`")
    for fact, where in sorted(waiting.items()):
        faults = ", ".join(dict.fromkeys(fault for them in where.values() for fault in them))
        platforms = "all" if len(where) == everywhere else ", ".join(where)
        meaning = content.vocabulary[fact].meaning
        lines.append(f"| `{fact}` | {meaning} | {faults} | {platforms} |")
    return "\n".join(lines) + "\n"


def figures(content: Content) -> dict[str, int]:
    """How many rules each platform can decide."""
    reach = {name: known(content, name) for name in access_platforms(content)}
    rules = [rule for rule in content.rules if not rule.fallback]
    counted: Counter[str] = Counter()
    for name, facts in reach.items():
        counted[name] = sum(not lacking(rule, facts) for rule in rules)
    return dict(counted)


if __name__ == "__main__":
    print(page(load()), end="")
