"""probes/vocabulary/*.yaml: what facts there are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from netdiag.content.grammar import Grammar
from netdiag.content.reader import Reader, fail, is_null, scalar
from netdiag.content.values import NotOfTypeError, typed
from netdiag.content.yaml import Items, Tree
from netdiag.model.condition import All
from netdiag.model.fact import Value
from netdiag.model.past import Past
from netdiag.model.sweep import Cadence
from netdiag.model.vocabulary import Case, FactType, Kind, Rate, ValueType
from netdiag.model.words import AccessKind

_NAME = re.compile(r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$")
_TYPE = re.compile(r"^(?P<base>[a-z0-9]+(\[\])?)(\((?P<options>[^)]*)\))?(?P<null>\|null)?$")
_DAY = ("median", "max", "last")
_TAKE = ("median", "spread", "slope", "best", "max", "sum", "count")
LANGUAGES = ("en", "ru", "fa")


def read_types(tree: Tree, origin: str) -> list[FactType]:
    """Fact types of one vocabulary file, still without their cases."""
    top = Reader(tree, "a vocabulary file")
    facts = Reader(top.need("facts"), "'facts'")
    access = top.choice("access", AccessKind) if top.has("access") else None
    top.done()
    kinds = [_fact_type(name, facts.need(name), origin) for name in facts.keys()]  # noqa: SIM118
    return [replace(kind, access=access) for kind in kinds]


def read_cases(tree: Tree, types: Mapping[str, FactType], grammar: Grammar) -> dict[str, FactType]:
    """The derived fact types of the same file, with cases and rates checked."""
    facts = Reader(Reader(tree, "a vocabulary file").need("facts"), "'facts'")
    found: dict[str, FactType] = {}
    for name in facts.keys():  # noqa: SIM118
        reader = Reader(facts.need(name), name)
        cases = tuple(_case(item, types[name], grammar) for item in reader.trees("cases"))
        rate = _rate(reader.inner("rate"), grammar)
        past = _past(reader.inner("past"), grammar)
        if cases or rate or past:
            found[name] = replace(types[name], cases=cases, rate=rate, past=past)
    return found


def _fact_type(name: str, tree: Tree, origin: str) -> FactType:
    if not _NAME.match(name):
        raise fail(tree.place, f"{name!r} is no fact name. Write family.word in small letters.")
    reader = Reader(tree, name)
    base, options, nullable = _type(reader)
    label = reader.texts_by_key("label")
    for language in LANGUAGES:
        if not label.get(language):
            raise fail(reader.where("label"), f"{name} has no label in {language!r}. Add it.")
    for key in ("cases", "rate", "past"):
        reader.tree(key)
    kind = FactType(
        name=name,
        type=base,
        options=options,
        nullable=nullable,
        kind=reader.choice("kind", Kind),
        meaning=reader.text("meaning"),
        label=label,
        unit=reader.text("unit", ""),
        freshness_s=reader.number("freshness_s", 0.0),
        sweep=reader.choice("sweep", Cadence) if reader.has("sweep") else None,
        keep=reader.flag("keep"),
        origin=origin,
    )
    reader.done()
    return kind


def _type(reader: Reader) -> tuple[ValueType, tuple[str, ...], bool]:
    text = reader.text("type").replace(" ", "")
    found = _TYPE.match(text)
    known = [str(t) for t in ValueType]
    if not found or found["base"] not in known:
        raise fail(reader.where("type"), f"{text!r} is no type. Known: {', '.join(known)}.")
    options = tuple(o for o in (found["options"] or "").split(",") if o)
    base = ValueType(found["base"])
    if (base is ValueType.ENUM) != bool(options):
        raise fail(reader.where("type"), "an enum, and only an enum, lists its members: enum(a,b).")
    return base, options, bool(found["null"])


def _case(tree: Tree, kind: FactType, grammar: Grammar) -> Case:
    reader = Reader(tree, f"a case of {kind.name}")
    conditions = tuple(grammar.condition(item) for item in reader.trees("when"))
    if not conditions:
        raise fail(tree.place, f"a case of {kind.name} has no 'when'. Give a list of conditions.")

    when = conditions[0] if len(conditions) == 1 else All(conditions)
    copied = reader.optional("copy")
    value: Value = None
    if copied is not None:
        grammar.fact(copied, reader.where("copy"))
    else:
        value = literal(reader.need("value"), kind)
    reader.done()
    return Case(when=when, value=value, copy=copied)


def literal(tree: Tree, kind: FactType) -> Value:
    """A value written in YAML, by the type of its fact."""

    if is_null(tree):
        if not kind.nullable:
            raise fail(tree.place, f"{kind.name} is never null. Leave it out when it is unknown.")
        return None
    if isinstance(tree, Items):
        text = ", ".join(scalar(item, kind.name) for item in tree)
    else:
        text = scalar(tree, kind.name)
    try:
        return typed(text, kind)
    except NotOfTypeError as error:
        raise fail(tree.place, f"{kind.name}: {error}.") from None


def _rate(reader: Reader | None, grammar: Grammar) -> Rate | None:
    if reader is None:
        return None
    of = grammar.fact(reader.text("of"), reader.where("of"))
    if of.type not in (ValueType.COUNTER32, ValueType.COUNTER64):
        raise fail(reader.where("of"), f"{of.name} is no counter.")
    per = reader.optional("per")
    if per is not None:
        grammar.fact(per, reader.where("per"))
    rate = Rate(
        of=of.name,
        per=per,
        scale=reader.number("scale", 1.0),
        apart=reader.flag("apart"),
        min_per=reader.integer("min_per", 0),
    )
    reader.done()
    return rate


def _past(reader: Reader | None, grammar: Grammar) -> Past | None:
    if reader is None:
        return None
    past = Past(
        of=grammar.fact(reader.text("of"), reader.where("of")).name,
        day=reader.word("day", _DAY),
        take=reader.word("take", _TAKE),
        days=reader.integer("days", 30),
        least=reader.integer("least", 5),
        per=reader.number("per", 1.0),
        today=reader.flag("today"),
        same_weekday=reader.flag("same_weekday"),
    )
    reader.done()
    return past
