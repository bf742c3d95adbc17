"""Rules of findings over tables. A condition is put to all ports at once and leaves those for
which it is true; not knowing leaves none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from operator import eq, ge, gt, le, lt, ne
from typing import Any as Anything

from netdiag.model.condition import (
    All,
    Any,
    Compare,
    Condition,
    FactRef,
    Op,
    Truth,
    all_of,
    any_of,
    evaluate,
    facts_read,
)
from netdiag.model.fact import Fact, Facts, Source, Value
from netdiag.model.sweep import DEVICE, FindingRule, Hit, Scope, Table
from netdiag.sweeping.columns import name_of

_OPS: dict[Op, Callable[[Anything, Anything], bool]] = {
    Op.EQ: eq,
    Op.NE: ne,
    Op.LT: lt,
    Op.LE: le,
    Op.GT: gt,
    Op.GE: ge,
}
_SOURCE = Source(transport="sweep", probe="sweep", query="sweep")
_THEN = datetime(2000, 1, 1, tzinfo=UTC)


def hits(rules: Sequence[FindingRule], device: str, table: Table) -> list[Hit]:
    """Every rule that fits the device or one of its ports."""
    ports = set().union(*table.values()) - {DEVICE}
    found: list[Hit] = []
    for rule in rules:
        places = ports if rule.scope is Scope.PORT else {DEVICE}
        for index in sorted(chosen(rule, table, places), key=_natural):
            found.append(_hit(rule, device, index, table))
    return found


def chosen(rule: FindingRule, table: Table, places: set[str]) -> set[str]:
    """The ports for which the rule holds."""
    left = places
    for condition in (*rule.told_while, *rule.when):
        left = _true(condition, table, left)
        if not left:
            return left
    for condition in rule.unless:
        left = left - _true(condition, table, left)
    return left


def stand(rule: FindingRule, facts: Facts) -> Truth:
    """The rule over the facts of one port, in three values: false closes a finding, unknown does
    not."""
    if all_of(rule.told_while, facts) is not Truth.TRUE:
        return Truth.UNKNOWN
    fits = all_of(rule.when, facts)
    if fits is not Truth.TRUE:
        return fits
    excused = any_of(rule.unless, facts)
    return Truth.FALSE if excused is Truth.TRUE else Truth.TRUE


def is_gone(rule: FindingRule, table: Table, index: str) -> bool:
    """Is a rule's port no longer among those that the device told in this visit?"""
    state = table.get("port.oper_status")
    of_ports = rule.scope is Scope.PORT and any(n.startswith("port.") for n in names_read(rule))
    return of_ports and bool(state) and index not in (state or ())


def facts_at(table: Table, index: str, names: Iterable[str]) -> Facts:
    """Facts of one port and of its device."""
    return Facts(
        Fact(name=name, value=value, source=_SOURCE, measured_at=_THEN)
        for name in names
        if (value := _value(table, name, index)) is not None
    )


def names_read(rule: FindingRule) -> tuple[str, ...]:
    """All facts that a rule looks at."""
    own = (*rule.told_while, *rule.when, *rule.unless)
    conditions = (*own, *(one.condition for one in rule.surer))
    names = (name for condition in conditions for name in facts_read(condition))
    return tuple(dict.fromkeys((*names, *rule.show)))


def _hit(rule: FindingRule, device: str, index: str, table: Table) -> Hit:
    facts = facts_at(table, index, names_read(rule))
    sure = max(
        (
            rule.sure,
            *(one.sure for one in rule.surer if evaluate(one.condition, facts) is Truth.TRUE),
        )
    )
    evidence = {
        name: round(fact.value, 2) if isinstance(fact.value, float) else fact.value
        for name in facts
        if (fact := facts.fact(name)) is not None
    }
    port = name_of(table, index) if index != DEVICE else ""
    return Hit(rule=rule.id, device=device, index=index, port=port, sure=sure, evidence=evidence)


def _true(condition: Condition, table: Table, places: set[str]) -> set[str]:
    match condition:
        case Compare():
            return _compare(condition, table, places)
        case All(items):
            for item in items:
                places = _true(item, table, places)
            return places
        case Any(items):
            return set().union(*(_true(item, table, places) for item in items))


def _compare(item: Compare, table: Table, places: set[str]) -> set[str]:
    column = table.get(item.fact)
    if column is None:
        return set()
    if DEVICE in column:  # of the device: the same for every port
        column = dict.fromkeys(places, column[DEVICE])
    right: Mapping[str, Value] | None = None
    if isinstance(item.operand, FactRef):
        right = table.get(item.operand.name)
        if right is None:
            return set()
        if DEVICE in right:
            right = dict.fromkeys(places, right[DEVICE])
        return _against(item.op, column, right, places)
    return _literal(item.op, column, item.operand.value, places)


def _literal(op: Op, column: Mapping[str, Value], value: Anything, places: set[str]) -> set[str]:
    if op is Op.IN:
        return {key for key, cell in column.items() if key in places and cell in value}
    if op is Op.NOT_IN:
        return {key for key, cell in column.items() if key in places and cell not in value}
    holds = _OPS[op]
    try:
        found = {key for key, cell in column.items() if holds(cell, value)}
    except TypeError:
        found = {key for key, cell in column.items() if type(cell) is type(value)
                 and holds(cell, value)}  # fmt: skip
    return found & places


def _against(
    op: Op, column: Mapping[str, Anything], right: Mapping[str, Anything], places: set[str]
) -> set[str]:
    holds = _OPS.get(op)
    if holds is None:
        return set()
    both: Iterator[str] = (key for key in column if key in right and key in places)
    return {
        key
        for key in both
        if isinstance(column[key], int | float) == isinstance(right[key], int | float)
        and holds(column[key], right[key])
    }


def _value(table: Table, name: str, index: str) -> Value:
    column = table.get(name, {})
    return column.get(DEVICE) if DEVICE in column else column.get(index)


def _natural(index: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdigit() else -1 for part in index.split("."))
