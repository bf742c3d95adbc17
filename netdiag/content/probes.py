"""probes/<platform>/<probe>.yaml: what can be asked, and how the reply is read."""

from __future__ import annotations

from dataclasses import replace

from netdiag.content import placeholders
from netdiag.content.acts import check_act, read_act
from netdiag.content.asks import pattern, read_ask
from netdiag.content.grammar import Grammar
from netdiag.content.reader import Reader, fail, suggest
from netdiag.content.reader_filters import filters
from netdiag.content.vocabulary import literal
from netdiag.content.yaml import Tree
from netdiag.model.fact import Value
from netdiag.model.probe import OF_TRUTHS, Combine, Extract, Near, Probe, TargetKind
from netdiag.model.vocabulary import FactType, ValueType, Vocabulary
from netdiag.model.words import Consent, Disruption

_AS = (
    *("", "duration", "ticks", "age", "until", "mac", "serial", "speed", "number", "list"),
    *("milliwatts", "ipv4"),
)
_PICK = ("first", "last", "min", "max", "sum")


def read_probe(tree: Tree, platform: str, grammar: Grammar, origin: str) -> Probe:
    """One probe file."""
    reader = Reader(tree, "a probe file")
    known = grammar.vocabulary
    transport = reader.text("transport")
    ask = Reader(reader.need("ask"), "'ask'")
    question = read_ask(transport, ask, reader.where("transport"))
    for text in placeholders.texts_of(
        tuple(getattr(question, f) for f in question.__slots__ if f != "textfsm")
    ):
        placeholders.check(text, known, reader.where("ask"))
    act = read_act(transport, reader, known)
    facts = Reader(reader.need("facts"), "'facts'")
    probe = Probe(
        id=reader.text("probe"),
        platform=platform,
        title=reader.text("title"),
        transport=transport,
        target=reader.choice("target", TargetKind),
        ask=question,
        facts=tuple(_extract(n, facts.need(n), grammar) for n in facts.keys()),  # noqa: SIM118
        stage=reader.integer("stage"),
        cost=reader.integer("cost"),
        disruption=reader.choice("disruption", Disruption, Disruption.NONE),
        consent=reader.choice("consent", Consent, Consent.NONE),
        needs=reader.texts("needs"),
        when=tuple(grammar.condition(item) for item in reader.trees("when")),
        after=reader.texts("after"),
        only=reader.texts("only"),
        silent=_silent(reader, grammar),
        expect=reader.texts_by_key("expect"),
        needs_rows=reader.flag("needs_rows"),
        act=act,
        outage_s=reader.number("outage_s", 0.0),
        timeout_s=reader.number("timeout_s", 2.0),
        source=reader.text("source", ""),
        proven=reader.texts("proven"),
        origin=origin,
    )
    reader.done()
    _sane(probe, reader, known)
    check_act(probe, reader)
    # A port on which more than one MAC lives is not touched: its number must be known.
    acted = placeholders.of_question(act) if act else ()
    acted = (*acted, "port.mac_count") if act and not act.own else acted
    asked = dict.fromkeys((*probe.needs, *placeholders.of_question(question), *acted))
    return replace(probe, needs=tuple(asked))


def _sane(probe: Probe, reader: Reader, known: Vocabulary) -> None:
    if not 1 <= probe.cost <= 5:
        raise fail(reader.where("cost"), "'cost' is 1 (stored) to 5 (acts on the service).")
    if not 0 <= probe.stage <= 7:
        raise fail(reader.where("stage"), "'stage' is 0 to 7.")
    harmful = probe.disruption in (Disruption.BRIEF, Disruption.OUTAGE)
    if harmful and probe.consent is Consent.NONE:
        raise fail(
            reader.where("disruption"),
            "a probe that disturbs the service needs 'consent': unless_port_down or always.",
        )
    for name in probe.needs:
        placeholders.check("{" + name + "}", known, reader.where("needs"))


