"""rules/findings/*.yaml: what a sweep should find before a customer calls."""

from __future__ import annotations

import re

from netdiag.content.grammar import Grammar
from netdiag.content.reader import Reader, fail, suggest
from netdiag.content.rules import languages, read_example
from netdiag.content.yaml import Tree
from netdiag.model.rule import Expect, RouteTo
from netdiag.model.sweep import FindingRule, Scope, Surer
from netdiag.model.words import Severity

_ID = re.compile(r"^[a-z]+(\.[a-z0-9-]+)+$")


def read_finding(
    tree: Tree, grammar: Grammar, routes: dict[str, RouteTo], origin: str
) -> FindingRule:
    """One rule. Faults are checked when all rules are there."""
    reader = Reader(tree, "a finding's rule")
    desk = reader.text("desk")
    if desk not in routes:
        raise fail(reader.where("desk"), f"there is no desk {desk!r}. {suggest(desk, [*routes])}")
    rule = FindingRule(
        id=reader.text("finding"),
        scope=reader.choice("of", Scope),
        title=languages(reader, "title"),
        severity=reader.choice("severity", Severity),
        when=tuple(grammar.condition(item) for item in reader.trees("when")),
        told_while=tuple(grammar.condition(item) for item in reader.trees("while")),
        unless=tuple(grammar.condition(item) for item in reader.trees("unless")),
        sure=reader.number("sure"),
        surer=tuple(_surer(item, grammar) for item in reader.trees("surer")),
        weight=reader.number("weight", 1.0),
        say=languages(reader, "say", grammar),
        do=languages(reader, "do", grammar),
        show=tuple(grammar.fact(f, reader.where("show")).name for f in reader.texts("show")),
        fault=reader.optional("fault"),
        desk=desk,
        ticket=reader.flag("ticket"),
        together=reader.number("together", 0.0),
        patience=reader.integer("patience", 2),
        notes=reader.text("notes", ""),
        source=reader.text("source", ""),
        examples=tuple(read_example(item, grammar) for item in reader.trees("examples")),
        origin=origin,
    )
    reader.done()
    _sane(rule, reader)
    return rule


def _surer(tree: Tree, grammar: Grammar) -> Surer:
    reader = Reader(tree, "'surer'")
    one = Surer(condition=grammar.condition(reader.need("if")), sure=reader.number("sure"))
    reader.done()
    return one


def _sane(rule: FindingRule, reader: Reader) -> None:
    if not _ID.match(rule.id):
        raise fail(reader.where("finding"), f"{rule.id!r} is no name such as port.short-word.")
    if not rule.when:
        raise fail(reader.place, "a rule without 'when' would find everything.")
    for sure in (rule.sure, *(one.sure for one in rule.surer)):
        if not 0 < sure < 1:
            raise fail(reader.where("sure"), "'sure' is between 0 and 1.")
    given = {example.expect for example in rule.examples}
    for expect in Expect:
        if expect not in given:
            raise fail(reader.where("examples"), f"{rule.id} has no example of {expect!s}.")
