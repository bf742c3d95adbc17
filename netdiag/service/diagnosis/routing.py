"""Which desk takes a verdict: the operator's routes.yaml over the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from netdiag.model.content import Content
from netdiag.model.errors import ContentError
from netdiag.model.hours import Hours
from netdiag.model.route import Case, Node, RouteTree
from netdiag.model.rule import Rule
from netdiag.model.verdict import Routing, Verdict
from netdiag.model.words import AccessKind, Side
from netdiag.routing.due import routing
from netdiag.routing.reachable import facets_of, unreachable
from netdiag.routing.read import Known, read_routes
from netdiag.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Router:
    """Routes of one configuration."""

    tree: RouteTree
    content: Content
    timezone: str

    @classmethod
    def open(cls, settings: Settings, content: Content) -> Router:
        """The tree that the settings name, checked; without one, the catalogue alone.

        Raises ContentError with file and line of everything that is wrong.
        """
        return cls(tree=_tree(settings, content), content=content, timezone=settings.timezone)

    def route(self, case: Case, now: datetime, timezone: str | None = None) -> Routing:
        """Desk, priority and deadlines in the customer's time zone. KeyError: unknown fault."""
        rule = self.content.rule(case.fault)
        zone = ZoneInfo(zone_name(timezone, self.timezone))
        usual = self.content.routes[rule.route]
        return routing(case, rule, usual, self.tree, now=now, zone=zone)

    def visit_text(self, desk: str, fault: str) -> dict[str, str]:
        """What the customer may be told of a desk's visit for a fault, by language; empty when
        nobody wrote it. One desk may do different work: the catalogue's route of the fault tells,
        where that is the one."""
        own = self.tree.desks.get(desk)
        if own is not None and own.text:
            return dict(own.text)
        its = {one.id: one.text for one in self.content.routes.values() if one.desk == desk}
        usual = next((one.route for one in self.content.rules if one.fault == fault), "")
        return dict(its.get(usual) or next(iter(its.values()), {}))


def case_of(
    verdict: Verdict,
    *,
    tariff: str | None = None,
    site: str | None = None,
    access: AccessKind | None = None,
) -> Case:
    """A verdict as routes see it."""
    return Case(
        fault=verdict.fault,
        side=verdict.side,
        segment=verdict.segment,
        category=verdict.category,
        severity=verdict.severity,
        grade=verdict.grade,
        tariff=tariff,
        site=site,
        access=access,
    )


def case_of_rule(
    rule: Rule,
    *,
    side: Side | None = None,
    tariff: str | None = None,
    site: str | None = None,
    access: AccessKind | None = None,
) -> Case:
    """A fault as its rule has it, before anybody was diagnosed. `side`: of the demarcation."""
    return Case(
        fault=rule.fault,
        side=side or rule.side,
        segment=rule.segment,
        category=rule.category,
        severity=rule.severity,
        tariff=tariff,
        site=site,
        access=access,
    )


def zone_name(own: str | None, usual: str) -> str:
    """The customer's time zone where it is a real one, else the provider's."""
    try:
        ZoneInfo(own or usual)
    except (ZoneInfoNotFoundError, ValueError):
        return usual
    return own or usual


def _tree(settings: Settings, content: Content) -> RouteTree:
    business = _business(settings)
    if settings.routes is None:
        return RouteTree(root=Node(place="catalogue"), business=business)
    known = Known(
        faults=tuple(rule.fault for rule in content.rules),
        desks=tuple(dict.fromkeys(route.desk for route in content.routes.values())),
        slas=tuple(dict.fromkeys(rule.sla for rule in content.rules)),
    )
    tree = read_routes(settings.routes, known, business)
    problems = list(unreachable(tree.root, facets_of(content.rules)))
    if problems:
        raise ContentError("\n".join(problems))
    return tree


def _business(settings: Settings) -> Hours:
    working = settings.working_hours
    span = ((working.begin * 60, working.end * 60),)
    return Hours(name="business", week=dict.fromkeys(working.days, span))
