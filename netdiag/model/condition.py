"""Conditions over facts, in three values. No arithmetic, no code: `fact op value`, all, any."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any as Anything

from netdiag.model.fact import UNKNOWN, Facts, Value


class Truth(Enum):
    """Kleene's three values."""

    TRUE = 1
    FALSE = 0
    UNKNOWN = -1


class Op(StrEnum):
    """Comparison of a fact with a literal, a threshold or another fact."""

    EQ = "=="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    IN = "in"
    NOT_IN = "not in"


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written in the rule. `threshold` keeps the name of the `$threshold` it came from."""

    value: Value
    threshold: str | None = None


@dataclass(frozen=True, slots=True)
class FactRef:
    """`@other.fact`: compared with whatever that fact holds."""

    name: str


@dataclass(frozen=True, slots=True)
class Compare:
    """`fact op operand`; unknown when either side is not known, and when the fact itself says
    `unknown` (as ifOperStatus may) and the operand does not name that. `only`: the one kind of
    line that has such a fact; on another it is false, no open question."""

    fact: str
    op: Op
    operand: Literal | FactRef
    only: str | None = None

    def __str__(self) -> str:
        return f"{self.fact} {self.op} {_show(self.operand)}"


@dataclass(frozen=True, slots=True)
class All:
    """False if any is false, else unknown if any is unknown."""

    items: tuple[Condition, ...]

    def __str__(self) -> str:
        return "(" + " and ".join(map(str, self.items)) + ")"


@dataclass(frozen=True, slots=True)
class Any:
    """True if any is true, else unknown if any is unknown."""

    items: tuple[Condition, ...]

    def __str__(self) -> str:
        return "(" + " or ".join(map(str, self.items)) + ")"


Condition = Compare | All | Any

_COMPARE: dict[Op, Callable[[Anything, Anything], bool]] = {
    Op.EQ: lambda a, b: bool(a == b),
    Op.NE: lambda a, b: bool(a != b),
    Op.LT: lambda a, b: bool(a < b),
    Op.LE: lambda a, b: bool(a <= b),
    Op.GT: lambda a, b: bool(a > b),
    Op.GE: lambda a, b: bool(a >= b),
    Op.IN: lambda a, b: bool(a in b),
    Op.NOT_IN: lambda a, b: bool(a not in b),
}


def evaluate(condition: Condition, facts: Facts) -> Truth:
    """The condition over these facts, in three values."""
    known = facts.truths.get(id(condition))
    if known is not None:
        return known[1]
    if isinstance(condition, Compare):
        truth = _compare(condition, facts)
    elif isinstance(condition, All):
        truth = all_of(condition.items, facts)
    else:
        truth = any_of(condition.items, facts)
    facts.truths[id(condition)] = condition, truth  # kept with it, so that its id stays its own
    return truth


def all_of(conditions: Iterable[Condition], facts: Facts) -> Truth:
    """Three-valued conjunction; true when empty."""
    so_far = Truth.TRUE
    for condition in conditions:
        truth = evaluate(condition, facts)
        if truth is Truth.FALSE:
            return truth
        if truth is Truth.UNKNOWN:
            so_far = truth
    return so_far


def any_of(conditions: Iterable[Condition], facts: Facts) -> Truth:
    """Three-valued disjunction; false when empty."""
    so_far = Truth.FALSE
    for condition in conditions:
        truth = evaluate(condition, facts)
        if truth is Truth.TRUE:
            return truth
        if truth is Truth.UNKNOWN:
            so_far = truth
    return so_far


def comparisons(condition: Condition) -> Iterator[Compare]:
    """Every comparison of the condition, left to right."""
    if isinstance(condition, Compare):
        yield condition
        return
    for item in condition.items:
        yield from comparisons(item)


def facts_read(condition: Condition) -> Iterator[str]:
    """Names of all facts that the condition looks at, with repetitions."""
    for item in comparisons(condition):
        yield item.fact
        if isinstance(item.operand, FactRef):
            yield item.operand.name


def unknown_facts(condition: Condition, facts: Facts) -> Iterator[str]:
    """Names of the facts for want of which the condition is unknown."""
    if evaluate(condition, facts) is not Truth.UNKNOWN:
        return
    if isinstance(condition, Compare):
        yield from (name for name in facts_read(condition) if not facts.knows(name))
        return
    for item in condition.items:
        yield from unknown_facts(item, facts)


def _compare(item: Compare, facts: Facts) -> Truth:
    if item.only is not None:
        line = facts.fact("ref.access_kind")
        if line is not None and line.value != item.only:
            return Truth.FALSE
    left = facts.fact(item.fact)
    if left is None:
        return Truth.UNKNOWN
    if isinstance(item.operand, FactRef):
        right_fact = facts.fact(item.operand.name)
        if right_fact is None:
            return Truth.UNKNOWN
        right = right_fact.value
    else:
        right = item.operand.value
        if left.value == UNKNOWN and right != UNKNOWN and not _names_unknown(right):
            return Truth.UNKNOWN
    return _hold(item.op, left.value, right)


def _names_unknown(operand: Value) -> bool:
    """Does the rule ask for just that: a device that does not know?"""
    return isinstance(operand, tuple) and UNKNOWN in operand


def _hold(op: Op, left: Value, right: Value) -> Truth:
    # An explicit null is an answer only to "is it null"; to anything else it is no answer.
    if (left is None or right is None) and not (right is None and op in (Op.EQ, Op.NE)):
        return Truth.UNKNOWN
    try:
        return Truth.TRUE if _COMPARE[op](left, right) else Truth.FALSE
    except TypeError:
        return Truth.UNKNOWN


def _show(operand: Literal | FactRef) -> str:
    if isinstance(operand, FactRef):
        return f"@{operand.name}"
    if operand.threshold is not None:
        return f"${operand.threshold}"
    if isinstance(operand.value, tuple):
        return "[" + ", ".join(operand.value) + "]"
    if isinstance(operand.value, bool) or operand.value is None:
        return {True: "true", False: "false", None: "null"}[operand.value]
    return str(operand.value)
