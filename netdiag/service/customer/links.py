"""Signed links to a customer's own page: whoever holds one sees one subscriber, for some days."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from netdiag.model.errors import NetdiagError
from netdiag.model.secret import Secret
from netdiag.service.daemon.settings import CustomerPage

_PURPOSE = b"netdiag customer page 1"
_TAG = 16  # bytes of HMAC-SHA256: half of it, as RFC 2104 allows, so that a link fits into an SMS
_STAMP = 5  # bytes of the expiry, Unix seconds


class WrongLinkError(NetdiagError):
    """This link is not one of ours, or was changed on the way. Ask for a new one."""


class StaleLinkError(NetdiagError):
    """This link is too old. Ask for a new one."""


@dataclass(frozen=True, slots=True)
class Link:
    """What a link says: whose page, and until when."""

    subscriber: str
    expires_at: datetime


def sign(link: Link, secret: Secret) -> str:
    """The last part of the link's address."""
    body = _body(link)
    return _text(_tag(body, secret) + body)


def read(token: str, secret: Secret, now: datetime) -> Link:
    """What a link says. Raises WrongLinkError, StaleLinkError."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise WrongLinkError(str(WrongLinkError.__doc__)) from None
    tag, body = raw[:_TAG], raw[_TAG:]
    # The text form has spare bits: only the one that we write ourselves is taken.
    ours = len(body) > _STAMP and hmac.compare_digest(tag, _tag(body, secret))
    if not ours or _text(raw) != token:
        raise WrongLinkError(str(WrongLinkError.__doc__))
    expires_at = datetime.fromtimestamp(int.from_bytes(body[:_STAMP], "big"), UTC)
    if now >= expires_at:
        raise StaleLinkError(str(StaleLinkError.__doc__))
    return Link(body[_STAMP:].decode(), expires_at)


@dataclass(frozen=True, slots=True)
class Address:
    """A link as it is sent."""

    url: str
    expires_at: datetime


def link_for(
    subscriber: str, customer: CustomerPage, now: datetime, hours: int | None = None
) -> Address:
    """The address of a subscriber's page, valid for so many hours from now."""
    expires_at = (now + timedelta(hours=hours or customer.hours)).replace(microsecond=0)
    token = sign(Link(subscriber, expires_at), customer.secret)
    return Address(f"{customer.url}/my/{token}", expires_at)


def _body(link: Link) -> bytes:
    stamp = int(link.expires_at.timestamp()).to_bytes(_STAMP, "big")
    return stamp + link.subscriber.encode()


def _tag(body: bytes, secret: Secret) -> bytes:
    key = hashlib.sha256(_PURPOSE + b"\0" + secret.reveal().encode()).digest()
    return hmac.new(key, body, hashlib.sha256).digest()[:_TAG]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
