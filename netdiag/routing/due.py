"""A verdict's desk, priority and deadlines: the route tree over the catalogue's own route."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from netdiag.model.hours import ALWAYS
from netdiag.model.route import Case, Clock, Options, RouteTree
from netdiag.model.rule import RouteTo, Rule
from netdiag.model.verdict import Copy, Routing
from netdiag.routing.tree import find


def routing(
    case: Case, rule: Rule, usual: RouteTo, tree: RouteTree, *, now: datetime, zone: tzinfo
) -> Routing:
    """Who takes it and by when; `usual` is the catalogue's route of the rule.

    Moments are aware, in `zone`, the customer's. What no route says is as the catalogue has it.
    """
    found = find(tree, case, now, zone)
    options = found.options
    clock = clock_of(options.sla or rule.sla, usual, tree)
    desk = options.desk or usual.desk
    return Routing(
        desk=desk,
        queue=_queue(options, desk, tree),
        priority=options.priority or usual.priority,
        due_at=_moment(clock, clock.restore, now, zone),
        respond_by=_moment(clock, clock.respond, now, zone),
        sla=options.sla or rule.sla,
        visit=rule.visit if options.visit is None else options.visit,
        paid=usual.paid if options.paid is None else options.paid,
        fields=dict(options.fields),
        copies=_copies(found.copies, desk, tree),
        by=(*found.places, *((f"catalogue:{usual.id}",) if _leans(options, tree) else ())),
    )


def clock_of(sla: str, usual: RouteTo, tree: RouteTree) -> Clock:
    """The clock of an SLA class; without one of that name, the catalogue's hours."""
    if sla in tree.clocks:
        return tree.clocks[sla]
    hours = tree.business if usual.business else ALWAYS
    return Clock(name=usual.id, hours=hours, restore=timedelta(hours=usual.hours))


def _moment(clock: Clock, time: timedelta | None, now: datetime, zone: tzinfo) -> datetime | None:
    if time is None:
        return None
    return clock.hours.after(now, time, zone).replace(microsecond=0)


def _queue(options: Options, desk: str, tree: RouteTree) -> str:
    known = tree.desks.get(desk)
    return options.queue or (known.queue if known else "") or desk


def _copies(copies: tuple[Options, ...], owner: str, tree: RouteTree) -> tuple[Copy, ...]:
    """Each desk once, and never the owner."""
    found: dict[str, Copy] = {}
    for options in copies:
        if options.desk and options.desk != owner:
            queue = _queue(options, options.desk, tree)
            found.setdefault(options.desk, Copy(desk=options.desk, queue=queue))
    return tuple(found.values())


def _leans(options: Options, tree: RouteTree) -> bool:
    """Is anything left to the catalogue?"""
    given = (options.desk, options.priority, options.visit, options.paid)
    return None in given or (options.sla or "") not in tree.clocks
