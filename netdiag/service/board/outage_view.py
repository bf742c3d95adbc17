"""One outage with all that is known of it: for its page, its report and its list of people."""

from __future__ import annotations

from datetime import datetime, timedelta

from netdiag.inventory.inventory import Inventory
from netdiag.model.content import Content
from netdiag.model.errors import NetdiagError
from netdiag.model.outage import Outage
from netdiag.service.outages.answer_known import fault_of
from netdiag.service.outages.impact import Behind, behind_root
from netdiag.service.outages.report import Report, make_report
from netdiag.store.database import Database
from netdiag.store.outages import OutageError, Register
from netdiag.store.tickets import Tickets


def report_of(
    database: Database, inventory: Inventory, content: Content, key: str, now: datetime
) -> Report:
    """Blocking. OutageError when there is no such outage; without an inventory the rest is told
    all the same."""
    register = Register(database)
    outage = register.get(key)
    if outage is None:
        raise OutageError(f"There is no outage {key!r}. `netdiag outages --all` lists them.")
    behind = who_is_behind(inventory, outage.root)
    within, sla = _deadline(outage, inventory, content)
    return make_report(
        outage,
        register.log(key),
        now=now,
        tickets=Tickets(database).all_of_outage(key),
        restore_within=within,
        sla=sla,
        devices=behind.devices if behind else (),
        weakened=behind.weakened if behind else (),
        subscribers=behind.subscribers if behind else (),
    )


def who_is_behind(inventory: Inventory, root: str) -> Behind | None:
    """None when it cannot be told: the root is no longer in the inventory, or that is down."""
    try:
        return behind_root(inventory, root)
    except NetdiagError:
        return None


def _deadline(
    outage: Outage, inventory: Inventory, content: Content
) -> tuple[timedelta | None, str | None]:
    """The time of the desk that has to mend it, and the class of its SLA."""
    try:
        rule = content.rule(fault_of(outage, inventory))
    except NetdiagError:
        return None, None
    return timedelta(hours=content.routes[rule.route].hours), rule.sla
