"""What is known of a subscriber without asking any device: for the voice menu."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter

from netdiag.service.customer.links import link_for
from netdiag.service.daemon.daemon import Daemon
from netdiag.service.diagnosis.routing import zone_name
from netdiag.service.outages.answer_known import outage_document
from netdiag.web.asking import TheDaemon
from netdiag.web.auth import Read
from netdiag.web.models import StatusModel

router = APIRouter(prefix="/api/v1/subscribers", tags=["subscribers"])


@router.get("/{key:path}/status", response_model=StatusModel)
async def status(key: str, daemon: TheDaemon, token: Read) -> dict[str, object]:
    """Open outage and last verdict of a subscriber by id, login, phone, IP, MAC or device:port."""
    found = await daemon.status_of(key)
    subscriber, outage, last = found["subscriber"], found["outage"], found["last"]
    zone = zone_name(subscriber.timezone, daemon.app.settings.timezone)
    shown = outage_document(outage, zone) if outage else None
    return {
        "subscriber": subscriber.id,
        "language": subscriber.language or daemon.app.settings.language,
        "outage": shown,
        "last_verdict": last and last["verdict"] | {"at": last["finished_at"], "id": last["id"]},
        "page": _page(subscriber.id, daemon),
        "say": shown["say"] if shown else last and last["say"],
    }


def _page(subscriber: str, daemon: Daemon) -> str | None:
    """The address of his own page, for an SMS; None when it is not set up."""
    customer = daemon.serve.customer
    return link_for(subscriber, customer, datetime.now(UTC)).url if customer else None
