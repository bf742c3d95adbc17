"""Which facts the probes of a platform can ever yield, and which rules can ever be confirmed. Pure.

Whether a rule *could* hold, not whether it does: a comparison is within reach when its fact can
become known somehow with a value that makes it true.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from netdiag.content.placeholders import NAMES
from netdiag.content.values import typed
from netdiag.model.condition import All, Any, Compare, Condition, FactRef, Truth, evaluate
from netdiag.model.content import Content
from netdiag.model.fact import Fact, Facts, Source, Value
from netdiag.model.probe import Combine, Extract, Probe, TargetKind
from netdiag.model.rule import Rule
from netdiag.model.vocabulary import FactType, Kind
from netdiag.model.words import AccessKind
from netdiag.probing.usual import PROVIDED  # what the program itself adds: a line's history
from netdiag.probing.workings import WORKINGS

Values = frozenset[Value] | None
Reach = Mapping[str, Values]  # fact → the values it can take
ANYTHING: Values = None

_TOLD = (Kind.REF, Kind.ASKED)  # by the inventory, by a person
_BESIDE = (  # asked whatever the access device is
    *(TargetKind.BNG, TargetKind.RADIUS, TargetKind.BILLING),
    *(TargetKind.RESOLVER, TargetKind.ANCHOR, TargetKind.HERE),
)
# Worked out of as many pairs or levels as there are.
_FROM_ANY = (
    *("cable.summary", "cable.break_m", "cable.length_change_m", "onu.rx_drop_db"),
    *("radio.signal_dbm", "radio.snr_db"),
)
_MARKS = {"onu.": AccessKind.PON, "radio.": AccessKind.WIRELESS, "port.": AccessKind.COPPER}


@dataclass(frozen=True, slots=True)
class OutOfReach:
    """A rule that no platform can confirm, and the facts that nothing yields."""

    rule: Rule
    facts: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"{self.rule.origin}: {self.rule.fault} can never be confirmed: nothing yields "
            f"{', '.join(self.facts)}. Add a probe that reads it, or mend the rule."
        )


def access_platforms(content: Content) -> tuple[str, ...]:
    """Platforms whose devices subscribers are connected to, by name."""
    return tuple(
        name
        for name, platform in sorted(content.platforms.items())
        if not platform.is_model and access_kinds(content, name)
    )


def access_kinds(content: Content, platform: str) -> frozenset[AccessKind]:
    """What kinds of line a platform has, told by the facts its own probes read."""
    read = {f for p in _family(content, platform) for f in p.yields}
    read |= set(content.platforms[platform].given)
    return frozenset(
        kind for mark, kind in _MARKS.items() if any(name.startswith(mark) for name in read)
    )


def known(content: Content, platform: str | None, provided: Iterable[str] = PROVIDED) -> Reach:
    """Every fact that can become known for a subscriber of an access device of that platform (None:
    without asking any access device). `provided`: facts that the program itself adds, as from its
    own history."""
    probes = [p for p in content.probes if p.target in _BESIDE]
    given = [n for n, t in content.vocabulary.types.items() if t.kind in _TOLD]
    if platform is not None:
        probes += _family(content, platform)
        lineage = content.lineage(platform)
        kin = (one for one in content.platforms.values() if one.family in lineage)
        given += [fact for one in kin for fact in one.given]
    return _closure(content, probes, dict.fromkeys((*given, *provided), ANYTHING))


def missing(condition: Condition, reach: Reach) -> frozenset[str]:
    """Facts for want of which (or of a value of which) the condition can never be true; none when
    it can. Of several ways the one that lacks the fewest."""
    if isinstance(condition, All):
        return frozenset().union(*(missing(item, reach) for item in condition.items))
    if isinstance(condition, Any):
        return min((missing(item, reach) for item in condition.items), key=len)
    return _wanting(condition, reach)


def lacking(rule: Rule, reach: Reach) -> tuple[str, ...]:
    """Facts for want of which a rule can never be confirmed, by name."""
    conditions = (clause.condition for clause in rule.require)
    return tuple(sorted(frozenset().union(*(missing(one, reach) for one in conditions))))


def out_of_reach(content: Content, provided: Iterable[str] = PROVIDED) -> Iterator[OutOfReach]:
    """Rules that can be confirmed on no platform at all."""
    reach = [known(content, name, provided) for name in (None, *access_platforms(content))]
    for rule in content.rules:
        if rule.fallback:
            continue
        short = min((lacking(rule, one) for one in reach), key=len)
        if short:
            yield OutOfReach(rule, short)


def _wanting(condition: Compare, reach: Reach) -> frozenset[str]:
    names = [condition.fact]
    if isinstance(condition.operand, FactRef):
        names.append(condition.operand.name)
    absent = frozenset(name for name in names if name not in reach)
    values = reach.get(condition.fact)
    if absent or values is None or len(names) > 1:
        return absent
    facts = (_fact(condition.fact, value) for value in values)
    could = any(evaluate(condition, Facts([fact])) is Truth.TRUE for fact in facts)
    return frozenset() if could else frozenset([condition.fact])


def _fact(name: str, value: Value) -> Fact:
    source = Source(transport="", probe="", query="")
    return Fact(name=name, value=value, source=source, measured_at=datetime.min.replace(tzinfo=UTC))


def _family(content: Content, name: str) -> list[Probe]:
    """Probes of a platform and of its models."""
    models = [p.id for p in content.platforms.values() if p.family == name]
    found = {(p.platform, p.id): p for one in models for p in content.probes_of(one)}
    return list(found.values())


def _closure(content: Content, probes: Iterable[Probe], reach: dict[str, Values]) -> Reach:
    asked = list(probes)
    while True:
        before = dict(reach)
        for probe in asked:
            if all(name in reach for name in probe.needs if _is_fact(name)):
                _add_all(reach, _of_probe(probe, content))
        for kind in content.vocabulary.types.values():
            _add_all(reach, _derived(kind, reach))
        if reach == before:
            return reach


def _add_all(reach: dict[str, Values], found: Iterable[tuple[str, Values]]) -> None:
    for name, values in found:
        old = reach.get(name, frozenset())
        reach[name] = ANYTHING if values is None or old is None else old | values


def _of_probe(probe: Probe, content: Content) -> Iterator[tuple[str, Values]]:
    for one in probe.facts:
        yield one.fact, _of_extract(one, content.vocabulary[one.fact])
    for name, value in probe.silent.items():
        yield name, frozenset([value])


def _of_extract(one: Extract, kind: FactType) -> Values:
    """The values that a reading can give; ANYTHING when they are not listed in the probe."""
    if one.combine is not Combine.ONE or one.count or one.distinct or one.share:
        return ANYTHING
    found: set[Value] = set()
    if one.has_rows:
        found.add(one.when_rows)
    if one.has_empty:
        found.add(one.when_empty)
    if one.witness:
        found.add(one.when_missing)
    if one.read:
        told = [*one.map.values(), *one.bits.values()]
        told += [one.otherwise] if one.otherwise is not None else []
        if not told or one.as_ or any("{" in text for text in told):
            return ANYTHING
        found.update(typed(text, kind) for text in told)
    return frozenset(found)


def _is_fact(placeholder: str) -> bool:
    outside = placeholder.startswith(("option.", "db."))
    return "." in placeholder and placeholder not in NAMES and not outside


def _derived(kind: FactType, reach: Reach) -> Iterator[tuple[str, Values]]:
    if kind.rate and all(name in reach for name in (kind.rate.of, kind.rate.per) if name):
        yield kind.name, ANYTHING
    working = WORKINGS.get(kind.name)
    if working is not None:
        enough = any if kind.name in _FROM_ANY else all
        if enough(name in reach for name in working.needs):
            yield kind.name, ANYTHING
    for case in kind.cases:
        if missing(case.when, reach):
            continue
        if case.copy is None:
            yield kind.name, frozenset([case.value])
        elif case.copy in reach:
            yield kind.name, reach[case.copy]
