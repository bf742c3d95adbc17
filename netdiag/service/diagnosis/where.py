"""Where would it go: a case made of words, answered offline."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from netdiag.content.reader import suggest
from netdiag.model.content import Content
from netdiag.model.errors import ContentError, UnknownSubscriberError
from netdiag.model.route import Case
from netdiag.model.subscriber import Subscriber
from netdiag.model.verdict import Routing
from netdiag.model.words import AccessKind, Side
from netdiag.service.daemon.settings import open_database
from netdiag.service.diagnosis.replay import replay
from netdiag.service.diagnosis.routing import Router, case_of, case_of_rule, zone_name
from netdiag.service.setup import open_inventory
from netdiag.settings import Settings
from netdiag.store.diagnoses import Diagnoses


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the asker gives; None is taken from the subscriber or the file."""

    key: str | None = None
    fault: str | None = None
    side: Side | None = None
    tariff: str | None = None
    site: str | None = None
    access: AccessKind | None = None
    at: datetime  # aware
    timezone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """The case that was looked at, and where it goes."""

    case: Case
    at: datetime
    timezone: str
    routing: Routing


def where_to(wish: Wish, settings: Settings, content: Content) -> Where:
    """The route of a fault for a subscriber (KEY), a saved diagnosis (KEY is its file), or one that
    is only described. Neither a device nor the network is asked.

    Raises ContentError when the fault is not known or not given, UnknownSubscriberError.
    """
    router = Router.open(settings, content)
    case, zone = _about(wish, settings, content)
    case = replace(
        case,
        side=wish.side or case.side,
        tariff=wish.tariff or case.tariff,
        site=wish.site or case.site,
        access=wish.access or case.access,
    )
    zone = zone_name(wish.timezone or zone, settings.timezone)
    return Where(
        case=case, at=wish.at, timezone=zone, routing=router.route(case, wish.at, timezone=zone)
    )


def _about(wish: Wish, settings: Settings, content: Content) -> tuple[Case, str | None]:
    if wish.key is None:
        return _of_fault(wish.fault, settings, content), None
    if Path(wish.key).is_file():
        saved = replay(Path(wish.key), content, settings)
        case = _of_fault(wish.fault, settings, content) if wish.fault else case_of(saved.verdict)
        told = replace(case, tariff=saved.tariff, site=saved.site, access=saved.access)
        return told, saved.timezone
    return _of_subscriber(wish, settings, content)


def _of_subscriber(wish: Wish, settings: Settings, content: Content) -> tuple[Case, str | None]:
    with closing(open_inventory(settings)) as inventory:
        found = inventory.find(str(wish.key)).subscriber
        if found is None:
            raise UnknownSubscriberError(
                f"There is no single subscriber {wish.key!r} in the inventory. Search by id, "
                "login, phone, IP, MAC or device:port."
            )
        at = found.attachment
        device = inventory.device(at.device) if at and at.device else None
    fault = wish.fault or _last_fault(found, settings)
    return (
        replace(
            _of_fault(fault, settings, content),
            tariff=found.tariff_class,
            site=device.site if device else None,
            access=found.access,
        ),
        found.timezone,
    )


def _last_fault(subscriber: Subscriber, settings: Settings) -> str:
    with closing(open_database(settings)) as database:
        last = Diagnoses(database).last_of(subscriber.id)
    if not last:
        raise ContentError(
            f"Subscriber {subscriber.id} was not diagnosed yet. Name a fault with --fault; "
            "`netdiag rules list` shows all."
        )
    return str(last[0]["verdict"]["fault"])


def _of_fault(fault: str | None, settings: Settings, content: Content) -> Case:
    if fault is None:
        raise ContentError("Give a subscriber, a saved diagnosis, or a fault with --fault.")
    faults = [rule.fault for rule in content.rules]
    if fault not in faults:
        raise ContentError(f"There is no fault {fault!r}. {suggest(fault, faults)}")
    rule = content.rule(fault)
    side = settings.demarcation if rule.by_demarcation else rule.side
    return case_of_rule(rule, side=side)
