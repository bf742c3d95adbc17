"""A rule file from answers: conditions checked as they are given, examples made from them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from netdiag.content.grammar import Grammar
from netdiag.content.yaml import Place
from netdiag.model.condition import Compare, FactRef, Op
from netdiag.model.content import Content
from netdiag.model.fact import Value
from netdiag.model.vocabulary import FactType, ValueType
from netdiag.model.words import Category, Segment, Severity, Side

_LANGUAGES = ("en", "ru", "fa")
_PROOF_DB = (
    12  # one condition that points to this fault among the others (docs/reference/rule-files.md)
)
_PLACE = Place("your answer", 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What the engineer said. Texts by language: `en` must be there, the others follow it."""

    fault: str
    segment: Segment
    side: Side
    title: Mapping[str, str]
    say: Mapping[str, str]
    steps: Mapping[str, Sequence[str]]
    require: tuple[str, ...]
    refute: tuple[str, ...] = ()
    category: Category = Category.TECHNICAL
    severity: Severity = Severity.MINOR
    probable_cause: str = "other"
    route: str = "first_line"
    access: tuple[str, ...] = ()
    look_alikes: tuple[str, ...] = ()
    rank: int | None = None


def condition(text: str, content: Content) -> Compare:
    """One condition. Raises ContentError that says what is wrong with it."""
    return Grammar(content.vocabulary, content.thresholds).line(text, _PLACE)


def rule_yaml(answers: Answers, content: Content) -> str:
    """The file. Raises ContentError for a condition that is none."""
    return "\n".join(_lines(answers, content)) + "\n"


def _lines(a: Answers, content: Content) -> Iterator[str]:
    require = [condition(text, content) for text in a.require]
    refute = [condition(text, content) for text in a.refute]
    yield f"fault: {a.fault}"
    yield f"rank: {a.rank or _rank(a.segment, content)}"
    yield f"side: {a.side}"
    yield f"segment: {a.segment}"
    yield f"category: {a.category}"
    yield f"severity: {a.severity}"
    yield f"probable_cause: {a.probable_cause}"
    if a.access:
        yield f"applies: {{access: [{', '.join(a.access)}]}}"
    yield from _texts("title", a.title)
    yield "require:"
    for text in a.require:
        family = text.partition(".")[0].strip()
        yield f"  - {{if: {_quoted(text)}, db: {_PROOF_DB}, family: {family}}}"
    if a.refute:
        yield "refute:"
        yield from (f"  - {_quoted(text)}" for text in a.refute)
    if a.look_alikes:
        yield f"look_alikes: [{', '.join(a.look_alikes)}]"
    yield f"route: {a.route}"
    yield "sla: C"
    yield "visit: false"
    yield from _texts("say", a.say)
    yield "next_steps:"
    for language in _LANGUAGES:
        yield f"  {language}:"
        yield from (f"    - {_quoted(step)}" for step in a.steps.get(language) or a.steps["en"])
    yield "examples:"
    yield from _examples(require, refute, content)


def _texts(key: str, texts: Mapping[str, str]) -> Iterator[str]:
    yield f"{key}:"
    for language in _LANGUAGES:
        yield f"  {language}: {_quoted(texts.get(language) or texts['en'])}"


def _examples(
    require: Sequence[Compare], refute: Sequence[Compare], content: Content
) -> Iterator[str]:
    """One that matches, one that does not for each condition, one where nothing is known."""
    match = {one.fact: value_for(one, content, holds=True) for one in require}
    yield _example("match", match)
    for one in require:
        yield _example("no_match", {one.fact: value_for(one, content, holds=False)})
    for one in refute:
        held = {one.fact: value_for(one, content, holds=True)}
        yield _example("no_match", match | held)
    yield "  - {expect: unknown, facts: {}, why: nothing was measured}"


def _example(expect: str, facts: Mapping[str, Value]) -> str:
    told = ", ".join(f"{name}: {_shown(value)}" for name, value in facts.items())
    return f"  - {{expect: {expect}, facts: {{{told}}}}}"


def value_for(one: Compare, content: Content, *, holds: bool) -> Value:
    """A value of the fact with which the condition holds, or does not."""
    kind = content.vocabulary[one.fact]
    if isinstance(one.operand, FactRef):
        return _any_of(kind)
    value = one.operand.value
    negated = one.op in (Op.NE, Op.NOT_IN)
    if one.op in (Op.EQ, Op.NE, Op.IN, Op.NOT_IN):
        members = value if isinstance(value, tuple) else (value,)
        return members[0] if holds is not negated else _other(kind, members)
    number = float(value) if isinstance(value, int | float) else 0.0
    above = one.op in (Op.GT, Op.GE)
    wanted = number + 1 if above is holds else number - 1
    return int(wanted) if kind.type is not ValueType.FLOAT else wanted


def _other(kind: FactType, members: Sequence[Value]) -> Value:
    if kind.type is ValueType.BOOL:
        return not members[0]
    if kind.options:
        return next((o for o in kind.options if o not in members), None)
    first = members[0]
    if isinstance(first, int | float):
        return first + 1
    return f"not-{first}"


def _any_of(kind: FactType) -> Value:
    if kind.type is ValueType.BOOL:
        return True
    return kind.options[0] if kind.options else 1


def _rank(segment: Segment, content: Content) -> int:
    """The first free place behind the last of its segment: the shipped ones are decided first."""
    taken = {rule.rank for rule in content.rules}
    ranks = [rule.rank for rule in content.rules if rule.segment is segment and not rule.fallback]
    return next(n for n in range(max(ranks, default=500) + 1, 100_000) if n not in taken)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _shown(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _quoted(value) if isinstance(value, str) else json.dumps(value)
