"""A search as JSON."""

from __future__ import annotations

from typing import Any

from netdiag.locating.sightings import Place, Sighting, certain
from netdiag.model.content import Content
from netdiag.service.locate.locate import Located
from netdiag.service.locate.seen import Seen

Json = dict[str, Any]


def located_document(located: Located, content: Content) -> Json:
    """Everything that was found, and what was asked."""
    at = located.expected
    return {
        "key": located.key,
        "subscriber": located.subscriber,
        "looked_for": {
            "macs": list(located.wanted.macs),
            "ips": list(located.wanted.ips),
            "logins": list(located.wanted.logins),
        },
        "agreement": located.agreement,
        "expected": {"device": at.device, "port": at.port, "vlan": at.vlan} if at else None,
        "certain": certain(located.places),
        "places": [_place(place) for place in located.places],
        "on_file_there": list(located.on_file),
        "finding": _finding(located, content),
        "seen": [_seen(one) for one in located.seen],
        "asked": [
            {
                "probe": run.probe,
                "device": run.device,
                "transport": run.transport,
                "outcome": run.outcome,
                "duration_s": run.duration_s,
                "why": run.why,
            }
            for run in located.runs
        ],
        "notes": list(located.notes),
        "duration_s": located.duration_s,
    }


def _finding(located: Located, content: Content) -> Json | None:
    known = {rule.fault: rule for rule in content.rules}
    rule = known.get(located.finding or "")
    if rule is None:
        return None
    return {
        "fault": rule.fault,
        "title": rule.title["en"],
        "severity": rule.severity,
        "side": rule.side,
    }


def _place(place: Place) -> Json:
    return {
        "device": place.device,
        "port": place.port,
        "weight": place.weight,
        "evidence": [_sighting(one) for one in place.sightings],
    }


def _sighting(one: Sighting) -> Json:
    return {
        "way": one.way,
        "source": one.source,
        "query": one.query,
        "seen_at": one.seen_at.isoformat(timespec="seconds"),
        "mac": one.mac,
        "vlan": one.vlan,
        "doubtful": one.doubtful,
        "detail": one.detail,
    }


def _seen(one: Seen) -> Json:
    return {
        "source": one.source,
        "open": one.open,
        "seen_at": one.at.isoformat(timespec="seconds"),
        "mac": one.mac,
        "ip": one.ip,
        "login": one.login,
        "interface": one.interface,
        "circuit_id": one.circuit,
        "remote_id": one.remote,
    }
