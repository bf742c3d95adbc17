"""A discovery as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from netdiag.locating.proposals import Edge, Proposal, counts
from netdiag.service.discover.discover import Discovery

Json = dict[str, Any]


def discovery_document(found: Discovery) -> Json:
    """Everything that was heard and compared."""
    return {
        "counts": counts(found.proposals),
        "links": [_proposal(one) for one in found.proposals],
        "strangers": [
            {
                "device": one.device,
                "port": one.port,
                "called": one.called,
                "address": one.address,
                "mac": one.chassis,
                "by": one.by,
                "seen_at": _moment(one.seen_at),
                "descr": one.descr,
            }
            for one in found.strangers
        ],
        "asked": list(found.asked),
        "quiet": [{"device": name, "why": why} for name, why in found.quiet],
        "notes": list(found.notes),
        "duration_s": found.duration_s,
    }


def _proposal(one: Proposal) -> Json:
    heard = one.heard
    return {
        "fit": one.fit,
        "sure": one.sure,
        "now": _edge(one.now),
        "inventory": _edge(one.recorded),
        "by": list(heard.by) if heard else [],
        "heard_by": list(heard.ends) if heard else [],
        "seen_at": _moment(one.seen_at),
        "conflicts": list(heard.conflicts) if heard else [],
        "why": list(one.why),
        "sources": list(heard.queries) if heard else [],
    }


def _edge(edge: Edge | None) -> Json | None:
    if edge is None:
        return None
    return {
        "device": edge.device,
        "parent": edge.parent,
        "device_port": edge.device_port,
        "parent_port": edge.parent_port,
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
