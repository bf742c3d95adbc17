"""rules/<segment>/*.yaml: one fault per file."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TypeVar

from netdiag.content.grammar import Grammar
from netdiag.content.probable_causes import PROBABLE_CAUSES
from netdiag.content.reader import Reader, fail, member, suggest
from netdiag.content.vocabulary import LANGUAGES, literal
from netdiag.content.yaml import Place, Table, Tree
from netdiag.model.condition import comparisons
from netdiag.model.rule import Clause, Example, Expect, RouteTo, Rule
from netdiag.model.words import AccessKind, Category, Segment, ServiceKind, Severity, Side

_FAULT = re.compile(r"^[a-z_]+(\.[a-z0-9-]+)+$")
_SLOT = re.compile(r"\{([^}]*)\}")
_SUPPORT_DB = 3.0
K = TypeVar("K", bound=StrEnum)


def read_rule(tree: Tree, grammar: Grammar, routes: dict[str, RouteTo], origin: str) -> Rule:
    """One rule file. Look-alikes are checked when all rules are there."""
    reader = Reader(tree, "a rule file")
    fault = reader.text("fault")
    if not _FAULT.match(fault):
        raise fail(reader.where("fault"), f"{fault!r} is no fault code (side.place.what).")
    applies = reader.inner("applies")
    segment = reader.optional("segment")
    rule = Rule(
        fault=fault,
        rank=reader.integer("rank"),
        title=languages(reader, "title"),
        side=reader.choice("side", Side),
        segment=None if segment is None else reader.choice("segment", Segment),
        category=reader.choice("category", Category),
        severity=reader.choice("severity", Severity),
        probable_cause=_known(reader, "probable_cause", list(PROBABLE_CAUSES)),
        access=_some(applies, "access", AccessKind),
        service=_some(applies, "service", ServiceKind),
        prior_db=reader.number("prior", 0.0),
        require=_clauses(reader, "require", grammar, 0.0),
        support=_clauses(reader, "support", grammar, _SUPPORT_DB),
        refute=_clauses(reader, "refute", grammar, 0.0),
        look_alikes=reader.texts("look_alikes"),
        still_ask=tuple(
            grammar.fact(f, reader.where("still_ask")).name for f in reader.texts("still_ask")
        ),
        by_demarcation=reader.flag("demarcation"),
        fallback=reader.flag("fallback"),
        route=_known(reader, "route", list(routes)),
        sla=reader.text("sla"),
        visit=reader.flag("visit"),
        say=languages(reader, "say", grammar),
        next_steps=_steps(reader),
        symptom=reader.text("symptom", ""),
        notes=reader.text("notes", ""),
        source=reader.text("source", ""),
        examples=tuple(read_example(item, grammar) for item in reader.trees("examples")),
        origin=origin,
    )
    if applies:
        applies.done()
    reader.done()
    _sane(rule, reader)
    return rule


def _sane(rule: Rule, reader: Reader) -> None:
    if rule.fallback and (rule.require or rule.side is not Side.UNDETERMINED):
        raise fail(reader.where("fallback"), "a fallback requires nothing and is undetermined.")
    if not rule.fallback and not rule.require:
        raise fail(reader.place, "a rule without 'require' would confirm its fault on nothing.")
    for key, clauses in (("require", rule.require), ("refute", rule.refute)):
        for name, only in _of_one_kind(clauses):
            if only not in rule.access:
                raise fail(reader.where(key), f"{name} is a fact of {only} lines: see 'applies'.")
    if rule.fallback:
        return
    given = {example.expect for example in rule.examples}
    for expect in Expect:
        if expect not in given:
            raise fail(reader.where("examples"), f"{rule.fault} has no example of {expect!s}.")


def _of_one_kind(clauses: tuple[Clause, ...]) -> list[tuple[str, str]]:
    """Facts that only one kind of line has, each with that kind."""
    told = (item for clause in clauses for item in comparisons(clause.condition))
    return [(item.fact, item.only) for item in told if item.only]


def _clauses(reader: Reader, key: str, grammar: Grammar, default_db: float) -> tuple[Clause, ...]:
    return tuple(_clause(item, grammar, default_db) for item in reader.trees(key))


def _clause(tree: Tree, grammar: Grammar, default_db: float) -> Clause:
    if not isinstance(tree, Table):
        return Clause(condition=grammar.condition(tree), db=default_db)
    reader = Reader(tree, "a condition")
    groups = [key for key in ("if", "any", "all") if reader.has(key)]
    if len(groups) != 1:
        raise fail(tree.place, "a condition has exactly one of 'if', 'any', 'all'.")
    key = groups[0]
    inner = reader.need(key)
    group = inner if key == "if" else Table({key: inner}, tree.place, {key: tree.place})
    clause = Clause(
        condition=grammar.condition(group),
        db=reader.number("db", default_db),
        family=reader.text("family", ""),
    )
    reader.done()
    return clause


def languages(reader: Reader, key: str, grammar: Grammar | None = None) -> dict[str, str]:
    """Texts in all languages; the facts they name are checked when a grammar is given."""
    texts = reader.texts_by_key(key)
    for language in LANGUAGES:
        if not texts.get(language):
            raise fail(reader.where(key), f"{key!r} has no text in {language!r}. Add it.")
    for text in texts.values() if grammar else ():
        for slot in _SLOT.findall(text):
            if slot != "due" and grammar:
                grammar.fact(slot, reader.where(key))
    return texts


def _steps(reader: Reader) -> dict[str, tuple[str, ...]]:
    inner = reader.inner("next_steps")
    if inner is None:
        raise fail(reader.place, "a rule has 'next_steps' in three languages. Add them.")
    steps = {language: inner.texts(language) for language in LANGUAGES}
    inner.done()
    for language, lines in steps.items():
        if not lines:
            raise fail(reader.where("next_steps"), f"'next_steps' has none in {language!r}.")
    return steps


def read_example(tree: Tree, grammar: Grammar) -> Example:
    """One example: facts, and what the rule must say of them."""
    reader = Reader(tree, "an example")
    facts = Reader(reader.need("facts"), "'facts'")
    example = Example(
        expect=reader.choice("expect", Expect),
        facts={
            name: literal(facts.need(name), grammar.fact(name, facts.where(name)))
            for name in facts.keys()  # noqa: SIM118
        },
        why=reader.text("why", ""),
    )
    reader.done()
    return example


def _known(reader: Reader, key: str, known: list[str]) -> str:
    word = reader.text(key)
    if word not in known:
        raise fail(reader.where(key), f"{key!r} cannot be {word!r}. {suggest(word, known)}")
    return word


def _some(reader: Reader | None, key: str, kind: type[K]) -> frozenset[K]:
    trees = reader.trees(key) if reader else ()
    return frozenset(member(tree, key, kind) for tree in trees) or frozenset(kind)


def unknown_look_alikes(rules: list[Rule], places: dict[str, Place]) -> list[str]:
    """Sentences about look-alikes that no rule defines, and faults or ranks given twice."""
    faults = [rule.fault for rule in rules]
    problems = [
        f"{places[rule.fault]}: look_alikes names {other!r}: there is no such rule. "
        f"{suggest(other, faults)}"
        for rule in rules
        for other in rule.look_alikes
        if other not in faults
    ]
    ranks: dict[int, str] = {}
    for rule in rules:
        if rule.rank in ranks:
            problems.append(
                f"{places[rule.fault]}: rank {rule.rank} is also that of {ranks[rule.rank]}. "
                "Ranks decide the order: each has its own."
            )
        ranks[rule.rank] = rule.fault
    return problems
