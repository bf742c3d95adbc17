"""The customer's page behind a signed link. The link is its own key: no token, no log-in."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from netdiag.model.errors import InventoryUnavailableError, UnknownSubscriberError
from netdiag.service.customer.customer import customer_view, language_of
from netdiag.service.customer.links import StaleLinkError, WrongLinkError, read
from netdiag.settings import LANGUAGES
from netdiag.store.database import StoreError
from netdiag.web.asking import TheDaemon
from netdiag.web.customer_page import STYLE, customer_page, notice_page

router = APIRouter(tags=["customer"])
_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}
_BAD = "This link is not valid. Please ask us for a new one."
_OLD = "This link is too old. Please ask us for a new one."
_LATER = "We cannot look it up just now. Please try again in a few minutes."


@router.get("/my/{token}", response_class=HTMLResponse)
async def my_line(token: str, daemon: TheDaemon, lang: str | None = None) -> HTMLResponse:
    """One subscriber's line in his words: is there a fault, whose, what to do now, by when."""
    customer = daemon.serve.customer
    usual = daemon.app.settings.language
    spoken = lang if lang in LANGUAGES else usual
    if customer is None:
        return _notice(404, spoken, _BAD)
    now = datetime.now(UTC)
    try:
        link = read(token, customer.secret, now)
        found = await daemon.status_of(link.subscriber)
    except StaleLinkError:
        return _notice(410, spoken, _OLD)
    except (WrongLinkError, UnknownSubscriberError):
        return _notice(404, spoken, _BAD)
    except (StoreError, InventoryUnavailableError):
        return _notice(503, spoken, _LATER)
    language = language_of(found["subscriber"], usual, lang)
    view = customer_view(found, daemon.app.router, language, now, customer.phone)
    return HTMLResponse(customer_page(view), headers=HEADERS)


def _notice(status: int, language: str, text: str) -> HTMLResponse:
    return HTMLResponse(notice_page(language, text), status_code=status, headers=HEADERS)