def _silent(reader: Reader, grammar: Grammar) -> dict[str, Value]:
    inner = reader.inner("silent")
    if inner is None:
        return {}
    found: dict[str, Value] = {}
    for name in inner.keys():  # noqa: SIM118
        kind = grammar.fact(name, inner.where(name))
        found[name] = literal(inner.need(name), kind)
    return found


def _extract(name: str, tree: Tree, grammar: Grammar) -> Extract:
    kind = grammar.fact(name, tree.place)
    reader = Reader(tree, name)
    combine = reader.choice("combine", Combine, Combine.ONE)
    if combine in OF_TRUTHS:  # what one target says is a truth; what all say is the fact
        kind = replace(kind, type=ValueType.BOOL, options=())
    extract = Extract(
        fact=name,
        read=reader.texts("read"),
        as_=reader.word("as", _AS, ""),
        map=reader.texts_by_key("map"),
        otherwise=reader.optional("otherwise"),
        scale=reader.number("scale", 1.0),
        offset=reader.number("offset", 0.0),
        percent_of=reader.texts("percent_of"),
        bits=reader.texts_by_key("bits"),
        none=reader.texts("none"),
        where=filters(reader, "where"),
        unless=filters(reader, "unless"),
        like=_like(reader, "like", grammar),
        within=reader.texts_by_key("within"),
        covers=reader.texts_by_key("covers"),
        heard=_like(reader, "heard", grammar),
        near=_near(reader),
        between=_between(reader),
        share=filters(reader, "share"),
        when_missing=_given(reader, "when_missing", kind),
        witness=reader.text("witness", ""),
        match=pattern(reader.text("match", ""), reader.where("match")),
        pick=reader.word("pick", _PICK, "first"),
        count=reader.flag("count"),
        distinct=reader.text("distinct", ""),
        when_empty=_given(reader, "when_empty", kind),
        has_empty=reader.has("when_empty"),
        when_rows=_given(reader, "when_rows", kind),
        has_rows=reader.has("when_rows"),
        combine=combine,
    )
    reader.done()
    _readable(extract, kind, reader)
    return extract


def _readable(extract: Extract, kind: FactType, reader: Reader) -> None:
    ways = (
        bool(extract.read), extract.count, bool(extract.distinct), extract.has_rows,
        bool(extract.share),
    )  # fmt: skip
    if sum(ways) != 1:
        raise fail(
            reader.place,
            f"{extract.fact} needs exactly one of 'read', 'count', 'distinct', 'share', "
            "'when_rows'.",
        )
    if reader.has("when_missing") and not extract.witness:
        raise fail(
            reader.where("when_missing"),
            "'when_missing' needs a 'witness': a column that proves that the table is served.",
        )
    if extract.match and "(?P<value>" not in extract.match:
        raise fail(reader.where("match"), "'match' needs a group (?P<value>…).")
    for raw, value in extract.map.items():
        if kind.options and value not in kind.options:
            raise fail(
                reader.where("map"),
                f"{raw} → {value!r}: {kind.name} has no such member. "
                f"{suggest(value, list(kind.options))}",
            )


def _like(reader: Reader, key: str, grammar: Grammar) -> dict[str, str]:
    """Columns and the regular expressions that are to be found in them."""
    found = reader.texts_by_key(key)
    for text in found.values():
        placeholders.check(text, grammar.vocabulary, reader.where(key))
        pattern(placeholders.PLACEHOLDER.sub("x", text), reader.where(key))
    return found


def _near(reader: Reader) -> Near | None:
    inner = reader.inner("near")
    if inner is None:
        return None
    near = Near(
        column=inner.text("column"), of=filters(inner, "of"), seconds=inner.number("seconds")
    )
    inner.done()
    return near


def _between(reader: Reader) -> tuple[float, float] | None:
    ends = reader.texts("between")
    if not ends:
        return None
    try:
        low, high = (float(end) for end in ends)
    except ValueError:
        raise fail(reader.where("between"), "'between' is two numbers: [-45, 10].") from None
    return low, high


def _given(reader: Reader, key: str, kind: FactType) -> Value:
    tree = reader.tree(key)
    return None if tree is None else literal(tree, kind)
