"""How a verdict reaches a desk: what a route may ask of a case, what it gives, its clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from netdiag.model.hours import Hours
from netdiag.model.words import AccessKind, Category, Grade, Segment, Severity, Side

# Every matcher of a route, in the order in which it is shown. `hours` asks the moment.
MATCHERS = (
    *("side", "fault", "segment", "category", "severity", "grade"),
    *("tariff", "site", "access", "hours"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What routes look at. None is unknown: no route that asks about it matches."""

    fault: str
    side: Side
    segment: Segment | None
    category: Category
    severity: Severity
    grade: Grade | None = None
    tariff: str | None = None  # tariff class of the contract
    site: str | None = None  # of the access device
    access: AccessKind | None = None

    def value(self, matcher: str) -> str | None:
        """The case's word for a matcher, `hours` excepted."""
        found = getattr(self, matcher)
        return None if found is None else str(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """By when. Only time within `hours` counts; None: no such promise."""

    name: str
    hours: Hours
    respond: timedelta | None = None
    restore: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Who takes work, the queue it usually goes to, what the customer is told of the visit."""

    name: str
    queue: str = ""
    text: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a route gives. None: as the route above it, in the end as the catalogue has it."""

    desk: str | None = None
    queue: str | None = None
    priority: str | None = None
    sla: str | None = None
    visit: bool | None = None
    paid: bool | None = None
    fields: Mapping[str, str] = field(default_factory=dict)  # added to those from above


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One route with those below it. `asks`: matcher → words, one of which must fit; a fault may
    end in `*`, hours may begin with `not `."""

    place: str  # file:line
    asks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    options: Options = field(default_factory=Options)
    go_on: bool = False  # `continue`: its desk gets a copy, and the search goes on
    below: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteTree:
    """All routes, and the names they use."""

    root: Node
    desks: Mapping[str, Desk] = field(default_factory=dict)
    clocks: Mapping[str, Clock] = field(default_factory=dict)
    hours: Mapping[str, Hours] = field(default_factory=dict)
    business: Hours  # of the catalogue's deadlines in working hours
