"""The answer that needs no probe: the subscriber stands behind an outage that is known."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from netdiag.inventory.inventory import Inventory
from netdiag.model.content import Content
from netdiag.model.outage import Cause, Outage, OutageState
from netdiag.model.subscriber import Attachment, Subscriber
from netdiag.model.words import Role
from netdiag.outages.cover import covering
from netdiag.service.diagnosis.document import route_document
from netdiag.service.diagnosis.routing import Router, case_of_rule, zone_name
from netdiag.service.outages.words import outage_sentence
from netdiag.settings import Settings

Json = dict[str, Any]

_BY_CAUSE = {Cause.POWER: "provider.site.power-outage"}
_ACCESS = "provider.access.device-unreachable"
_ABOVE = "provider.aggregation.device-unreachable"


def outage_of(subscriber: Subscriber, inventory: Inventory, outages: list[Outage]) -> Outage | None:
    """The open outage that this subscriber stands behind, if any."""
    at = subscriber.attachment
    if at is None or at.device is None or not outages:
        return None
    device = inventory.device(at.device)
    topology, access = inventory.topology(), at.device
    return covering(
        outages,
        device=access,
        port=at.port,
        site=device.site if device else None,
        cut_off_by=lambda root: topology.reachable_without(access, set(root.split("+"))) is False,
    )


def known_document(
    subscriber: Subscriber,
    outage: Outage,
    content: Content,
    settings: Settings,
    inventory: Inventory,
    now: datetime,
    ticket: str | None,
    router: Router,
) -> Json:
    """A document of the contract that says: known, since when, until when; no visit."""
    rule = content.rule(fault_of(outage, inventory))
    zone = zone_name(subscriber.timezone, settings.timezone)
    language = subscriber.language or settings.language
    grade = "probable" if outage.state is OutageState.CLEARING else "certain"
    moment = now.isoformat(timespec="milliseconds")
    site = _site_of(subscriber, inventory)
    tariff, access = subscriber.tariff_class, subscriber.access
    case = case_of_rule(rule, tariff=tariff, site=site, access=access)
    route = router.route(case, now, zone)
    return {
        "id": f"dx-{uuid.uuid4().hex}",
        "subscriber": subscriber.id,
        "ticket": ticket,
        "started_at": moment,
        "finished_at": moment,
        "duration_s": 0.0,
        "attachment": _attachment(subscriber.attachment),
        "path": [],
        "verdict": {
            "fault": rule.fault,
            "title": rule.title.get(language, rule.title["en"]),
            "side": rule.side,
            "segment": rule.segment,
            "category": rule.category,
            "grade": grade,
            "confidence": outage.confidence,
            "side_confidence": outage.confidence,
            "severity": rule.severity,
            "probable_cause": rule.probable_cause,
            "rule": rule.origin,
            "rule_revision": content.revision,
            "open_nearer": [],
            "weak": False,
            "handed_over": False,
            "leading": [],
        },
        "alternatives": [],
        "evidence": {"supports": [_evidence(outage, moment)], "contradicts": [], "missing": []},
        "also": [],
        "look_alikes": [],
        "say": say(outage, zone),
        "next_steps": [],
        "route": route_document(route)
        | {"due_at": _time(outage.expected_end), "visit": False, "paid": False},
        "outage": outage_document(outage, zone),
        "notes": [],
        "language": language,
        "timezone": zone,
        "tariff": tariff,
        "site": site,
        "access": access,
        "probes": [],
    }


def _site_of(subscriber: Subscriber, inventory: Inventory) -> str | None:
    at = subscriber.attachment
    device = inventory.device(at.device) if at and at.device else None
    return device.site if device else None


def outage_document(outage: Outage, zone: str) -> Json:
    """An outage as JSON."""
    return {
        "id": outage.id,
        "root": outage.root,
        "state": outage.state,
        "cause": outage.cause,
        "origin": outage.origin,
        "since": _time(outage.since),
        "expected_end": _time(outage.expected_end),
        "cleared_at": _time(outage.cleared_at),
        "confidence": outage.confidence,
        "subscribers": outage.subscribers,
        "say": say(outage, zone),
        "external": dict(outage.external),
    }


def say(outage: Outage, zone: str) -> Mapping[str, str]:
    """What to tell a customer, in three languages: the operator's words where he gave some."""
    return {
        language: outage.say.get(language) or outage_sentence(outage, language, zone)
        for language in ("en", "ru", "fa")
    }


def fault_of(outage: Outage, inventory: Inventory) -> str:
    """The fault that a known outage is, for its route and deadline."""
    if outage.cause in _BY_CAUSE:
        return _BY_CAUSE[outage.cause]
    device = inventory.device(outage.root.partition(":")[0])
    near = device is None or device.role in (Role.ACCESS, Role.OLT, Role.AP)
    return _ACCESS if near else _ABOVE


def _evidence(outage: Outage, moment: str) -> Json:
    return {
        "fact": "account.outage_id",
        "value": outage.id,
        "unit": "",
        "text": f"{outage.root}: {outage.state} since {_time(outage.since)}",
        "source": {
            "device": None,
            "transport": "stored",
            "probe": "outages",
            "query": "register of outages",
        },
        "measured_at": moment,
        "weak": False,
    }


def _attachment(at: Attachment | None) -> Json | None:
    if at is None:
        return None
    return {
        "device": at.device,
        "port": at.port,
        "vlan": at.vlan,
        "bng": at.bng,
        "source": at.source,
        "valid_from": _time(at.valid_from),
    }


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="milliseconds")
