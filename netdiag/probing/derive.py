"""From readings to the whole: derived facts by cases, rates and workings. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import lru_cache, partial

from netdiag.model.condition import Truth, evaluate, facts_read, unknown_facts
from netdiag.model.fact import Absence, Fact, Facts, Reading, Source, Value
from netdiag.model.kept import Kept
from netdiag.model.vocabulary import FactType, Vocabulary
from netdiag.model.words import AbsenceReason
from netdiag.probing.rates import ages_of, rate
from netdiag.probing.workings import TWO_READINGS, WORKINGS, NotYetError

Derived = Kept[Reading | None]


def complete(
    read: Facts,
    earlier: Facts,
    vocabulary: Vocabulary,
    path: tuple[str, ...] = (),
    kept: Derived | None = None,
) -> Facts:
    """The facts that were read, with all that follows from them. A read value always wins.
    `kept`: of an earlier call with this vocabulary, when there was one."""
    kept = Derived() if kept is None else kept
    facts = read
    order = layers(vocabulary)
    for layer in order:
        facts = facts.plus(_news(layer, read, facts, earlier, path, kept).values())
    kinds: Iterable[FactType] = _in_circles(vocabulary)
    for _ in range(2):  # the state of an ONU tells its cause, and the cause the state
        new = _news(kinds, read, facts, earlier, path, kept)
        if not new:
            return facts
        facts = facts.plus(new.values())
        kinds = [kind for layer in order for kind in layer if _reads(kind, new.keys())]
    return facts


def _news(
    kinds: Iterable[FactType],
    read: Facts,
    facts: Facts,
    earlier: Facts,
    path: tuple[str, ...],
    kept: Derived,
) -> dict[str, Reading]:
    wanted = (kind for kind in kinds if read.fact(kind.name) is None)
    readings = (_derived(kind, facts, earlier, path, kept) for kind in wanted)
    return {r.name: r for r in readings if r is not None and facts.get(r.name) != r}


def _reads(kind: FactType, names: Collection[str]) -> bool:
    return any(name in names for name in dependencies(kind))


@lru_cache(maxsize=1024)
def dependencies(kind: FactType) -> tuple[str, ...]:
    """Names of the facts from which this one is derived; empty for one that is only read."""
    names: list[str] = []
    for case in kind.cases:
        names.extend(facts_read(case.when))
        names.extend((case.copy,) if case.copy else ())
    if kind.rate:
        names.extend(name for name in (kind.rate.of, kind.rate.per) if name)
    if kind.name in WORKINGS:
        names.extend(WORKINGS[kind.name].needs)
    return tuple(dict.fromkeys(names))


def needs_two_readings(kind: FactType) -> bool:
    """Does the fact come from the growth of a counter?"""
    return kind.rate is not None or kind.name in TWO_READINGS


Layer = tuple[FactType, ...]


@lru_cache(maxsize=4)
def layers(vocabulary: Vocabulary) -> tuple[Layer, ...]:
    """The kinds of facts that follow from others, each behind those that it follows from; of two
    that follow from one another, one comes first."""
    kinds = {
        k.name: k for k in vocabulary.types.values() if k.cases or k.rate or k.name in WORKINGS
    }
    found: list[Layer] = []
    while kinds:
        free = [k for k in kinds.values() if kinds.keys().isdisjoint(dependencies(k))]
        first = free or [next(iter(kinds.values()))]  # a circle is opened anywhere
        found.append(tuple(first))
        for kind in first:
            del kinds[kind.name]
    return tuple(found)


@lru_cache(maxsize=4)
def _in_circles(vocabulary: Vocabulary) -> Layer:
    """Kinds that follow from one that comes with them or behind them."""
    order = layers(vocabulary)
    later = [{k.name for layer in order[at:] for k in layer} for at in range(len(order))]
    return tuple(
        k for layer, names in zip(order, later, strict=True) for k in layer if _reads(k, names)
    )


@lru_cache(maxsize=1024)
def _looks(kind: FactType) -> tuple[str, ...]:
    """All readings that its derivation looks at."""
    names = (kind.name, "ref.access_kind", *dependencies(kind))
    if kind.rate or kind.name in WORKINGS:
        names += tuple(age for name in dependencies(kind) for age in ages_of(name))
    return tuple(dict.fromkeys(names))


def _derived(
    kind: FactType, facts: Facts, earlier: Facts, path: tuple[str, ...], kept: Derived
) -> Reading | None:
    looks = _looks(kind)
    inputs = facts.of(looks)
    if kind.rate or kind.name in WORKINGS:
        inputs += earlier.of(looks)
    return kept.get(kind.name, inputs, partial(_work_out, kind, facts, earlier, path))


def _work_out(
    kind: FactType, facts: Facts, earlier: Facts, path: tuple[str, ...]
) -> Reading | None:
    reading: Reading | None = None
    if kind.rate:
        reading = rate(kind, earlier, facts)
    elif kind.name in WORKINGS:
        reading = _worked(kind.name, facts, earlier, path)
    if not isinstance(reading, Fact) and kind.cases:
        by_case = _by_cases(kind, facts)
        reading = by_case if isinstance(by_case, Fact) or reading is None else reading
    # What a probe said of its own failure is nearer the truth than a derivation's.
    if not isinstance(reading, Fact) and isinstance(facts.get(kind.name), Absence):
        return None
    return reading


def _worked(name: str, facts: Facts, earlier: Facts, path: tuple[str, ...]) -> Reading:
    working = WORKINGS[name]
    try:
        value, weak = working.work(facts, earlier, path)
    except NotYetError as error:
        return _waiting(name, facts.absence(error.name), str(error))
    inputs = [fact for n in working.needs if (fact := facts.fact(n)) is not None]
    return _fact(name, value, inputs, weak=weak)


def _by_cases(kind: FactType, facts: Facts) -> Reading:
    doubtful: list[Value] = []
    for case in kind.cases:
        truth = evaluate(case.when, facts)
        value = case.value
        if case.copy is not None:
            copied = facts.fact(case.copy)
            value = copied.value if copied else None
            truth = Truth.UNKNOWN if truth is Truth.TRUE and copied is None else truth
        if truth is Truth.UNKNOWN:
            doubtful.append(value)
        elif truth is Truth.TRUE and all(other == value for other in doubtful):
            names = [*facts_read(case.when), *((case.copy,) if case.copy else ())]
            inputs = [fact for n in names if (fact := facts.fact(n)) is not None]
            return _fact(kind.name, value, inputs, weak=any(fact.weak for fact in inputs))
        elif truth is Truth.TRUE:
            break
    return _waiting_for_cases(kind, facts)


def _waiting_for_cases(kind: FactType, facts: Facts) -> Absence:
    for case in kind.cases:
        for name in unknown_facts(case.when, facts):
            return _waiting(kind.name, facts.absence(name), f"needs {name}")
    return Absence(name=kind.name, why=AbsenceReason.NOT_ASKED, detail="no case fits")


def _waiting(name: str, of: Absence, detail: str) -> Absence:
    text = f"{detail}: {of.detail}" if of.detail else detail
    return Absence(name=name, why=of.why, detail=text, source=of.source)


def _fact(name: str, value: Value, inputs: list[Fact], *, weak: bool) -> Fact:
    measured = [fact for fact in inputs if fact.source.transport != "inventory"] or inputs
    oldest = min(measured, key=lambda fact: fact.measured_at)
    moment: datetime = oldest.measured_at
    source = Source(
        transport="derived",
        probe=oldest.source.probe,
        query=", ".join(dict.fromkeys(fact.name for fact in inputs)),
        device=oldest.source.device,
    )
    return Fact(name=name, value=value, source=source, measured_at=moment, weak=weak)
