"""Tickets that came before their outage was known."""

from __future__ import annotations

from netdiag.model.errors import UnknownSubscriberError
from netdiag.model.outage import Outage
from netdiag.model.ticket import Case, Origin, TicketState
from netdiag.service.app import App
from netdiag.service.outages.answer_known import outage_of
from netdiag.service.outages.believed import believed
from netdiag.store.outages import Register
from netdiag.store.tickets import Tickets


class Earlier:
    """For each outage that callers are answered with, the open tickets of those behind it. They are
    looked for when an outage becomes known or its root changes, not all the time. Blocking."""

    def __init__(self) -> None:
        self._known: set[tuple[str, str]] = set()

    def found(self, app: App, register: Register, tickets: Tickets) -> list[tuple[Case, Outage]]:
        """Tickets and their outages. Raises StoreError, and InventoryUnavailableError when nobody
        can tell who stands behind: then they are looked for again."""
        outages = believed(register)
        known = {(one.id, one.root) for one in outages}
        if known <= self._known:
            return []
        found = [
            (case, outage)
            for case in tickets.live()
            if _alone(case) and (outage := _behind(app, case, outages)) is not None
        ]
        self._known |= known
        return found


def _alone(case: Case) -> bool:
    return (
        case.state is TicketState.OPEN
        and case.subscriber is not None
        and case.outage is None
        and case.origin is not Origin.OUTAGE
        and not case.fields.get("duplicate_of")
    )


def _behind(app: App, case: Case, outages: list[Outage]) -> Outage | None:
    try:
        subscriber, _ = app.find(case.subscriber or "")
    except UnknownSubscriberError:
        return None
    return outage_of(subscriber, app.inventory, outages)
