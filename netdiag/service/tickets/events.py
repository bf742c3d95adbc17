"""Events of a ticket's life, and the lasting names of the work that notices them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from netdiag.model.ticket import Happened, TicketEvent

if TYPE_CHECKING:
    pass

Json = dict[str, Any]
WE = "netdiag"


def event_key(system: str, delivery: str) -> str:
    """The lasting name of the work that one delivery asks for."""
    digest = hashlib.sha256(f"{system}|{delivery}".encode()).hexdigest()[:24]
    return f"tk-{digest}"


def happened(
    kind: Happened,
    key: str,
    *,
    who: str = WE,
    at: datetime | None = None,
    document: Mapping[str, Any] | None = None,
    outage: str | None = None,
    desk: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> TicketEvent:
    """An event of now, or of `at`; `key` names the work that noticed it."""
    verdict = document["verdict"] if document else {}
    return TicketEvent(
        at=at or datetime.now(UTC),
        kind=kind,
        who=who[:100],
        key=f"{key}:{kind}",
        diagnosis=document["id"] if document else None,
        outage=outage,
        fault=verdict.get("fault"),
        side=verdict.get("side"),
        desk=desk,
        detail=dict(detail or {}),
    )
