"""A rule: one fault, what proves it, what rules it out, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from netdiag.model.condition import Condition
from netdiag.model.fact import Value
from netdiag.model.words import AccessKind, Category, Segment, ServiceKind, Severity, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A condition with its weight in decibans; clauses of one family count once."""

    condition: Condition
    db: float = 0.0
    family: str = ""


class Expect(StrEnum):
    """What an example says that the rule must answer."""

    MATCH = "match"
    NO_MATCH = "no_match"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """Facts, and what the rule must say of them."""

    expect: Expect
    facts: Mapping[str, Value]
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One fault of the catalogue."""

    __hash__ = object.__hash__  # by identity: caches may go by it

    fault: str
    rank: int  # order of decision along the path: smaller is nearer the core
    title: Mapping[str, str]
    side: Side
    segment: Segment | None
    category: Category
    severity: Severity
    probable_cause: str  # IANAItuProbableCause (RFC 3877)
    route: str
    sla: str
    visit: bool
    require: tuple[Clause, ...]
    support: tuple[Clause, ...]
    refute: tuple[Clause, ...]
    say: Mapping[str, str]
    next_steps: Mapping[str, tuple[str, ...]]
    access: frozenset[AccessKind] = frozenset(AccessKind)
    service: frozenset[ServiceKind] = frozenset(ServiceKind)
    prior_db: float = 0.0
    learned_db: float = 0.0  # what technicians' findings add to it
    look_alikes: tuple[str, ...] = ()
    still_ask: tuple[str, ...] = ()  # facts worth having even when this fault is certain
    by_demarcation: bool = False  # the drop: whose it is, is the operator's choice
    fallback: bool = False  # chosen when nothing else is
    symptom: str = ""
    notes: str = ""
    source: str = ""
    examples: tuple[Example, ...] = ()
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A number with its unit and where it comes from."""

    name: str
    value: float
    unit: str
    basis: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteTo:
    """A desk with its clock. Hours are of the clock, or of the working day when `business`."""

    id: str
    desk: str
    priority: str
    hours: float
    business: bool
    paid: bool = False  # by the customer, who is told the price before
    text: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Points of the judgement: what a wrong side costs, and the lead that `possible` needs."""

    lead_db: float
    clip_db: float
    excluded_db: float
    cost: Mapping[Side, Mapping[Side, float]]  # truth → decision → cost
    hand_over: Mapping[Side, float]  # truth → cost of handing to an engineer
    unasked_db: float = 0.0  # what a fault loses of which nobody asked anything
    unasked_gate_db: float = 0.0  # what its evidence loses behind a gate nobody asked about
    wrong_codes: float = 0.125  # share of closing codes that are wrong
    pseudo_cases: float = 20.0  # so many cases a rule's own confidence weighs against findings
